"""Parks filled by the database: rows as the service writes them, over cells that stay as many."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from benchmarks import filling
from benchmarks.large_parks import LargePark
from ledger.setup import Databases
from tests.benchmarks.large import CELLS, TINY, filled
from tests.conftest import Server

pytestmark = pytest.mark.long


@pytest.fixture
def own(server: Server, worker_id: str) -> Iterator[Databases]:
    """A migrated database in which there is nothing else."""
    name = f"filling_{worker_id}"
    yield server.create(name)
    server.drop(name)


def read(databases: Databases, query: str, *parameters: object) -> list[Any]:
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET LOCAL app.reach = 'all'")
        return connection.execute(query.encode(), parameters).fetchall()


def facts(databases: Databases, park: LargePark) -> list[Any]:
    """Return what the rows of a park say, without the ids that are new in every run."""
    query = """
        SELECT source.code, external_id, activity_type, quantity, unit, base_quantity, base_unit, period_start,
               local_start, local_end - local_start, quality, activity.supplier
        FROM activities AS activity JOIN sources AS source USING (tenant_id, source_id)
        WHERE tenant_id = %s ORDER BY 1, 2
    """
    return read(databases, query, park.tenants[0][0])


def test_a_park_grows_in_rows_and_not_in_cells(own: Databases) -> None:
    park = filled(own, CELLS + 3)
    filling.prove(own, park, CELLS + 3)
    filling.fill(own, park, 2 * CELLS + 5, there=CELLS + 3)
    filling.prove(own, park, 2 * CELLS + 5)
    counts = [count for (count,) in read(own, "SELECT row_count FROM quantity_cells")]
    assert (len(counts), min(counts), max(counts)) == (CELLS, 2, 3)


def test_rows_are_as_a_posting_would_have_made_them(own: Databases) -> None:
    found = facts(own, filled(own, CELLS))
    code, external_id, _, quantity, unit, base_quantity, base_unit, starts, local, lasts, *_ = next(
        fact for fact in found if fact[2] == "electricity.grid"
    )
    assert (code, external_id, unit, base_unit) == ("s0-08", "s0-08-202301-000000", "kWh", "MJ")
    assert base_quantity == quantity * Decimal("3.6")
    assert (starts.isoformat(), local.isoformat()) == ("2022-12-31T16:00:00+00:00", "2023-01-01T00:00:00")
    assert lasts.total_seconds() == 3600
    ((recordings, rows),) = read(own, "SELECT count(*), sum(row_count) FROM recordings WHERE row_count > 0")
    assert (recordings, rows) == (TINY.tenants * TINY.months, CELLS)


def test_every_run_makes_the_same_rows(own: Databases) -> None:
    first, second = (facts(own, filled(own, CELLS + 7)) for _ in range(2))
    assert first == second
    assert len({fact[3] for fact in first}) > CELLS // 4


def test_a_cell_without_a_row_is_refused(own: Databases) -> None:
    park = filling.build(own, TINY)
    with pytest.raises(ValueError, match=f"^{CELLS - 1} rows are fewer than the {CELLS} cells of the park$"):
        filling.fill(own, park, CELLS - 1)
    assert read(own, "SELECT count(*) FROM activities") == [(0,)]


def test_a_cell_that_is_not_the_sum_of_its_rows_is_told(own: Databases) -> None:
    park = filled(own, CELLS)
    with psycopg.connect(own.owner_url) as connection:
        connection.execute(f"SET LOCAL app.tenant = '{park.tenants[0][0]}'".encode())
        connection.execute("SET LOCAL app.reach = 'all'")
        connection.execute(
            "UPDATE quantity_cells SET quantity = quantity + 0.001 WHERE ctid = (SELECT min(ctid) FROM quantity_cells)"
        )
    with pytest.raises(RuntimeError, match=r"with 1 mismatches, 0 unrecorded rows and 0 lost references$"):
        filling.prove(own, park, CELLS)
    with pytest.raises(RuntimeError, match=f"^{CELLS + 1} rows were filled into {CELLS} cells; the ledger has {CELLS}"):
        filling.prove(own, park, CELLS + 1)
