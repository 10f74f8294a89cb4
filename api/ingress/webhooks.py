"""Webhooks in: `POST /ingest/v1/webhook/PROFILE?tenant=ID`, signed; rows or readings posted before it is answered.

The form of a body is the tenant's ingest profile, the idempotency key the webhook's id. So a system that pushes what it
measures needs nothing of ours but the address and a secret. See docs/decisions/0025-ways-in.md.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from accounting.declarations import DeclarationKind
from accounting.management.ingest_profiles import Dataset, IngestProfile
from accounting.refusals import Refused
from api.ingress.records import BadRecords, Records, records_of
from api.ingress.signatures import BadSignature, Secrets, verify
from api.limiting.limiter import Limiter, of_actor, of_address, retry_after
from api.limiting.meters import meter_of
from ledger.access import Access
from ledger.activities.batches import Outcome
from ledger.activities.posting import IdempotencyKeyReused, post
from ledger.authors import Author
from ledger.bulk.intervals import spans_of
from ledger.declarations import declarations_of
from ledger.intervals.posting import post_intervals
from ledger.turns import Overloaded
from schema.context import Service
from schema.errors import BadInput, RateLimited
from schema.global_ids import decode_uuid

BODY_BYTES: Final = 4 << 20
"""The longest body: a thousand records of four kilobytes."""
_KNOWN: Final = (Outcome.ACCEPTED, Outcome.DUPLICATE)


class _Refused(Exception):
    """A webhook that is refused with a status, a code and why."""

    def __init__(self, status: int, code: str, message: str, field: str = "", wait_s: float = 0) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.field = field
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The way in for webhooks of one service, with the secrets of its tenants by their ids."""

    service: Service
    secrets: Secrets = field(repr=False)
    limiter: Limiter

    def routes(self) -> list[BaseRoute]:
        """Return the route; there is none where no tenant has a secret."""
        return [Route("/ingest/v1/webhook/{profile}", self.answer, methods=["POST"])] if self.secrets else []

    async def answer(self, request: Request) -> Response:
        """Post what a webhook says: 200 once it is committed, 4xx with nothing written."""
        request.state.caller = of_address(meter_of(self.limiter, request).address)
        try:
            answer = await self._posted(request)
        except _Refused as error:
            extensions = {"code": error.code, "field": error.field}
            body = {"errors": [{"message": str(error), "extensions": extensions}]}
            answer = JSONResponse(
                body, error.status, {"retry-after": retry_after(error.wait_s)} if error.wait_s else {}
            )
        except ClientDisconnect:
            return Response(status_code=400)
        answer.headers.update(self.limiter.fields(request.state.caller))
        return answer

    async def _posted(self, request: Request) -> Response:
        name = request.query_params.get("tenant", "")
        body = await _body(request)
        try:
            key = verify(request.headers, body, self.secrets.get(name, ()), self.service.clock())
        except BadSignature as error:
            self._check(self.limiter.fail(request.state.caller))
            raise _Refused(401, "BAD_SIGNATURE", str(error)) from None
        tenant, profile_name = _tenant(name), request.path_params["profile"]
        request.state.caller = caller = _caller(tenant)
        self._check(self.limiter.wait(caller, cost=1, rows=1))
        here = self._within(tenant, Author(f"webhook {profile_name}", key))
        profile = await here._profile(tenant, profile_name)
        try:
            records = await asyncio.to_thread(records_of, body, profile)
            self._check(self.limiter.spend(caller, cost=1, rows=records.block.frame.height))
            return await here._written(tenant, _key(tenant, key), profile, records)
        except BadRecords as error:
            raise _Refused(422, "UNREADABLE", str(error)) from None
        except Refused as error:
            raise _Refused(422, error.code.value, str(error), error.field) from None
        except Overloaded as error:
            raise _Refused(503, "OVERLOADED", str(error), wait_s=1) from None
        except IdempotencyKeyReused:
            message = f"the webhook {key[:80]!r} was taken before with another body, or read by another profile"
            raise _Refused(409, "IDEMPOTENCY_KEY_REUSED", message) from None

    def _check(self, wait: float) -> None:
        """Refuse what there is no budget for."""
        if wait:
            error = RateLimited(wait)
            raise _Refused(429, error.code, str(error), wait_s=wait)

    def _within(self, tenant: UUID, author: Author) -> "Webhooks":
        """Return the same for the one tenant whose secret signed."""
        access = Access(reads=frozenset({tenant}), writes=frozenset({tenant}))
        database = self.service.database.within(access).written_by(author)
        return replace(self, service=replace(self.service, database=database))

    async def _profile(self, tenant: UUID, name: str) -> IngestProfile:
        async with self.service.database.snapshot() as connection:
            declared = await declarations_of(connection, [tenant], [DeclarationKind.INGEST_PROFILE])
        for one in declared:
            if one.subject == name:
                found: IngestProfile = one.content
                return found
        names = ", ".join(repr(one.subject) for one in declared) or "none"
        raise _Refused(404, "NOT_FOUND", f"the tenant has no profile {name[:80]!r}; it has {names}")

    async def _written(self, tenant: UUID, key: UUID, profile: IngestProfile, records: Records) -> Response:
        if profile.dataset is Dataset.INTERVALS:
            return await self._readings(tenant, key, records)
        service = self.service
        done = await post(service.database, service.catalogues, tenant, key, records.rows(), service.clock())
        counts = {f"{one.value.lower()}Count": sum(row.outcome is one for row in done.outcomes) for one in Outcome}
        told = []
        for number, row in enumerate(done.outcomes):
            unread = records.block.refused.get(number)
            if row.outcome not in _KNOWN:
                code, where, message = (
                    (unread.code, unread.field, unread.message) if unread else (row.code, row.field, row.message)
                )
                fields = list(row.conflicting_fields)
                told.append(_outcome(number, row.outcome.value, code and code.value, where, message, fields))
        # A sender looks at the status alone: where nothing of it is in the ledger, it was not taken.
        status = 200 if any(row.outcome in _KNOWN for row in done.outcomes) else 422
        return JSONResponse({"isReplay": done.is_replay, **counts, "outcomes": told}, status)

    async def _readings(self, tenant: UUID, key: UUID, records: Records) -> Response:
        for unread in records.block.refused.values():
            raise _Refused(422, unread.code.value, unread.message, f"readings[{unread.row}].{unread.field}")
        database = self.service.database
        spans = await spans_of(database, tenant, records.readings())
        done = await post_intervals(database, tenant, key, spans, self.service.clock())
        counts = {
            "acceptedCount": sum(one.accepted for one in done.outcomes),
            "duplicateCount": sum(one.duplicates for one in done.outcomes),
            "conflictCount": sum(one.conflicts for one in done.outcomes),
        }
        told = [_conflict(number) for number, one in enumerate(done.outcomes) if one.conflicts]
        status = 200 if len(told) < len(done.outcomes) else 422
        return JSONResponse({"isReplay": done.is_replay, **counts, "rejectedCount": 0, "outcomes": told}, status)


