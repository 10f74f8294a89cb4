"""Events of the history: their canonical bytes and the hash that stands for them in the Merkle tree.

    bytes = RFC 8785 JSON of {version, tenant, sequence, recorded_at, actor, kind, request_id, body}
    leaf  = SHA-256(0x00 || salt || bytes)

The bytes are made once, when the event is recorded, stored as text and verified from that text. The salt keeps anyone
from guessing a small value from its published hash. Where law has a body erased, text and salt go and the leaf stays,
and with it every proof.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from proofs import merkle
from proofs.canonical import MAX_INTEGER, Json, canonical_bytes, read_canonical
from proofs.errors import BadEvent, NotCanonical

VERSION: Final = 1
"""Of the form of the bytes. A later form gets another number, and events of this one stay readable."""
SALT_BYTES: Final = 16
"""Length of a salt: 128 random bits, one salt for each event; always the same, so that salt and bytes cannot be
confused.
"""
MEMBERS: Final = ("actor", "body", "kind", "recorded_at", "request_id", "sequence", "tenant", "version")
"""What the JSON of an event has, no more and no less."""
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Event:
    """One change: of which `tenant`, its number in the tenant's `sequence`, when it was recorded, who did it, what
    `kind` of change it is, in which request, and the `body` of what changed, decimals as text.

    Raises `BadEvent` at a time without zone, a number beyond 2^53 - 1 or below 0, an empty text.
    """

    tenant: UUID
    sequence: int
    recorded_at: datetime
    actor: str
    kind: str
    request_id: str
    body: Mapping[str, Json]

    def __post_init__(self) -> None:
        if self.recorded_at.tzinfo is None:
            raise BadEvent(f"recorded_at {self.recorded_at}; accepted is a time with its zone")
        if not 0 <= self.sequence <= MAX_INTEGER:
            raise BadEvent(f"the sequence {self.sequence}; accepted is 0 to {MAX_INTEGER}")
        for name in ("actor", "kind", "request_id"):
            if not getattr(self, name):
                raise BadEvent(f"{name} is empty; accepted is a text")

    def canonical(self) -> bytes:
        """Return the bytes to store and to hash. Raises `NotCanonical` where the body holds a float or another such
        value.
        """
        return canonical_bytes(
            {
                "actor": self.actor,
                "body": self.body,
                "kind": self.kind,
                "recorded_at": time_text(self.recorded_at),
                "request_id": self.request_id,
                "sequence": self.sequence,
                "tenant": str(self.tenant),
                "version": VERSION,
            }
        )


def event_leaf(salt: bytes, text: bytes) -> bytes:
    """Return SHA-256(0x00 || salt || text), the leaf of an event's stored bytes. Raises `BadEvent` at a salt of other
    length.

    >>> event_leaf(bytes(16), b"{}").hex()[:16]
    'd49d107d35fc788f'
    """
    if len(salt) != SALT_BYTES:
        raise BadEvent(f"a salt of {len(salt)} bytes; accepted are {SALT_BYTES}")
    return merkle.leaf_hash(salt + text)


def read_event(text: bytes) -> Event:
    """Return the event of its stored bytes. Raises `BadEvent` where they are not exactly what `Event.canonical`
    writes.
    """
    try:
        members = read_canonical(text)
    except NotCanonical as error:
        raise BadEvent(f"the text of the event is not canonical JSON: {error}") from error
    if not isinstance(members, dict):
        raise BadEvent(f"the text of the event is {text[:40]!r}; accepted is an object")
    version = members.get("version")
    if version != VERSION or isinstance(version, bool):
        raise BadEvent(f"an event of the version {version!r}; accepted is {VERSION}")
    if sorted(members) != sorted(MEMBERS):
        raise BadEvent(f"an event with {', '.join(sorted(members))}; accepted are exactly {', '.join(MEMBERS)}")
    return _event(members)


def time_text(moment: datetime) -> str:
    """Return a time in UTC with six digits of the second, as PostgreSQL keeps it: always the same 27 characters.

    >>> time_text(datetime(2026, 3, 31, 16, tzinfo=UTC))
    '2026-03-31T16:00:00.000000Z'
    """
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _event(members: Mapping[str, Json]) -> Event:
    body, sequence = members["body"], members["sequence"]
    if not isinstance(body, dict):
        raise BadEvent(f"the body {body!r}; accepted is an object")
    if isinstance(sequence, bool) or not isinstance(sequence, int):
        raise BadEvent(f"the sequence {sequence!r}; accepted is an integer")
    return Event(
        tenant=UUID(_matched(members, "tenant", _UUID, "a UUID in lower case")),
        sequence=sequence,
        recorded_at=_time(members),
        actor=_matched(members, "actor"),
        kind=_matched(members, "kind"),
        request_id=_matched(members, "request_id"),
        body=body,
    )


def _time(members: Mapping[str, Json]) -> datetime:
    accepted = "a time in UTC with six digits of the second and Z"
    text = _matched(members, "recorded_at", _TIME, accepted)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadEvent(f"recorded_at {text!r}; accepted is {accepted}") from error


def _matched(
    members: Mapping[str, Json], name: str, form: re.Pattern[str] | None = None, accepted: str = "a text"
) -> str:
    value = members[name]
    if not isinstance(value, str) or (form is not None and not form.fullmatch(value)):
        raise BadEvent(f"{name} {value!r}; accepted is {accepted}")
    return value
