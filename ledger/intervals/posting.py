"""Posting readings by interval: a whole request checked, then written with its cells in one statement; retries write
nothing twice.

    no reading of the interval yet        -> accepted, version 1
    the same value, in any version        -> duplicate: a retry, however late, is a success
    another value                         -> conflict: the ledger keeps the first; correctIntervals corrects it

A correction is the next version of an interval and says why; without a value it withdraws the reading. A request that
cannot be used is refused whole, with nothing written.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.errors import CheckViolation
from psycopg.types.json import Jsonb

from accounting.refusals import RefusalCode, Refused
from ledger.activities.closed_months import closed_months
from ledger.activities.posting import IdempotencyKeyReused
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.intervals.cells import ADD_TO_CELLS, cell_parameters
from ledger.intervals.closed import check_written
from ledger.intervals.series import IntervalSeries, series_where
from ledger.intervals.spans import (
    IntervalConflict,
    Span,
    SpanOutcome,
    check_calendar,
    check_spans,
    fingerprint_of,
    posted_value,
    shown,
    stored_array,
)
from ledger.partitions import make_interval_months, refuse_archived_since
from ledger.periods import EARLIEST
from ledger.recordings import RECORD_POSTING, Recording
from ledger.registry import NotRegistered
from ledger.taking_turns import take_turn
from ledger.texts import reason_of

MOST_CONFLICTS: Final = 100
"""Conflicts of a span that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class IntervalsPosted:
    """The outcomes in input order; `is_replay` where the key had been used for the same request before."""

    posting_id: UUID
    outcomes: tuple[SpanOutcome, ...]
    recorded_at: datetime
    is_replay: bool


class _RecordedMeanwhile(Exception):
    """Another request recorded the same idempotency key while this one worked; this one's work is undone."""


_GIVEN: Final = """
WITH given AS (
    SELECT span.number, span.series_id, reading.value,
           span.start + (reading.position - 1) * make_interval(mins => span.minutes) AS start
    FROM unnest(%(numbers)s::integer[], %(series)s::uuid[], %(starts)s::timestamptz[], %(minutes)s::integer[],
            %(values)s::text[]) AS span (number, series_id, start, minutes, quantities)
    CROSS JOIN LATERAL unnest(span.quantities::numeric[]) WITH ORDINALITY AS reading (value, position)
)
"""
"""The intervals of all spans: position in the request, series, start and value."""
_POST: Final = f"""
{_GIVEN}, fresh AS (
    INSERT INTO interval_readings (tenant_id, series_id, start, version, value, posting_id, reason)
    SELECT %(tenant)s, series_id, start, 1, value, %(posting)s, '' FROM given WHERE value IS NOT NULL
    ORDER BY series_id, start
    ON CONFLICT DO NOTHING
    RETURNING series_id, start, value
), changed AS (
    SELECT series_id, start, value, 1 AS readings FROM fresh
), cells AS ({ADD_TO_CELLS})
SELECT count(*) FROM fresh
"""  # noqa: S608  composed of constants
_CORRECT: Final = f"""
{_GIVEN}, changing AS MATERIALIZED (
    SELECT given.number, given.series_id, given.start, given.value, newest.value AS old, newest.version + 1 AS version
    FROM given CROSS JOIN LATERAL (
        SELECT version, value FROM interval_readings AS known
        WHERE known.tenant_id = %(tenant)s AND known.series_id = given.series_id AND known.start = given.start
        ORDER BY version DESC LIMIT 1
    ) AS newest
    WHERE newest.value IS DISTINCT FROM given.value
), written AS (
    INSERT INTO interval_readings (tenant_id, series_id, start, version, value, posting_id, reason)
    SELECT %(tenant)s, series_id, start, version, value, %(posting)s, %(reason)s FROM changing
    ORDER BY series_id, start
    ON CONFLICT DO NOTHING
    RETURNING series_id
), changed AS (
    SELECT series_id, start, coalesce(value, 0) - coalesce(old, 0) AS value,
           (value IS NOT NULL)::integer - (old IS NOT NULL)::integer AS readings
    FROM changing
), cells AS ({ADD_TO_CELLS})
SELECT number, count(*), (SELECT count(*) FROM written) FROM changing GROUP BY number
"""  # noqa: S608  composed of constants
"""How many intervals of each span change, and how many were written in all."""
_COMPARED: Final = f"""
{_GIVEN}
SELECT given.number, given.start, known.posting, known.is_same, known.value, given.value
FROM given CROSS JOIN LATERAL (
    SELECT bool_or(posting_id = %(posting)s) AS posting, bool_or(reading.value = given.value) AS is_same,
           (array_agg(reading.value ORDER BY version DESC))[1] AS value
    FROM interval_readings AS reading
    WHERE reading.tenant_id = %(tenant)s AND reading.series_id = given.series_id AND reading.start = given.start
) AS known
WHERE given.value IS NOT NULL ORDER BY given.number, given.start
"""  # noqa: S608  composed of constants
_UNKNOWN: Final = f"""
{_GIVEN}
SELECT given.number, given.start FROM given WHERE (
    SELECT version FROM interval_readings AS known
    WHERE known.tenant_id = %(tenant)s AND known.series_id = given.series_id AND known.start = given.start LIMIT 1
) IS NULL ORDER BY given.number, given.start LIMIT 1
"""  # noqa: S608  composed of constants
"""The first interval without a reading. Not an anti join: without statistics that compares all with all."""
_FIND: Final = """
SELECT posting_id, fingerprint, outcomes, recorded_at FROM postings WHERE tenant_id = %s AND idempotency_key = %s
"""

