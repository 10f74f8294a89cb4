"""The benchmark of bulk files at a tiny size: it runs, and every row is in the ledger, and in the yardstick's table."""

import argparse
import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import msgspec
import polars
import psycopg
import pytest

from benchmarks import bulk_files, ingest_bulk
from benchmarks.parks import Meter, SeededTenant
from ledger.setup import Databases
from tests.conftest import Server
from tests.service import Service

pytestmark = pytest.mark.long

METERS = Meter("M0", uuid4(), "mobile.diesel", "L"), Meter("M1", uuid4(), "electricity.grid", "kWh")
TENANT = SeededTenant(uuid4(), uuid4(), METERS)


@pytest.fixture
def bare(server: Server, worker_id: str) -> Iterator[Databases]:
    yield server.create(f"bare_{worker_id}")
    server.drop(f"bare_{worker_id}")


def test_it_measures_every_format(databases: Databases, bare: Databases, service: Service) -> None:
    options = argparse.Namespace(rows=30, rounds=1, formats=list(bulk_files.FORMATS))
    text = ingest_bulk.measured(databases, bare, service.url, options)
    with psycopg.connect(bare.owner_url) as owner:
        count = owner.execute("SELECT count(*), count(DISTINCT external_id) FROM activities").fetchone()
    assert count == (2 * (3 * 30 + 3),) * 2, "a round that counts and one before, of three formats and a workbook"
    for name in bulk_files.FORMATS:
        assert f"\n| {name} | " in text


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the memory of a process in /proc")
def test_it_tells_the_memory_of_short_and_of_long_files(databases: Databases, service: Service) -> None:
    text = ingest_bulk.memory(databases, service.url, service.process.pid, argparse.Namespace(rows=20))
    head, _, peaks = text.splitlines()
    assert head.endswith("| 2 rows | 20 rows | 200 rows |")
    short, middle, long = (float(cell.replace(",", "")) for cell in peaks.split("|")[2:5])
    assert 0 < short <= middle <= long


def test_the_rows_are_the_same_in_every_format_and_every_run() -> None:
    rows = bulk_files.frame(TENANT, 10, 3)
    assert rows.equals(bulk_files.frame(TENANT, 10, 3))
    assert rows["externalId"].to_list() == ["M0-10", "M1-11", "M0-12"]
    assert rows["periodStart"].to_list() == ["2023-01-01T13:00:00+08:00"] * 2 + ["2023-01-01T14:00:00+08:00"]
    said = rows.to_dicts()
    assert [msgspec.json.decode(line) for line in bulk_files.ndjson(rows).splitlines()] == said
    assert list(csv.DictReader(io.StringIO(bulk_files.csv(rows).decode()))) == said
    read = polars.read_parquet(bulk_files.parquet(rows))
    assert read["quantity"].cast(polars.String).to_list() == rows["quantity"].to_list()
    assert read["periodEnd"].dt.strftime("%H:%M %Z").to_list() == ["06:00 UTC", "06:00 UTC", "07:00 UTC"]


def test_what_is_copied_is_what_the_ledger_makes_of_the_rows() -> None:
    rows = bulk_files.frame(TENANT, 0, 2)
    posting = uuid4()
    lines = [line.split("\t") for line in bulk_files.copied(TENANT, rows, posting).decode().splitlines()]
    assert [line[:5] for line in lines] == [[str(TENANT.tenant_id), str(posting), "1", "ORIGINAL", ""]] * 2
    litres, kilowatt_hours = map(Decimal, rows["quantity"])
    assert [line[11:19] for line in lines] == [
        [str(litres), "L", str(litres * Decimal("0.001")), "m3", *_TIMES],
        [str(kilowatt_hours), "kWh", str(kilowatt_hours * Decimal("3.6")), "MJ", *_TIMES],
    ]


_TIMES = ["2023-01-01 00:00:00+00", "2023-01-01 01:00:00+00", "2023-01-01 08:00:00", "2023-01-01 09:00:00"]


def test_rows_that_are_refused_are_no_yardstick() -> None:
    rows = bulk_files.frame(TENANT, 0, 2).with_columns(polars.lit("-1").alias("quantity"))
    with pytest.raises(RuntimeError, match="of 2 rows 0 are facts"):
        bulk_files.copied(TENANT, rows, uuid4())
