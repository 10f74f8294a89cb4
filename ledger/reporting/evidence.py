"""Evidence: what is known of files that prove something. The files themselves are not in the database.

A row is committed when its file is on the disk for good, so that a row without a file means a lost disk; a file is put
there when nothing but the commit is left, so that what is refused leaves none. The same file about the same thing is
one row.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from accounting.management.reporting_periods import period_named
from ledger.access import NO_TENANT, NotRegistered
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.registry import tenants_where
from ledger.reporting.periods import check_whole
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_REASON, LONGEST_TEXT, check_text


class EvidenceSubject(StrEnum):
    """What a file is about."""

    PERIOD = "PERIOD"
    """A reporting period, named by kind and first month: `QUARTER 2025-04`."""
    ACTIVITY = "ACTIVITY"
    """An activity, by its id."""
    INSTRUMENT = "INSTRUMENT"
    """A contractual instrument, by the id of a version."""
    DECLARATION = "DECLARATION"
    """A declaration, by the id of a version."""


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A file: `subject` is a UUID as text, or the text of a period; `name` is what its sender calls it."""

    tenant: UUID
    sha256: str
    media_type: str
    byte_count: int
    name: str
    kind: EvidenceSubject
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence as it is recorded; `is_new` where this request recorded it."""

    new: NewEvidence
    id: UUID
    actor: str
    recorded_at: datetime
    is_new: bool = False


class EvidenceNotFound(Exception):
    """There is no evidence of this id."""


_COLUMNS: Final = """
tenant_id, sha256, media_type, byte_count, file_name, subject_kind, subject, note, evidence_id, actor, recorded_at
"""
_ADD: Final = """
INSERT INTO evidence (tenant_id, evidence_id, sha256, media_type, byte_count, file_name, subject_kind, subject, note)
VALUES (%(tenant)s, %(id)s, %(sha256)s, %(media_type)s, %(byte_count)s, %(name)s, %(kind)s, %(subject)s, %(note)s)
ON CONFLICT DO NOTHING RETURNING evidence_id
"""
_SAME: Final = f"""
SELECT {_COLUMNS} FROM evidence
WHERE tenant_id = %(tenant)s AND subject_kind = %(kind)s AND subject = %(subject)s AND sha256 = %(sha256)s
"""  # noqa: S608  composed of constants
_BY_ID: Final = f"SELECT {_COLUMNS} FROM evidence WHERE evidence_id = %s"  # noqa: S608
_OF_SUBJECTS: Final = f"""
SELECT {_COLUMNS} FROM evidence WHERE tenant_id = %s AND subject_kind = %s AND subject = ANY(%s::text[])
ORDER BY recorded_at, evidence_id
"""  # noqa: S608  composed of constants
_OF_DAYS: Final = f"""
SELECT {_COLUMNS} FROM evidence
WHERE tenant_id = %(tenant)s AND recorded_at <= %(until)s AND CASE subject_kind
    WHEN 'PERIOD' THEN subject = ANY(%(periods)s::text[])
    WHEN 'ACTIVITY' THEN EXISTS (SELECT FROM activities AS activity WHERE activity.tenant_id = evidence.tenant_id
        AND activity.activity_id = (CASE subject_kind WHEN 'ACTIVITY' THEN evidence.subject END)::uuid
        AND activity.local_end > %(first)s AND activity.local_start < %(last)s::date + 1)
    ELSE false END
