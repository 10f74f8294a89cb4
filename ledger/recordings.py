"""Recordings: the one instant of each transaction that changes the ledger, in the order in which changes were seen.

    a change        takes its instant as the last thing before it commits, under a lock that others may share
    a reader        has the lock alone for a moment: all up to the newest instant can be seen, all to come is later

So whoever is told an instant can ask again as of it and sees the same rows, whatever was under way. Activities carry
their recording as `posting_id`; everything else has the instant itself. See docs/decisions/0019-known-at.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from ledger.connections import Connection

RECORD: Final = """
INSERT INTO recordings
    (tenant_id, recording_id, recorded_at, first_id, last_id, row_count, first_month, last_month)
VALUES (%(tenant)s, %(recording)s, recording_instant(), %(first_id)s, %(last_id)s, %(row_count)s, %(first_month)s,
    %(last_month)s)
ON CONFLICT DO NOTHING
RETURNING recorded_at
"""
"""Takes the transaction's instant: nothing but the commit should follow."""

_RECORD_POSTING: Final = f"""
WITH recording AS ({RECORD})
INSERT INTO postings (tenant_id, posting_id, idempotency_key, fingerprint, outcomes, recorded_at)
VALUES (%(tenant)s, %(recording)s, %(key)s, %(fingerprint)s, %(outcomes)s, recording_instant())
"""  # noqa: S608  composed of constants
RECORD_POSTING: Final = f"{_RECORD_POSTING} ON CONFLICT DO NOTHING RETURNING recorded_at"
"""The same with what a request posted, to tell it again; no row where the idempotency key is in the ledger."""
RECORD_NEW_POSTING: Final = f"{_RECORD_POSTING} ON CONFLICT (tenant_id, posting_id) DO NOTHING RETURNING recorded_at"
"""The same, but the transaction fails with a unique violation where the idempotency key is in the ledger."""

WAS_KNOWN: Final = """
(%(known_at)s::timestamptz IS NULL OR {posting} IN (
    SELECT recording_id FROM recordings WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND recorded_at <= %(known_at)s))
"""
"""Whether what `posting` names was known at `known_at`; everything is, where that is null."""

KNOWN_ROWS: Final = """
    SELECT activity.* FROM activities AS activity
    JOIN recordings AS recording
        ON recording.tenant_id = activity.tenant_id AND recording.recording_id = activity.posting_id
    WHERE activity.tenant_id = ANY(%(tenants)s::uuid[]) AND recording.recorded_at <= %(known_at)s
"""
"""Every version of the activities of `tenants` that was known at `known_at`."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a transaction recorded: where its rows are found again, and the months of happening they touch.

    The ids and months may enclose more than was accepted. Months are first days, both included.
    """

    tenant: UUID
    id: UUID
    row_count: int = 0
    first_id: UUID | None = None
    last_id: UUID | None = None
    first_month: date | None = None
    last_month: date | None = None

    def parameters(self) -> dict[str, Any]:
        """Return what `RECORD` takes."""
        return {
            "tenant": self.tenant,
            "recording": self.id,
            "row_count": self.row_count,
            "first_id": self.first_id,
            "last_id": self.last_id,
            "first_month": self.first_month,
            "last_month": self.last_month,
        }


def recording_of(tenant: UUID, key: UUID, rows: Iterable[tuple[UUID, datetime, datetime]]) -> Recording:
    """Return the recording of rows, each with its id and its period on the site's clock."""
    staged = list(rows)
    if not staged:
        return Recording(tenant, key)
    ids, starts, ends = zip(*staged, strict=True)
    months = min(starts).date().replace(day=1), max(ends).date().replace(day=1)
    by_number = attrgetter("int")  # two numbers are compared much faster than two UUIDs
    return Recording(tenant, key, len(staged), min(ids, key=by_number), max(ids, key=by_number), *months)


async def record(connection: Connection, recording: Recording) -> datetime:
    """Record what this transaction did and return its instant; to be called last, right before the commit."""
    row = await (await connection.execute(RECORD, recording.parameters())).fetchone()
    if row is None:
        raise RuntimeError(f"recording {recording.id} is in the ledger already")
    found: datetime = row[0]
    return found