_Write = Callable[[Connection, "_Request"], Awaitable[list[SpanOutcome]]]


@dataclass(frozen=True, slots=True)
class _Request:
    tenant: UUID
    posting: UUID
    spans: Sequence[Span]
    series: Mapping[UUID, IntervalSeries]
    reason: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return what the statements take: each span with its values as the text of an array, in the base unit."""
        return {
            "tenant": self.tenant,
            "posting": self.posting,
            "reason": self.reason,
            "numbers": list(range(len(self.spans))),
            "series": [span.series for span in self.spans],
            "starts": [span.start for span in self.spans],
            "minutes": [span.minutes for span in self.spans],
            "values": [stored_array(span.values, self.series[span.series].to_base) for span in self.spans],
            **cell_parameters(self.series.values()),
        }


async def post_intervals(
    database: Database,
    tenant: UUID,
    idempotency_key: UUID,
    spans: Sequence[Span],
    now: datetime,
    adjustment: str = "",
) -> IntervalsPosted:
    """Post readings and return what became of each span, committed before this returns.

    The same key with the same spans answers what it answered first. Raises `IdempotencyKeyReused`, `NotRegistered` for
    a series that is not the tenant's, or `Refused` with nothing written, as for new readings of closed months, unless
    `adjustment` says why.
    """
    return await _once(database, tenant, idempotency_key, spans, ("", adjustment), now, _post)


async def correct_intervals(
    database: Database,
    tenant: UUID,
    idempotency_key: UUID,
    spans: Sequence[Span],
    reason: str,
    now: datetime,
    adjustment: str = "",
) -> IntervalsPosted:
    """Correct readings: the next version of each interval whose value changes; no value withdraws the reading.

    Raises as `post_intervals`, and `Refused` without a reason or for an interval that was never posted.
    """
    return await _once(database, tenant, idempotency_key, spans, (reason_of(reason), adjustment), now, _correct)


async def _once(
    database: Database,
    tenant: UUID,
    key: UUID,
    spans: Sequence[Span],
    reasons: tuple[str, str],
    now: datetime,
    write: _Write,
) -> IntervalsPosted:
    """Do what a key asks for, or tell again what it did; why it is done, and why in closed months."""
    reason, adjustment = reasons
    check_calendar(spans)
    fingerprint = fingerprint_of(spans, f"{reason}\x00{adjustment}" if adjustment else reason)
    # Before the transaction, which must not wait for another connection; what lies outside will be refused.
    months = [start for start in _months(spans) if EARLIEST <= start <= now]
    await make_interval_months(database, months)
    try:
        async with database.write(tenant) as connection:
            known = await _posted_before(connection, tenant, key, fingerprint)
            if known is not None:
                return known
            series = await _series_of(connection, tenant, spans)
            check_spans(spans, series, now)
            request = _Request(tenant, new_id(), spans, series, reason)
            closed = await closed_months(connection, tenant)
            outcomes = await write(connection, request)
            await check_written(connection, tenant, request.posting, spans, series, closed, adjustment)
            stored = Recording(tenant, request.posting).parameters()
            stored |= {"key": key, "fingerprint": fingerprint, "outcomes": Jsonb(msgspec.to_builtins(outcomes))}
            recorded = await (await connection.execute(RECORD_POSTING, stored)).fetchone()
            if recorded is None:
                raise _RecordedMeanwhile
            return IntervalsPosted(request.posting, tuple(outcomes), recorded[0], False)
    except CheckViolation:
        await refuse_archived_since(database, months)
        raise
    except _RecordedMeanwhile:
        async with database.write(tenant) as connection:
            known = await _posted_before(connection, tenant, key, fingerprint)
            if known is None:
                raise
            return known


def _months(spans: Sequence[Span]) -> set[datetime]:
    """Return the first instants of the months, UTC, that the intervals of spans begin in."""
    found = set()
    for span in spans:
        last = span.at(len(span.values) - 1).astimezone(UTC)
        month = span.start.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while month <= last:
            found.add(month)
            month = (month + timedelta(days=31)).replace(day=1)
    return found


async def _posted_before(connection: Connection, tenant: UUID, key: UUID, fingerprint: bytes) -> IntervalsPosted | None:
    row = await (await connection.execute(_FIND, (tenant, key))).fetchone()
    if row is None:
        return None
    posting_id, earlier, outcomes, recorded_at = row
    if bytes(earlier) != fingerprint:
        raise IdempotencyKeyReused(f"idempotency key {key} was used at {recorded_at} for another batch; make a new one")
    return IntervalsPosted(posting_id, tuple(msgspec.convert(outcomes, list[SpanOutcome])), recorded_at, True)


async def _post(connection: Connection, request: _Request) -> list[SpanOutcome]:
    parameters = request.parameters()
    row = await (await connection.execute(_POST, parameters)).fetchone()
    given = [len(span.values) - span.missing for span in request.spans]
    if row is not None and row[0] == sum(given):
        return [
            SpanOutcome(span.series, new, 0, 0, span.missing) for span, new in zip(request.spans, given, strict=True)
        ]
    # Some intervals had a reading. A statement of its own sees what another transaction wrote meanwhile, too.
    rows = await (await connection.execute(_COMPARED, parameters)).fetchall()
    compared = {number: list(found) for number, found in groupby(rows, key=lambda row: row[0])}
    return [_outcome(span, request, compared.get(number, [])) for number, span in enumerate(request.spans)]


async def _correct(connection: Connection, request: _Request) -> list[SpanOutcome]:
    await take_turn(connection, f"interval corrections of {request.tenant}")
    parameters = request.parameters()
    row = await (await connection.execute(_UNKNOWN, parameters)).fetchone()
    if row is not None:
        message = f"there is no reading from {shown(row[1])}; postIntervals posts what was never posted"
        raise Refused(RefusalCode.BAD_INTERVALS, f"readings[{row[0]}]", message)
    rows = await (await connection.execute(_CORRECT, parameters)).fetchall()
    changed = {number: count for number, count, _ in rows}
    if rows and rows[0][2] != sum(changed.values()):  # the advisory lock lets one writer at a time get here
        raise RuntimeError("another transaction wrote the next version of a reading")
    return [
        SpanOutcome(span.series, changed.get(number, 0), len(span.values) - changed.get(number, 0), 0, span.missing)
        for number, span in enumerate(request.spans)
    ]


def _outcome(span: Span, request: _Request, compared: Sequence[Sequence[Any]]) -> SpanOutcome:
    """Return what became of a span from its intervals as they are now: mine, the same, or another value."""
    to_base = request.series[span.series].to_base
    conflicts = [_conflict(row, to_base) for row in compared if not (row[2] or row[3])]
    accepted = sum(1 for row in compared if row[2])
    return SpanOutcome(
        series=span.series,
        accepted=accepted,
        duplicates=len(compared) - accepted - len(conflicts),
        conflicts=len(conflicts),
        missing=span.missing,
        conflicting=tuple(conflicts[:MOST_CONFLICTS]),
    )


def _conflict(row: Sequence[Any], to_base: Decimal) -> IntervalConflict:
    _, start, _, _, known, given = row
    before = None if known is None else posted_value(known, to_base)
    return IntervalConflict(start.astimezone(UTC), before, posted_value(given, to_base))


async def _series_of(connection: Connection, tenant: UUID, spans: Sequence[Span]) -> dict[UUID, IntervalSeries]:
    found = {one.id: one for one in await series_where(connection, [tenant], {span.series for span in spans})}
    for span in spans:
        if span.series not in found:
            raise NotRegistered(f"the tenant has no series {span.series}; add it with addIntervalSeries")
    return found
