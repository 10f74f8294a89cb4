"""A large park, filled by the database itself: any number of rows over a number of quantity cells that stays the same.

Rows are as the service writes those of a file: natural key, activity, cells and recording, a tenant's month in one
transaction. PostgreSQL makes them up instead of being sent them; `ledger.upkeep.maintenance.check` proves the result.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg

from benchmarks import large_parks
from benchmarks.large_parks import TIME_ZONE, LargePark, Size, Stream
from emission_factors import decimals
from emission_factors.units import unit
from ledger.activities.adding import ADDING
from ledger.connections import SERVICE_ROLE
from ledger.database import Database
from ledger.identifiers import new_id, reserved
from ledger.recordings import RECORD, Recording
from ledger.setup import Databases
from ledger.upkeep import maintenance

_Found = TypeVar("_Found")
WRITERS: Final = 2
"""Connections that fill at a time."""
HOURS: Final = 28 * 24 - 1
"""Hours of a month that have rows, so that all months have as many and none of them ends with its month: a row that
does is recorded as of both. A cell with more rows begins again.
"""

_MAKE: Final = """
INSERT INTO waiting (activity_id, source_id, site_id, external_id, activity_type, supplier, quantity, unit,
    base_quantity, base_unit, period_start, period_end, local_start, local_end, quality, document)
SELECT (lpad(to_hex(ticks >> 12), 12, '0') || '7' || lpad(to_hex(ticks & 4095), 3, '0') || '8'
        || lpad(to_hex(place), 15, '0'))::uuid,
    source_id, site_id, external_id, activity_type, supplier, quantity, unit, quantity * to_base, base_unit,
    starts AT TIME ZONE %(zone)s, (starts + interval '1 hour') AT TIME ZONE %(zone)s, starts,
    starts + interval '1 hour', quality, ''
FROM (
    SELECT stream.*, code || to_char(%(month)s::date, '-YYYYMM-') || lpad(reading::text, 6, '0') AS external_id,
        ((place * 7919 + reading * 104729 + %(seed)s * 1299709) %% 999983 + 1) * 0.001 AS quantity,
        %(month)s::timestamp + make_interval(hours => (reading %% %(hours)s)::integer) AS starts,
        %(first)s::bigint + row_number() OVER () AS ticks
    FROM unnest(%(sources)s::uuid[], %(sites)s::uuid[], %(codes)s::text[], %(types)s::text[], %(suppliers)s::text[],
            %(units)s::text[], %(to_base)s::numeric[], %(base_units)s::text[], %(qualities)s::text[],
            %(begins)s::bigint[], %(ends)s::bigint[]) WITH ORDINALITY
        AS stream (source_id, site_id, code, activity_type, supplier, unit, to_base, base_unit, quality, begins, ends,
            place)
    CROSS JOIN LATERAL generate_series(begins, ends - 1) AS reading
) AS made
"""
"""The rows of a tenant's month, from the reading `begins` of each stream up to `ends`. An id is a UUIDv7 of now.

Quantities are whole thousandths from a linear congruence: the same in every run, and never zero.
"""
WAITING: Final = "CREATE TEMP TABLE waiting OF staged_activity ON COMMIT DELETE ROWS"
"""Rows wait here for the one statement that posts them: COPY is refused on a table under row security."""
ADD_WAITING: Final = f"WITH stage AS NOT MATERIALIZED (TABLE waiting), {ADDING}"
_FIRST_AND_LAST: Final = "SELECT min(activity_id::text)::uuid, max(activity_id::text)::uuid FROM waiting"
_SORTS: Final = "SET work_mem = '64MB'"


def build(databases: Databases, size: Size) -> LargePark:
    """Register a park with its tenants, sites and sources, as the ledger's own functions do."""
    return asyncio.run(_with_database(databases, lambda database: large_parks.register(database, size)))


@dataclass(frozen=True, slots=True)
class _Part:
    """A month of a tenant, with how many rows each stream has in it before and after."""

    number: int
    tenant: UUID
    month: date
    streams: tuple[Stream, ...]
    begins: list[int]
    ends: list[int]