ORDER BY recorded_at, evidence_id
"""  # noqa: S608  composed of constants
_IS_THERE: Final[dict[EvidenceSubject, str]] = {
    EvidenceSubject.ACTIVITY: "SELECT FROM activities WHERE tenant_id = %s AND activity_id = %s::uuid",
    EvidenceSubject.INSTRUMENT: "SELECT FROM instruments WHERE tenant_id = %s AND instrument_id = %s::uuid",
    EvidenceSubject.DECLARATION: "SELECT FROM declarations WHERE tenant_id = %s AND declaration_id = %s::uuid",
}

_KEEP: Final = "SELECT pg_advisory_xact_lock_shared(7309453620184227)"
"""Held from before a file has its name until its row is committed, by all who keep one; alone by who removes files."""
_ALONE: Final = "SELECT pg_try_advisory_xact_lock(7309453620184227)"
_WITHOUT_ROWS: Final = """
SELECT given.sha256 FROM unnest(%(hashes)s::text[]) AS given (sha256)
WHERE NOT EXISTS (SELECT FROM evidence WHERE tenant_id = %(tenant)s AND evidence.sha256 = given.sha256)
"""


async def check_evidence(database: Database, tenant: UUID, kind: EvidenceSubject, subject: str) -> None:
    """Raise `NotRegistered` where the tenant, or what a file is to be about, is not there for the caller, or `Refused`
    for a text that names no period: before the file is received.
    """
    check_whole(database.access)
    async with database.write(tenant, is_review=True) as connection:
        await _check(connection, tenant, kind, subject)


def check_texts(name: str, note: str) -> None:
    """Raise `Refused` for a file name or a note that is not kept."""
    check_text(name, "name", LONGEST_TEXT)
    if note:
        check_text(note, "note", LONGEST_REASON)


async def add_evidence(database: Database, new: NewEvidence, keep: Callable[[], Awaitable[None]]) -> Evidence:
    """Record a file, or find it where it is recorded already; `keep` puts it on the disk for good, right before the
    commit. Of several who send the same at once one records it.

    Raises `NotRegistered` where the tenant or what the file is about is not there, or `Refused`: nothing is kept then.
    """
    check_texts(new.name, new.note)
    check_whole(database.access)
    async with database.write(new.tenant, is_review=True) as connection:
        await _check(connection, new.tenant, new.kind, new.subject)
        values = {
            "tenant": new.tenant, "id": new_id(), "sha256": new.sha256, "media_type": new.media_type,
            "byte_count": new.byte_count, "name": new.name, "kind": new.kind, "subject": new.subject, "note": new.note,
        }  # fmt: skip
        await take_turn(connection, f"evidence {new.tenant} {new.kind} {new.subject} {new.sha256}")
        known = await (await connection.execute(_SAME, values)).fetchone()
        is_new = known is None and await (await connection.execute(_ADD, values)).fetchone() is not None
        row = known or await (await connection.execute(_SAME, values)).fetchone()
        if row is None:
            raise RuntimeError(f"evidence {new.sha256} was neither added nor found")
        await connection.execute(_KEEP)
        await keep()
    return _read(row, is_new=is_new)


@asynccontextmanager
async def nobody_keeps(database: Database) -> AsyncIterator[Connection | None]:
    """Open a transaction during which no file is kept, and yield it; None where somebody keeps one.

    Who is about to keep a file waits until it ends. Each of its statements sees what was committed before.
    """
    async with database.write_registry() as connection:
        is_alone = await (await connection.execute(_ALONE)).fetchone() == (True,)
        yield connection if is_alone else None


async def without_rows(connection: Connection, tenant: UUID, hashes: Collection[str]) -> list[str] | None:
    """Return those hashes of files of a tenant that no evidence names; None for a tenant that is not registered."""
    if not await tenants_where(connection, tenant_id=tenant):
        return None
    rows = await (await connection.execute(_WITHOUT_ROWS, {"tenant": tenant, "hashes": list(hashes)})).fetchall()
    return [digest for (digest,) in rows]


async def evidence_by_id(connection: Connection, key: UUID) -> Evidence:
    """Return evidence that the caller reaches; raises `EvidenceNotFound`."""
    row = await (await connection.execute(_BY_ID, (key,))).fetchone()
    if row is None:
        raise EvidenceNotFound(f"there is no evidence {key}")
    return _read(row)


async def evidence_of(
    connection: Connection, tenant: UUID, kind: EvidenceSubject, subjects: Collection[str]
) -> list[Evidence]:
    """Return the evidence about some things, in the order of recording."""
    cursor = await connection.execute(_OF_SUBJECTS, (tenant, kind, list(subjects)))
    return [_read(row) for row in await cursor.fetchall()]


async def evidence_of_days(
    connection: Connection, tenant: UUID, periods: Collection[str], days: tuple[date, date], until: datetime
) -> list[Evidence]:
    """Return the evidence about periods, and about activities that touch days, both included, on their site's clock,
    that was recorded by an instant, in the order of recording.
    """
    first, last = days
    asked = {"tenant": tenant, "periods": list(periods), "first": first, "last": last, "until": until}
    return [_read(row) for row in await (await connection.execute(_OF_DAYS, asked)).fetchall()]


async def _check(connection: Connection, tenant: UUID, kind: EvidenceSubject, subject: str) -> None:
    if not await tenants_where(connection, tenant_id=tenant):
        raise NotRegistered(NO_TENANT)
    if kind is EvidenceSubject.PERIOD:
        period_named(subject)
    elif await (await connection.execute(_IS_THERE[kind].encode(), (tenant, subject))).fetchone() is None:
        raise NotRegistered(f"the tenant has no {kind.lower()} {subject}")


def _read(row: Sequence[Any], *, is_new: bool = False) -> Evidence:
    tenant, sha256, media_type, byte_count, name, kind, subject, note, *rest = row
    new = NewEvidence(tenant, sha256, media_type, byte_count, name, EvidenceSubject(kind), subject, note)
    key, actor, recorded_at = rest
    return Evidence(new, key, actor, recorded_at, is_new)
