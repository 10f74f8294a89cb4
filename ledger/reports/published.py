"""Published reports in the ledger: appended whole or not at all, read by their editions, never changed.

Two who publish the same edition at once: one wins, and the other is told. What an edition supersedes stays as it was.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id

NAMED: Final = ""
"""Stands for every regulator that is named for the tenant."""


class ReportNotFound(Exception):
    """There is no published report of this id, or none that the caller may read."""


class ReportDamaged(Exception):
    """The stored bytes of a report are not those that were published."""


@dataclass(frozen=True, slots=True)
class Editions:
    """Of what there are editions: `tenant` writes the rows, of a `park` the tenant that operates it."""

    tenant: UUID
    park: UUID | None
    kind: str
    cadence: str
    first: date


@dataclass(frozen=True, slots=True)
class NewReport:
    """An edition that is to be published: its canonical bytes, their signature by the key `signed_by`, and to whom.

    `recipients` are systems of regulators' grants, `NAMED` for every one that is named for the tenant.
    """

    of: Editions
    last: date
    version: int
    supersedes: UUID | None
    reason: str
    known_at: datetime
    content: bytes = field(repr=False)
    signature: str
    signed_by: str
    published_at: datetime
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """An edition as it was published, without its bytes; see `content_of`."""

    of: Editions
    id: UUID
    last: date
    version: int
    supersedes: UUID | None
    reason: str
    known_at: datetime
    sha256: str
    signature: str
    signed_by: str
    published_at: datetime
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports: of a tenant, of a park, of a kind, of months from and to; None for any."""

    tenant: UUID | None = None
    park: UUID | None = None
    kind: str | None = None
    cadence: str | None = None
    first: date | None = None
    last: date | None = None


_COLUMNS: Final = """
tenant_id, park_id, kind, cadence, first_month, report_id, last_month, version, supersedes, reason, known_at, sha256,
signature, signed_by, published_at, actor, recorded_at
"""
_ADD: Final = f"""
WITH added AS (
    INSERT INTO reports (tenant_id, report_id, park_id, kind, cadence, first_month, last_month, version, supersedes,
        reason, known_at, sha256, content, signature, signed_by, published_at)
    VALUES (%(tenant)s, %(report)s, %(park)s, %(kind)s, %(cadence)s, %(first)s, %(last)s, %(version)s, %(supersedes)s,
        %(reason)s, %(known_at)s, %(sha256)s, %(content)s, %(signature)s, %(signed_by)s, %(published_at)s)
    ON CONFLICT DO NOTHING
    RETURNING {_COLUMNS}
), addressed AS (
    INSERT INTO report_recipients (tenant_id, recipient_id, report_id, regulator)
    SELECT tenant_id, gen_random_uuid(), report_id, regulator FROM added, unnest(%(recipients)s::text[]) AS regulator
    ON CONFLICT DO NOTHING
)
SELECT {_COLUMNS} FROM added
"""  # noqa: S608  composed of constants
_WHERE: Final = f"""
SELECT {_COLUMNS} FROM reports
WHERE (%(tenant)s::uuid IS NULL OR (tenant_id = %(tenant)s AND park_id IS NULL))
    AND (%(park)s::uuid IS NULL OR park_id = %(park)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(cadence)s::text IS NULL OR cadence = %(cadence)s)
    AND (%(first)s::date IS NULL OR last_month >= %(first)s) AND (%(last)s::date IS NULL OR first_month <= %(last)s)
    AND (%(after)s::uuid IS NULL OR report_id < %(after)s)
ORDER BY report_id DESC LIMIT %(most)s
"""  # noqa: S608  composed of constants
_BY_ID: Final = f"SELECT {_COLUMNS} FROM reports WHERE report_id = ANY(%s::uuid[])"  # noqa: S608
_SUPERSEDING: Final = f"SELECT {_COLUMNS} FROM reports WHERE supersedes = ANY(%s::uuid[])"  # noqa: S608
_NEWEST: Final = f"""
SELECT {_COLUMNS} FROM reports WHERE tenant_id = %s AND park_id IS NOT DISTINCT FROM %s AND kind = %s AND cadence = %s
    AND first_month = %s ORDER BY version DESC LIMIT 1
"""  # noqa: S608  composed of constants
_CONTENT: Final = "SELECT content FROM reports WHERE tenant_id = %s AND report_id = %s"
_RECIPIENTS: Final = """
SELECT report_id, regulator, recorded_at FROM report_recipients AS one WHERE report_id = ANY(%s::uuid[])
    AND NOT EXISTS (SELECT FROM report_withdrawals AS gone WHERE gone.tenant_id = one.tenant_id
        AND gone.report_id = one.report_id AND gone.regulator = one.regulator)
ORDER BY regulator, recipient_id
"""
_PARTS: Final = """
SELECT report_id, to_json(part) FROM reports
CROSS JOIN LATERAL json_to_record(convert_from(content, 'UTF8')::json)
    AS part (totals json, rests json, gaps json, subject json)
WHERE report_id = ANY(%s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A regulator to whom an edition was published, `NAMED` for each that is named for the tenant; since when."""

    regulator: str
    since: datetime


