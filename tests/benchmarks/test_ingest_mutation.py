"""The benchmark of mutations at a tiny size: it runs, and every contestant's rows are all there."""

import argparse
from uuid import uuid4

import pytest

from benchmarks import harness, ingest_mutation
from benchmarks.parks import Meter, SeededTenant, readings
from ledger.setup import Databases
from tests.service import Service

pytestmark = pytest.mark.long


def test_it_measures_every_contestant(databases: Databases, service: Service) -> None:
    options = argparse.Namespace(rows=5, rounds=1, batches=2, clients=[2])
    with harness.service(databases, ingest_mutation.ORDINARY_SERVICE) as ordinary:
        text = ingest_mutation.measured(databases, service.url, ordinary, options)
    for name in (ingest_mutation.ORDINARY, ingest_mutation.DRIVER, ingest_mutation.COPY):
        assert f"| times the {name} | " in text
    assert "| 2 clients | ratio |" in text


def test_readings_are_the_same_in_every_run() -> None:
    meters = Meter("M0", uuid4(), "mobile.diesel", "L"), Meter("M1", uuid4(), "electricity.grid", "kWh")
    tenant = SeededTenant(uuid4(), uuid4(), meters)
    whole = list(readings(tenant, 10, 3))
    assert whole == list(readings(tenant, 10, 3))
    assert [row["externalId"] for row in whole] == ["M0-10", "M1-11", "M0-12"]
    assert [row["periodStart"] for row in whole] == ["2023-01-01T05:00:00+00:00"] * 2 + ["2023-01-01T06:00:00+00:00"]
