"""The benchmark of another basis at a tiny size, with services of its own."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from benchmarks import rebase
from ledger.setup import Databases
from tests.benchmarks.large import CELLS, filled
from tests.conftest import Server
from tests.service import environment, start_service

pytestmark = pytest.mark.long


@pytest.fixture
def own(server: Server, worker_id: str) -> Iterator[Databases]:
    """A migrated database that nobody else is connected to."""
    name = f"rebase_{worker_id}"
    yield server.create(name)
    server.drop(name)


@contextmanager
def serve(databases: Databases) -> Iterator[str]:
    """Start a service that need not load the application first."""
    started = start_service(environment(databases))
    yield started.url
    started.stop()


def test_it_measures_bases_and_touches_no_row(own: Databases) -> None:
    park = filled(own, CELLS)
    other = "GWP set AR5"
    known = {name: case for name, case in rebase.cases().items() if name in (rebase.DEFAULT, other)}
    text = rebase.measured(own, park, known, argparse.Namespace(rows=CELLS, rounds=1), serve)
    assert f"| first answer, {other}: times that of the default basis | " in text
    assert f"| changing to {other}: times that of the default basis | " in text


def test_cases_are_the_default_and_three_others() -> None:
    default, *others = rebase.cases().values()
    assert default.asked == {}
    assert [case.asked for case in others] == [{"gwpSet": "AR5"}, {"release": 1}, {"gwpSet": "AR5", "release": 1}]
    assert [case.resolved.catalogue.release.number for case in others][1:] == [1, 1]


def test_a_row_that_is_touched_is_told(own: Databases) -> None:
    filled(own, CELLS)
    before = rebase.state(own)
    rebase.refuse_change(before, rebase.state(own))
    with psycopg.connect(own.owner_url) as connection:
        connection.execute("UPDATE quantity_cells SET quantity = quantity")
    with pytest.raises(RuntimeError, match=r"^rows were touched; table, before and after: {'quantity_cells': "):
        rebase.refuse_change(before, rebase.state(own))