def fill(databases: Databases, park: LargePark, rows: int, there: int = 0) -> None:
    """Bring a park from `there` to `rows` rows, spread evenly over its cells, month after month, and maintain the
    database, so that a service finds nothing to be done when it starts.

    Raises `ValueError` where a cell would have none: the number of cells is the same, however many rows there are.
    """
    if rows < park.size.cells:
        raise ValueError(f"{rows} rows are fewer than the {park.size.cells} cells of the park")
    parts = list(_parts(park, rows, there))
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(_fill, databases, parts[number::WRITERS]) for number in range(WRITERS)]:
            done.result()
    with psycopg.connect(databases.owner_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    asyncio.run(_with_database(databases, maintenance.maintain))


def _parts(park: LargePark, rows: int, there: int) -> Iterator[_Part]:
    for number, month in enumerate(park.months()):
        for place, (tenant, streams) in enumerate(park.tenants):
            part = number * len(park.tenants) + place
            first = part * len(streams)
            begins, ends = (
                [_readings(total, park.size.cells, first + cell) for cell in range(len(streams))]
                for total in (there, rows)
            )
            yield _Part(part, tenant, month, streams, begins, ends)


def _readings(rows: int, cells: int, cell: int) -> int:
    """Return how many of so many rows lie in a cell."""
    return rows // cells + (cell < rows % cells)


def _fill(databases: Databases, parts: Sequence[_Part]) -> None:
    with psycopg.connect(databases.service_url, autocommit=True) as connection:
        for statement in (f"SET ROLE {SERVICE_ROLE}", WAITING, _SORTS):
            connection.execute(statement.encode())
        for part in parts:
            with connection.transaction():
                _write(connection, part)


def _write(connection: psycopg.Connection[Any], part: _Part) -> None:
    posting, count = new_id(), sum(part.ends) - sum(part.begins)
    first, _ = reserved(count + 1)
    connection.execute(f"SET LOCAL app.tenant = '{part.tenant}'".encode())
    connection.execute(_MAKE.encode(), _columns(part) | {"first": first})
    connection.execute(ADD_WAITING.encode(), {"tenant": part.tenant, "posting": posting})
    ids = connection.execute(_FIRST_AND_LAST).fetchone()
    first_id, last_id = ids or (None, None)
    recording = Recording(part.tenant, posting, count, first_id, last_id, part.month, part.month)
    connection.execute(RECORD.encode(), recording.parameters())


def _columns(part: _Part) -> dict[str, object]:
    kinds = [stream.kind for stream in part.streams]
    units = [unit(kind.unit) for kind in kinds]
    return {
        "zone": TIME_ZONE,
        "month": part.month,
        "hours": HOURS,
        "seed": part.number,
        "sources": [stream.source_id for stream in part.streams],
        "sites": [stream.site_id for stream in part.streams],
        "codes": [stream.code for stream in part.streams],
        "types": [kind.activity_type for kind in kinds],
        "suppliers": [kind.supplier for kind in kinds],
        "units": [kind.unit for kind in kinds],
        "to_base": [decimals.rounded(found.to_base) for found in units],
        "base_units": [found.base for found in units],
        "qualities": [kind.quality for kind in kinds],
        "begins": part.begins,
        "ends": part.ends,
    }


def prove(databases: Databases, park: LargePark, rows: int) -> None:
    """Raise `RuntimeError` unless cells are the sums of their rows, and every row has its recording, site and source.

    `rows` is how many there are in the whole database.
    """
    found = asyncio.run(_with_database(databases, maintenance.check))
    if found.mismatches or found.unrecorded or found.lost or (found.cells, found.rows) != (park.size.cells, rows):
        raise RuntimeError(
            f"{rows} rows were filled into {park.size.cells} cells; the ledger has {found.rows} in {found.cells}, with "
            f"{len(found.mismatches)} mismatches, {found.unrecorded} unrecorded rows and {found.lost} lost references"
        )


async def _with_database(databases: Databases, work: Callable[[Database], Awaitable[_Found]]) -> _Found:
    database = Database(databases.service_url, 2)
    await database.open()
    try:
        return await work(database)
    finally:
        await database.close()
