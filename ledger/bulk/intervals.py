"""Readings of a file merged chunk by chunk, each in one transaction: every row has its outcome, as with activities.

    no reading of the interval yet        -> ACCEPTED, version 1
    the same value, in any version        -> DUPLICATE
    another value                         -> CONFLICT: the ledger keeps the first; correctIntervals corrects it
    nothing that can be kept              -> REJECTED, as is a new one of a closed month that is no adjustment

A row names its series by `source/carrier/role`, by the source alone where that has one series, or by the series' id.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import polars as pl
from psycopg.errors import CheckViolation

from accounting.management.ingest_profiles import FIELDS, Dataset
from accounting.refusals import RefusalCode, Refused
from emission_factors import decimals
from emission_factors.decimals import NotADecimal
from ledger.activities.batches import Outcome
from ledger.activities.closed_months import ClosedMonths, closed_months, mark_adjustment
from ledger.archived import archived_reading_months, archived_readings
from ledger.bulk.activities import SameTransaction, nothing_more
from ledger.bulk.chunks import Chunk
from ledger.bulk.outcomes import OUTCOME, Merged
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.intervals.cells import ADD_TO_CELLS, cell_parameters
from ledger.intervals.closed import on_the_clock
from ledger.intervals.series import IntervalSeries, series_where
from ledger.intervals.spans import Span, check_reading
from ledger.partitions import make_interval_months
from ledger.periods import instant
from ledger.recordings import Recording, record

COLUMNS: Final = FIELDS[Dataset.INTERVALS]

_POST: Final = f"""
WITH fresh AS (
    INSERT INTO interval_readings (tenant_id, series_id, start, version, value, posting_id, reason)
    SELECT %(tenant)s, series_id, start, 1, value, %(posting)s, ''
    FROM unnest(%(series)s::uuid[], %(starts)s::timestamptz[], %(values)s::numeric[])
        AS given (series_id, start, value)
    ORDER BY series_id, start
    ON CONFLICT DO NOTHING
    RETURNING series_id, start, value
), changed AS (
    SELECT series_id, start, value, 1 AS readings FROM fresh
), cells AS ({ADD_TO_CELLS})
SELECT series_id, start FROM fresh
"""  # noqa: S608  composed of constants
_COMPARED: Final = """
SELECT given.series_id, given.start, EXISTS (
    SELECT FROM interval_readings AS reading WHERE reading.tenant_id = %(tenant)s
        AND reading.series_id = given.series_id AND reading.start = given.start AND reading.value = given.value
), EXISTS (
    SELECT FROM interval_readings AS reading WHERE reading.tenant_id = %(tenant)s
        AND reading.series_id = given.series_id AND reading.start = given.start
)
FROM unnest(%(series)s::uuid[], %(starts)s::timestamptz[], %(values)s::numeric[]) AS given (series_id, start, value)
"""
"""Of each interval, whether the value is there, in any version, and whether there is a reading at all."""

_DIFFERS: Final = "the interval was posted before with another value, which the ledger keeps; use correctIntervals"

Place = tuple[UUID, datetime]
"""A series and the start of an interval: what makes a reading one."""
NamedReading = tuple[str, str, str]
"""A series as a file may call it, the start of an interval and the value, as texts."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """A chunk that was checked: the readings to be written, what each row reads, and the rows that read nothing."""

    first_row: int
    readings: Mapping[Place, Decimal]
    rows: Sequence[tuple[Place, Decimal] | Refused]
    series: Sequence[IntervalSeries]

    def parameters(self, tenant: UUID, posting: UUID) -> dict[str, object]:
        """Return what the statements take."""
        return {
            "tenant": tenant,
            "posting": posting,
            "series": [series for series, _ in self.readings],
            "starts": [start for _, start in self.readings],
            "values": list(self.readings.values()),
            **cell_parameters(self.series),
        }


async def merge_all(
    database: Database,
    tenant: UUID,
    chunks: Iterable[Chunk],
    now: datetime,
    same_transaction: SameTransaction = nothing_more,
    adjustment: str = "",
) -> AsyncGenerator[Merged, None]:
    """Merge the chunks of a file one after the other; yields the outcomes of each once it is committed."""
    unread = iter(chunks)
    while (chunk := await asyncio.to_thread(next, unread, None)) is not None:
        try:
            merged = await _merged(database, tenant, chunk, now, same_transaction, adjustment)
        except CheckViolation:  # a month of it was archived since it was checked
            database.interval_months.clear()
            merged = await _merged(database, tenant, chunk, now, same_transaction, adjustment)
        yield merged


async def _merged(
    database: Database, tenant: UUID, chunk: Chunk, now: datetime, same_transaction: SameTransaction, adjustment: str
) -> Merged:
    checked = await _checked(database, tenant, chunk, now)
    await make_interval_months(database, sorted({_month(start) for _, start in checked.readings}))
    posting = new_id()
    async with database.write(tenant) as connection:
        closed = await closed_months(connection, tenant)
        if closed and not adjustment:
            checked = await _open(connection, tenant, checked, closed)
        told = await _posted(connection, tenant, posting, checked)
        merged = Merged(checked.first_row, posting, _outcomes(checked, told))
        await same_transaction(connection, merged)
        if closed and adjustment:
            months = _months(checked, told, closed)
            await mark_adjustment(connection, tenant, posting, months, adjustment)
        await record(connection, Recording(tenant, posting))
    return merged


async def spans_of(database: Database, tenant: UUID, readings: Sequence[NamedReading]) -> list[Span]:
    """Return readings that name their series as spans that `post_intervals` takes, one each.

    Raises `Refused` for the first one that cannot be read; its field names the reading.
    """
    async with database.write(tenant) as connection:
        names = _by_name(await series_where(connection, [tenant]))
    spans = []
    for number, (name, start, value) in enumerate(readings):
        try:
            series, began, given = _read(name, start, value, names)
        except Refused as error:
            raise Refused(error.code, f"readings[{number}].{error.field}", str(error)) from None
        spans.append(Span(series.id, began, series.minutes, (given,)))
    return spans


async def preview(database: Database, tenant: UUID, chunk: Chunk, now: datetime, adjustment: str = "") -> Merged:
    """Return the outcomes a chunk would have, and write nothing."""
    checked = await _checked(database, tenant, chunk, now)
    async with database.write(tenant) as connection:
        if not adjustment:
            checked = await _open(connection, tenant, checked, await closed_months(connection, tenant))
        told = await _compared(connection, checked.parameters(tenant, new_id()), None)
    return Merged(checked.first_row, new_id(), _outcomes(checked, told))


async def _checked(database: Database, tenant: UUID, chunk: Chunk, now: datetime) -> _Checked:
    async with database.write(tenant) as connection:
        names = _by_name(await series_where(connection, [tenant]))
        archived = await archived_reading_months(connection)
    return await asyncio.to_thread(_check, chunk, _Against(names, archived, now))


def _by_name(found: Collection[IntervalSeries]) -> dict[str, IntervalSeries]:
    """Return series by what a row may call them; a source with more than one is no name of any."""
    of_source = Counter(one.source_code for one in found)
    names = {one.source_code: one for one in found if of_source[one.source_code] == 1}
    names |= {f"{one.source_code}/{one.carrier}/{one.role}": one for one in found}
    return names | {str(one.id): one for one in found}


@dataclass(frozen=True, slots=True)
class _Against:
    """What rows are checked against: series by what they may be called, months that were archived, and now."""

    names: Mapping[str, IntervalSeries]
    archived: Collection[date]
    now: datetime


def _check(chunk: Chunk, against: _Against) -> _Checked:
    readings: dict[Place, Decimal] = {}
    rows: list[tuple[Place, Decimal] | Refused] = []
    for series, start, value in chunk.frame.select(COLUMNS).iter_rows():
        try:
            place, base = _reading(series or "", start, value, against)
        except Refused as error:
            rows.append(error)
            continue
        readings.setdefault(place, base)
        rows.append((place, base))
    written = {series for series, _ in readings}
    series_of = {one.id: one for one in against.names.values() if one.id in written}
    return _Checked(chunk.first_row, readings, rows, list(series_of.values()))


def _reading(name: str, start: object, value: object, against: _Against) -> tuple[Place, Decimal]:
    series, began, given = _read(name, start, value, against.names)
    check_reading(series, began, given, against.now)
    month = _month(began).date()
    if month in against.archived:
        raise archived_readings(month, "start")
    return (series.id, began), decimals.product(given, series.to_base)


def _read(
    name: str, start: object, value: object, names: Mapping[str, IntervalSeries]
) -> tuple[IntervalSeries, datetime, Decimal]:
    series = names.get(name)
    if series is None:
        message = (
            f"the tenant has no series {name[:80]!r}; accepted is source/carrier/role, or a source with one series"
        )
        raise Refused(RefusalCode.UNKNOWN_SERIES, "series", message)
    began = instant(start, "start")
    try:
        return series, began, decimals.parse(value)
    except NotADecimal as error:
        raise Refused(RefusalCode.NOT_A_NUMBER, "value", str(error)) from None


async def _open(connection: Connection, tenant: UUID, checked: _Checked, closed: ClosedMonths) -> _Checked:
    """Refuse the readings of closed months that the ledger does not have: a retry of what it has is none."""
    if not closed:
        return checked
    series = {one.id: one for one in checked.series}
    periods = {place: on_the_clock(series[place[0]], place[1]) for place in checked.readings}
    late = {place: checked.readings[place] for place, period in periods.items() if closed.touches(*period)}
    if not late:
        return checked
    told = await _compared(connection, replace(checked, readings=late).parameters(tenant, new_id()), None)
    refused = {
        place: closed.refused(*periods[place], "start")
        for place, outcome in told.items()
        if outcome is Outcome.ACCEPTED
    }
    readings = {place: value for place, value in checked.readings.items() if place not in refused}
    rows = [row if isinstance(row, Refused) else refused.get(row[0], row) for row in checked.rows]
    return replace(checked, readings=readings, rows=rows)


def _months(checked: _Checked, told: Mapping[Place, Outcome], closed: ClosedMonths) -> set[date]:
    """Return the closed months of the readings that were written."""
    series = {one.id: one for one in checked.series}
    accepted = (place for place, outcome in told.items() if outcome is Outcome.ACCEPTED)
    return {month for key, start in accepted for month in closed.months(*on_the_clock(series[key], start))}


async def _posted(connection: Connection, tenant: UUID, posting: UUID, checked: _Checked) -> dict[Place, Outcome]:
    if not checked.readings:
        return {}
    parameters = checked.parameters(tenant, posting)
    rows = await (await connection.execute(_POST.encode(), parameters)).fetchall()
    accepted = {(series, start) for series, start in rows}
    if len(accepted) == len(checked.readings):
        return dict.fromkeys(accepted, Outcome.ACCEPTED)
    # A statement of its own sees what another transaction wrote meanwhile, too.
    return await _compared(connection, parameters, accepted)


async def _compared(
    connection: Connection, parameters: Mapping[str, object], accepted: Collection[Place] | None
) -> dict[Place, Outcome]:
    """Return what becomes of readings; `accepted` None judges them by what is there, none having been written."""
    told: dict[Place, Outcome] = {}
    cursor = await connection.execute(_COMPARED.encode(), parameters)
    for series, start, is_same, is_there in await cursor.fetchall():
        is_new = (series, start) in accepted if accepted is not None else not is_there
        told[series, start] = Outcome.ACCEPTED if is_new else Outcome.DUPLICATE if is_same else Outcome.CONFLICT
    return told


def _outcomes(checked: _Checked, told: Mapping[Place, Outcome]) -> pl.DataFrame:
    """Return the outcome of each row; of rows that say one interval the first has its place in the ledger."""
    seen: set[Place] = set()
    lines: list[tuple[object, ...]] = []
    for number, row in enumerate(checked.rows, start=checked.first_row):
        if isinstance(row, Refused):
            lines.append((number, Outcome.REJECTED.value, None, row.code.value, row.field, str(row), None))
            continue
        place, value = row
        outcome = told[place]
        if place in seen:
            outcome = _again(value, checked.readings[place], outcome)
        seen.add(place)
        why = (_DIFFERS, ["value"]) if outcome is Outcome.CONFLICT else (None, None)
        lines.append((number, outcome.value, None, None, None, *why))
    return pl.DataFrame(lines, OUTCOME, orient="row")


def _again(value: Decimal, first: Decimal, outcome: Outcome) -> Outcome:
    """Return the outcome of an interval that a chunk says again."""
    if value != first:
        return Outcome.CONFLICT
    return Outcome.DUPLICATE if outcome is Outcome.ACCEPTED else outcome


def _month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
