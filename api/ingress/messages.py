"""Messages of rows or readings as they come from a broker: read, posted by the mutations, and told what became of them.

A message is a JSON object with `rows` as `postActivities` takes them or `readings` as `postIntervals` does, and if
wanted `tenant`, a code or id. Its idempotency key is made of its bytes: the same message again is the same posting.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import msgspec

from api.client import Client, ServiceError

_ACTIVITIES: Final = """
mutation Activities($input: PostActivitiesInput!) {
  posted: postActivities(input: $input) {
    ... on ActivitiesPosted {
      isReplay recordedAt acceptedCount duplicateCount conflictCount rejectedCount
      outcomes { outcome code field message conflictingFields }
    }
    ... on Refusal { code field message }
  }
}
"""
_INTERVALS: Final = """
mutation Intervals($input: PostIntervalsInput!) {
  posted: postIntervals(input: $input) {
    ... on IntervalsPosted {
      isReplay recordedAt acceptedCount duplicateCount conflictCount
      outcomes { seriesId conflictCount conflicts { start known given } }
    }
    ... on Refusal { code field message }
  }
}
"""
UNDERSTOOD: Final = ("ACCEPTED", "DUPLICATE")
"""Outcomes of rows that are in the ledger, of which nothing needs to be told."""
AT_FAULT: Final = ("BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN")
"""Codes of errors that are the message's own. Any other may pass: the service is away, busy, or has a fault."""
INTERNAL: Final = "INTERNAL"
"""The code of a fault of the service."""

TenantOf = Callable[[str], str]
"""Returns the id of the tenant of a code; raises `NotUnderstood`."""


class NotUnderstood(Exception):
    """A message that cannot be posted however often it is tried: a code, the field at fault, and why."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message says. Rows and readings go on as they are written, so that no number changes its digits."""

    tenant: str = ""
    rows: msgspec.Raw = msgspec.Raw()
    readings: msgspec.Raw = msgspec.Raw()


def read(payload: bytes) -> Message:
    """Return what a message says; raises `NotUnderstood`."""
    try:
        found = msgspec.json.decode(payload, type=Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{error}; accepted is a JSON object with rows or readings, and if wanted tenant"
        raise NotUnderstood("BAD_MESSAGE", "", message) from None
    has_rows, has_readings = bool(bytes(found.rows)), bool(bytes(found.readings))
    if has_rows == has_readings:
        given = "both" if has_rows else "neither"
        raise NotUnderstood("BAD_MESSAGE", "", f"the message has {given}; accepted is one of rows and readings")
    return found


def tenant_code(named: str, said: str) -> str:
    """Return whose a message is: as its topic names the tenant, or else as it says itself; raises `NotUnderstood`.

    A broker decides who may publish to a topic, so that a message may not name another tenant than its topic.
    """
    if named and said and named != said:
        message = f"the topic is of tenant {named[:80]!r}, the message names {said[:80]!r}; accepted is one tenant"
        raise NotUnderstood("OTHER_TENANT", "tenant", message)
    if not named and not said:
        raise NotUnderstood("NO_TENANT", "tenant", "neither topic nor message names a tenant; accepted is its code")
    return named or said


def key_of(tenant: str, payload: bytes) -> UUID:
    """Return the idempotency key of a message: of the tenant's code and the SHA-256 of its bytes."""
    digest = hashlib.sha256(tenant.encode() + b"\0" + hashlib.sha256(payload).digest()).digest()
    return UUID(bytes=digest[:16], version=5)


def posted(client: Client, tenant_of: TenantOf, named: str, payload: bytes) -> dict[str, Any]:
    """Post a message and return what became of it, committed before this returns.

    Raises `NotUnderstood` with nothing written, `ServiceError` or `httpx.TransportError` where it is not known
    whether something was: the same message again tells.
    """
    message = read(payload)
    code = tenant_code(named, message.tenant)
    key = key_of(code, payload)
    given = {"tenantId": tenant_of(code), "idempotencyKey": str(key)}
    if bytes(message.rows):
        answer = _asked(client, _ACTIVITIES, {**given, "rows": message.rows})
        numbered = [{"row": row, **found} for row, found in enumerate(answer["outcomes"])]
        answer["outcomes"] = [one for one in numbered if one["outcome"] not in UNDERSTOOD]
    else:
        answer = _asked(client, _INTERVALS, {**given, "readings": message.readings})
        answer["outcomes"] = [one for one in answer["outcomes"] if one["conflictCount"]]
    return {"outcome": "POSTED", "tenant": code, "idempotencyKey": str(key), **answer}


def _asked(client: Client, document: str, given: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = client.ask(document, {"input": given})["posted"]
    except ServiceError as error:
        if error.code in AT_FAULT:
            raise NotUnderstood(error.code, "", str(error)) from None
        raise
    if "outcomes" not in answer:
        raise NotUnderstood(answer["code"], answer["field"], answer["message"])
    return answer