async def add_report(database: Database, new: NewReport) -> PublishedReport:
    """Publish an edition: its row, to whom, and the recording that becomes its event, in one transaction.

    Raises `Refused` where the edition is there already, `NotRegistered` for a tenant that the caller does not write.
    """
    async with database.write(new.of.tenant) as connection:
        row = await (await connection.execute(_ADD, _values(new))).fetchone()
        if row is None:
            what = f"edition {new.version} of the {new.of.kind} report of {new.of.cadence} {new.of.first:%Y-%m}"
            message = f"{what} was published by somebody else meanwhile; nothing was published now"
            raise Refused(RefusalCode.ALREADY_PUBLISHED, "supersedes", message)
    return _report(row)


async def reports_where(
    connection: Connection, wanted: ReportFilter, most: int, after: UUID | None = None
) -> list[PublishedReport]:
    """Return reports that the caller may read, the newest first, those after the one of an id."""
    asked = {
        "tenant": wanted.tenant,
        "park": wanted.park,
        "kind": wanted.kind,
        "cadence": wanted.cadence,
        "first": wanted.first,
        "last": wanted.last,
        "after": after,
        "most": most,
    }
    return [_report(row) for row in await (await connection.execute(_WHERE, asked)).fetchall()]


async def reports_by_id(connection: Connection, ids: Collection[UUID]) -> dict[UUID, PublishedReport]:
    """Return those of these reports that the caller may read."""
    rows = await (await connection.execute(_BY_ID, (list(ids),))).fetchall()
    return {found.id: found for found in map(_report, rows)}


async def report_of(connection: Connection, key: UUID) -> PublishedReport:
    """Return a report; raises `ReportNotFound`."""
    found = (await reports_by_id(connection, [key])).get(key)
    if found is None:
        raise ReportNotFound(f"there is no published report {key}")
    return found


async def newest_edition(connection: Connection, of: Editions) -> PublishedReport | None:
    """Return the newest edition, None where nothing is published."""
    asked = (of.tenant, of.park, of.kind, of.cadence, of.first)
    row = await (await connection.execute(_NEWEST, asked)).fetchone()
    return _report(row) if row else None


async def superseding(connection: Connection, ids: Collection[UUID]) -> dict[UUID, PublishedReport]:
    """Return what supersedes each of these reports, of what the caller may read."""
    rows = await (await connection.execute(_SUPERSEDING, (list(ids),))).fetchall()
    return {found.supersedes: found for found in map(_report, rows) if found.supersedes}


async def recipients_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, list[Recipient]]:
    """Return to which regulators each of these reports is published; an address that was withdrawn is none."""
    found: dict[UUID, list[Recipient]] = {key: [] for key in ids}
    for key, regulator, since in await (await connection.execute(_RECIPIENTS, (list(ids),))).fetchall():
        found[key].append(Recipient(regulator, since))
    return found


async def parts_of(connection: Connection, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return totals, what it rests on, gaps and subject of each of these reports, as its JSON has them."""
    return dict(await (await connection.execute(_PARTS, (list(ids),))).fetchall())


async def now_of(connection: Connection) -> datetime:
    """Return the database's time, by which every process of the service publishes."""
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    assert row is not None  # noqa: S101  a select without a table has a row
    found: datetime = row[0]
    return found


async def content_of(connection: Connection, report: PublishedReport) -> bytes:
    """Return the canonical bytes as they were published; raises `ReportDamaged` where they are others."""
    row = await (await connection.execute(_CONTENT, (report.of.tenant, report.id))).fetchone()
    content = bytes(row[0]) if row else b""
    if sha256(content).hexdigest() != report.sha256:
        raise ReportDamaged(f"the stored bytes of the report {report.id} are not those that were published")
    return content


def _values(new: NewReport) -> dict[str, object]:
    return {
        "tenant": new.of.tenant,
        "report": new_id(),
        "park": new.of.park,
        "kind": new.of.kind,
        "cadence": new.of.cadence,
        "first": new.of.first,
        "last": new.last,
        "version": new.version,
        "supersedes": new.supersedes,
        "reason": new.reason,
        "known_at": new.known_at,
        "sha256": sha256(new.content).hexdigest(),
        "content": new.content,
        "signature": new.signature,
        "signed_by": new.signed_by,
        "published_at": new.published_at,
        "recipients": list(new.recipients),
    }


def _report(row: Sequence[Any]) -> PublishedReport:
    return PublishedReport(Editions(*row[:5]), *row[5:])
