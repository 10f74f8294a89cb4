"""Hourly cells: exact sums of readings by site, carrier, role and hour, kept by what writes readings, and their proof.

An hour of a park with twenty thousand meters is 80,000 readings and a few hundred cells. `minutes` are those that the
readings of a cell cover: with the number of series known, they tell whether the hour is complete. An hour is one of
UTC; a reading that does not lie in one as a whole, and a share, is in no cell. See docs/decisions/0022-hourly-cells.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from accounting.intervals.roles import SHARE_UNIT, SeriesRole
from accounting.scope2.instruments import EnergyCarrier
from ledger.connections import Connection
from ledger.intervals.series import IntervalSeries

HOUR_MINUTES: Final = 60
_HOUR: Final = "date_bin('1 hour', {start}, '2000-01-01 00:00+00')"
_IS_IN_IT: Final = f"""
{_HOUR.format(start="{start}")} + interval '1 hour' >= {{start}} + make_interval(mins => {{minutes}})
"""
ADD_TO_CELLS: Final = f"""
    INSERT INTO interval_cells AS cell (tenant_id, start, site_id, carrier, role, has_attribute, quantity, minutes)
    SELECT %(tenant)s, {_HOUR.format(start="changed.start")}, place.site_id, place.carrier, place.role,
           place.has_attribute, sum(changed.value), sum(changed.readings * place.minutes)
    FROM changed JOIN unnest(%(placed)s::uuid[], %(sites)s::uuid[], %(carriers)s::text[], %(roles)s::text[],
            %(attributes)s::boolean[], %(lengths)s::integer[])
        AS place (series_id, site_id, carrier, role, has_attribute, minutes) USING (series_id)
    WHERE {_IS_IN_IT.format(start="changed.start", minutes="place.minutes")}
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tenant_id, start, site_id, carrier, role, has_attribute) DO UPDATE
        SET quantity = cell.quantity + excluded.quantity, minutes = cell.minutes + excluded.minutes
"""  # noqa: S608  composed of constants
"""Adds `changed` (a relation of series, start, value more and readings more) to the cells. Sorted by key: two requests
that touch the same cells take their locks in one order.
"""
_SUMS: Final = """
SELECT role, has_attribute, start, sum(quantity), sum(minutes)::bigint FROM interval_cells
WHERE tenant_id = ANY(%(tenants)s::uuid[]) AND start >= %(start)s AND start < %(end)s AND carrier = %(carrier)s
    AND role = ANY(%(roles)s::text[]) AND (%(site)s::uuid IS NULL OR site_id = %(site)s)
GROUP BY 1, 2, 3
"""
_MISMATCHES: Final = f"""
WITH sums AS (
    SELECT tenant_id, {_HOUR.format(start="start")} AS start, source.site_id, series.carrier, series.role,
           series.has_attribute, sum(newest.value) AS quantity, sum(series.minutes) AS minutes
    FROM (
        SELECT DISTINCT ON (tenant_id, series_id, start) tenant_id, series_id, start, value FROM interval_readings
        ORDER BY tenant_id, series_id, start, version DESC
    ) AS newest
    JOIN interval_series AS series USING (tenant_id, series_id) JOIN sources AS source USING (tenant_id, source_id)
    WHERE newest.value IS NOT NULL AND series.role <> '{SeriesRole.GRID_CFE.value}'
        AND {_IS_IN_IT.format(start="start", minutes="series.minutes")}
    GROUP BY 1, 2, 3, 4, 5, 6
), cells AS (
    SELECT * FROM interval_cells AS cell WHERE NOT EXISTS (
        SELECT FROM archived_months WHERE relation = 'interval_readings'
            AND month = date_trunc('month', cell.start AT TIME ZONE 'UTC'))
)
SELECT tenant_id, site_id, carrier, role, has_attribute, start, cell.quantity, sums.quantity, cell.minutes,
       sums.minutes::bigint
FROM sums FULL JOIN cells AS cell USING (tenant_id, start, site_id, carrier, role, has_attribute)
WHERE coalesce(cell.quantity, 0) <> coalesce(sums.quantity, 0)
    OR coalesce(cell.minutes, 0) <> coalesce(sums.minutes, 0)
ORDER BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608  composed of constants


@dataclass(frozen=True, slots=True)
class HourSum:
    """What series have together in an hour: a quantity in their base unit, and the minutes that readings cover."""

    quantity: Decimal
    minutes: int


@dataclass(frozen=True, slots=True)
class IntervalMismatch:
    """A cell that is not the sum of its readings; None where one of the two is missing altogether."""

    tenant_id: UUID
    site_id: UUID
    carrier: str
    role: str
    has_attribute: bool
    start: datetime
    cell_quantity: Decimal | None
    reading_sum: Decimal | None
    cell_minutes: int | None
    reading_minutes: int | None


Kind = tuple[SeriesRole, bool]
"""A role, and whether the supply has its attributes."""


def cell_parameters(series: Iterable[IntervalSeries]) -> dict[str, Any]:
    """Return what `ADD_TO_CELLS` takes of the series that are written to, beside `tenant`."""
    summed = [one for one in series if one.base_unit != SHARE_UNIT]
    return {
        "placed": [one.id for one in summed],
        "sites": [one.site for one in summed],
        "carriers": [one.carrier.value for one in summed],
        "roles": [one.role.value for one in summed],
        "attributes": [one.has_attribute for one in summed],
        "lengths": [one.minutes for one in summed],
    }


async def hour_sums(
    connection: Connection,
    tenants: Collection[UUID],
    site: UUID | None,
    carrier: EnergyCarrier,
    roles: Collection[SeriesRole],
    hours: tuple[datetime, datetime],
) -> Mapping[Kind, Mapping[datetime, HourSum]]:
    """Return the sums of tenants, of one site if named, by kind and hour, from the first of `hours` until the second.

    In the base unit, MJ; an hour without any reading is not there. These are the sums known now.
    """
    asked = {
        "tenants": list(tenants),
        "site": site,
        "carrier": carrier.value,
        "roles": [one.value for one in roles],
        "start": hours[0],
        "end": hours[1],
    }
    found: dict[Kind, dict[datetime, HourSum]] = {}
    for role, has_attribute, start, quantity, minutes in await _rows(connection, _SUMS, asked):
        found.setdefault((SeriesRole(role), has_attribute), {})[start] = HourSum(quantity, minutes)
    return found


async def interval_mismatches(connection: Connection) -> list[IntervalMismatch]:
    """Compare every cell with the exact sum over the newest readings; an empty list is the proof that they agree.

    Cells of months that were archived are left out: their readings are in files.
    """
    return [IntervalMismatch(*row) for row in await _rows(connection, _MISMATCHES, {})]


async def interval_counts(connection: Connection) -> tuple[int, int]:
    """Return how many hourly cells and how many readings there are."""
    query = "SELECT (SELECT count(*) FROM interval_cells), (SELECT count(*) FROM interval_readings)"
    [(cells, readings)] = await _rows(connection, query, {})
    return cells, readings


async def _rows(connection: Connection, query: str, asked: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    return await (await connection.execute(query.encode(), asked)).fetchall()
