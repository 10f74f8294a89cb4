"""The benchmark of sealing at a tiny size: it runs, and proves that all it posted is sealed."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import sealing
from ledger.setup import Databases
from tests.conftest import Server

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="reads what processes have worked in /proc"),
]


@pytest.fixture
def unsealed(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"bench_sealing_{worker_id}")
    server.drop(f"bench_sealing_{worker_id}")


def test_it_measures_files_and_mutations_and_many_tenants(unsealed: Databases) -> None:
    options = argparse.Namespace(rows=30, mutations=2, mutation_rows=5, tenants=3, rounds=2)
    text = sealing.measured(unsealed, options)
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    assert [row[0] for row in rows] == [
        "| 30 rows of a file", "| 2 mutations of 5 rows", "| one row of each of 3 tenants",
    ]  # fmt: skip
    for _, posting, sealed, ratio in rows:
        assert float(posting.replace(",", "")) > 0
        assert float(sealed.replace(",", "")) > 0
        assert float(ratio.split()[0]) > 0
