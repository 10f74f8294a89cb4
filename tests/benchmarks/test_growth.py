"""The benchmark of growth at a tiny size."""

import argparse

import msgspec
import pytest

from benchmarks import asking, growth
from benchmarks.large_parks import LargePark
from ledger.setup import Databases
from tests.benchmarks.large import CELLS, filled
from tests.service import Service

pytestmark = pytest.mark.long


def test_it_measures_each_size_against_the_smallest(databases: Databases, service: Service) -> None:
    options = argparse.Namespace(rounds=1, requests=1, batches=1, batch=20, file=30)
    parks = {rows: (filled(databases, rows), service.url) for rows in (CELLS, 2 * CELLS)}
    lines = growth.measured(parks, options).splitlines()
    assert f"`python -m benchmarks growth --largest {2 * CELLS}`: " in "\n".join(lines)
    assert f"| growth | {CELLS} rows (this machine, this hour) | {2 * CELLS} rows, times that |" in lines
    names = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")][2:]
    assert names == [growth.REPEATED, growth.FIRST, growth.MUTATIONS, growth.FILES]


def test_sizes_grow_tenfold_up_to_the_largest() -> None:
    assert list(growth.sizes(10_000_000)) == [100_000, 1_000_000, 10_000_000]
    assert list(growth.sizes(300_000)) == [100_000, 300_000]
    assert list(growth.sizes(50_000)) == [50_000]


def test_batches_are_other_facts_and_the_same_in_every_run(databases: Databases) -> None:
    park = filled(databases, CELLS)
    assert asking.more_rows(park, 3, 4) == asking.more_rows(park, 3, 4)
    keys = [_keys(park, batch) for batch in range(40)]
    assert len({key for of_batch in keys for key in of_batch}) == 40 * 4
    body = msgspec.json.decode(asking.posting_body(park, 3, 4))
    assert body["variables"]["input"]["rows"] == asking.more_rows(park, 3, 4)[1]


def _keys(park: LargePark, batch: int) -> list[tuple[object, ...]]:
    tenant, rows = asking.more_rows(park, batch, 4)
    return [(tenant, row["source"], row["externalId"]) for row in rows]