def _conflict(number: int) -> dict[str, Any]:
    message = "the interval was posted before with another value, which the ledger keeps; use correctIntervals"
    return _outcome(number, Outcome.CONFLICT.value, None, "value", message, ["value"])


def _outcome(
    number: int, outcome: str, code: str | None, where: str, message: str, conflicting: Sequence[str]
) -> dict[str, Any]:
    return {
        "row": number,
        "outcome": outcome,
        "code": code,
        "field": where,
        "message": message,
        "conflictingFields": conflicting,
    }


def _caller(tenant: UUID) -> str:
    """Return whose budget the webhooks of a tenant are taken from; they have one beside those of its keys."""
    return of_actor(f"webhooks {tenant}")


def _key(tenant: UUID, name: str) -> UUID:
    """Return the idempotency key of a webhook: of its tenant and its id, which its sender makes."""
    return UUID(bytes=hashlib.sha256(f"webhook {tenant} {name}".encode()).digest()[:16], version=5)


def _tenant(name: str) -> UUID:
    try:
        return decode_uuid(name, "Tenant")
    except BadInput as error:
        raise _Refused(400, "BAD_USER_INPUT", f"tenant: {error}") from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise _Refused(413, "TOO_LARGE", f"the body has more than {BODY_BYTES} bytes; send fewer records at a time")
    return bytes(body)
