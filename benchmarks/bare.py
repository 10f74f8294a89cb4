"""The same question without the service: SQL over the quantity cells or over the rows, and its answer as JSON.

The factors are the service's own, as kilograms of CO2e per base unit, in a table of the connection. Both statements sum
exact numerics to type, region and month before they multiply, which is the faster order; the owner asks, so that no row
security is in the way, with memory for its sorts. They write every digit; rounded by the service's rule, which
PostgreSQL does not have, they answer what the service answers.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import psycopg

from accounting.amounts import emitted
from accounting.answers import Answers, Asked
from accounting.basis import Basis
from accounting.footprints import ONE
from benchmarks.asking import Answer
from benchmarks.large_parks import KINDS, REGION, LargePark
from emission_factors.units import unit
from ledger.setup import Databases

_FACTORS: Final = """
CREATE TEMPORARY TABLE kg_per_unit (
    activity_type text, base_unit text, region text, month date, scope text, method text, category text, kg numeric)
"""
_AMOUNTS: Final = {
    "scope1": "scope = 'SCOPE_1'",
    "scope2Location": "method = 'LOCATION'",
    "scope2Market": "method = 'MARKET'",
    "scope3": "scope = 'SCOPE_3'",
    "outside": "scope = 'OUTSIDE'",
}
"""Totals of a group as the API names them -> the lines they sum."""
_SHOWN: Final = ", ".join(
    f"trim_scale(coalesce(sum(quantity * kg) FILTER (WHERE {which}), 0))::text" for which in _AMOUNTS.values()
)
_SUMMED: Final = f"""
SELECT scope, category, month, {_SHOWN}
FROM sums JOIN kg_per_unit USING (activity_type, base_unit, region, month) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608  composed of constants
OVER_CELLS: Final = f"""
WITH sums AS (
    SELECT cell.activity_type, cell.base_unit, site.region, cell.month, sum(cell.quantity) AS quantity
    FROM quantity_cells AS cell JOIN sites AS site USING (tenant_id, site_id)
    WHERE cell.tenant_id = ANY(%(tenants)s::uuid[]) AND cell.month BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3, 4
)
{_SUMMED}
"""  # noqa: S608  composed of constants
OVER_ROWS: Final = f"""
WITH by_site AS (
    SELECT activity.tenant_id, activity.site_id, activity.activity_type, activity.base_unit,
           date_trunc('month', activity.local_start) AS month, sum(activity.base_quantity) AS quantity
    FROM activities AS activity
    WHERE activity.tenant_id = ANY(%(tenants)s::uuid[]) AND activity.kind <> 'VOID'
        AND activity.local_start >= %(first)s AND activity.local_start < %(last)s::date + interval '1 month'
        AND NOT EXISTS (
            SELECT FROM activities AS later
            WHERE later.tenant_id = activity.tenant_id AND later.supersedes = activity.activity_id
        )
    GROUP BY 1, 2, 3, 4, 5
), sums AS (
    SELECT activity_type, base_unit, site.region, month::date AS month, sum(quantity) AS quantity
    FROM by_site JOIN sites AS site USING (tenant_id, site_id) GROUP BY 1, 2, 3, 4
)
{_SUMMED}
"""  # noqa: S608  composed of constants
"""Current versions: none of them void, none superseded. No row of a large park spans months."""
_MEMORY: Final = "SET work_mem = '256MB'"
"""What who asks over all rows would give the statement; the default of 4 MB sends it through files."""


class Bare:
    """A connection of the owner with the factors of a basis, for one park."""

    def __init__(self, connection: psycopg.Connection[Any], park: LargePark, basis: Basis) -> None:
        self._connection = connection
        months = park.months()
        self._asked = {"tenants": [tenant for tenant, _ in park.tenants], "first": months[0], "last": months[-1]}
        with connection.cursor() as cursor:
            cursor.execute(_FACTORS.encode())
            cursor.executemany("INSERT INTO kg_per_unit VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", factors(basis, park))
            cursor.execute("ANALYZE kg_per_unit")

    def ask(self, statement: str) -> Answer:
        """Run a statement, fetch its rows and encode them as the service's answer is."""
        begun = time.perf_counter()
        found = self._connection.execute(statement.encode(), self._asked).fetchall()
        body = msgspec.json.encode({"data": {"footprint": {"groups": [_group(row) for row in found]}}})
        return Answer(body, time.perf_counter() - begun)


@contextmanager
def connected(databases: Databases, park: LargePark, basis: Basis) -> Iterator[Bare]:
    """Connect as the owner for as long as the block lasts."""
    with psycopg.connect(databases.owner_url, autocommit=True) as connection:
        connection.execute("SET app.reach = 'all'")
        connection.execute(_MEMORY)
        yield Bare(connection, park, basis)


def factors(basis: Basis, park: LargePark) -> list[tuple[object, ...]]:
    """Return kg CO2e per base unit of every line that the service reports of the park's activity types, by month."""
    answers = Answers(basis, {})
    counted = {(kind.activity_type, unit(kind.unit).base) for kind in KINDS}
    return [row for activity_type, base_unit in sorted(counted) for row in _of(answers, activity_type, base_unit, park)]


def _of(answers: Answers, activity_type: str, base_unit: str, park: LargePark) -> Iterator[tuple[object, ...]]:
    for month in park.months():
        for _, found in answers.of(Asked(activity_type, REGION, month, "", base_unit, None)).lines:
            kg = emitted(ONE, found.factor, found.line.sign).co2e
            where = activity_type, base_unit, REGION, month
            yield (*where, found.line.scope.value, found.line.method, found.line.category, kg)


def _group(row: tuple[Any, ...]) -> dict[str, object]:
    scope, category, month, *amounts = row
    totals = {name: {"co2e": amount} for name, amount in zip(_AMOUNTS, amounts, strict=True)}
    return {"scope": scope, "category": category, "month": f"{month:%Y-%m}", "totals": totals}
