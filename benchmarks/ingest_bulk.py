"""Files through the bulk endpoint, against a plain COPY of exactly the same rows.

A file is timed from its first byte sent until its job is DONE: received, proved, read, checked, converted, posted under
row security with versions, cells, recording and job step, every outcome written. The yardstick is a text COPY of ready
bytes by the owner on one connection into `activities` of a database beside it on the same server: the same partitions
and indexes, without row security and check constraints, and nothing else written. Both tables take the same rows.
"""

import argparse
import http.client
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import psycopg

from api.client import authorization
from benchmarks import bulk_files, harness, parks
from benchmarks.harness import Contestant
from benchmarks.parks import SeededTenant
from ledger.identifiers import new_id
from ledger.setup import Databases
from schema.global_ids import encode

NAME: Final = "ingest_bulk"
_ASK_S: Final = 0.05
"""Seconds between two questions whether a job is done; the last of them counts against us."""
_FEW: Final = 10
"""A workbook has this part of the rows, and a file by which memory is judged so many times those of the one before."""
_LONG: Final = "CSV"
"""The format of those files."""

_BARE: Final = """
ALTER TABLE activities NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY, DROP CONSTRAINT activities_kind_check,
    DROP CONSTRAINT activities_quantity_check, DROP CONSTRAINT activities_period_check,
    DROP CONSTRAINT activities_chain_check
"""
_COUNT: Final = """
SELECT (SELECT count(*) FROM activities WHERE tenant_id = %(tenant)s),
       (SELECT count(*) FROM activity_versions WHERE tenant_id = %(tenant)s),
       (SELECT sum(row_count)::bigint FROM quantity_cells WHERE tenant_id = %(tenant)s)
"""


@dataclass(slots=True)
class Rows:
    """Gives out rows that were never posted before; a format and its yardstick are given the same in each round."""

    tenant: SeededTenant
    rows: int
    turns: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> int:
        """Return how many rows a file of a format has."""
        return max(1, self.rows // _FEW) if name == "XLSX" else self.rows

    def first(self, name: str, who: str) -> int:
        """Return the first row of the next file of a format that is `who`'s to write."""
        turn = self.turns.get(who, 0)
        self.turns[who] = turn + 1
        return (turn * len(bulk_files.FORMATS) + list(bulk_files.FORMATS).index(name)) * self.rows


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with harness.database() as databases, harness.sibling(databases) as bare:
        with _service(databases) as (url, _):
            text = measured(databases, bare, url, options)
        with _service(databases) as (url, process):
            text = f"{text}\n\n{memory(databases, url, process, options)}"
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--rows", type=int, default=300_000, help="rows of a file; a workbook a tenth (300000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--formats", nargs="*", default=list(bulk_files.FORMATS), help="formats to measure (all)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


def measured(databases: Databases, bare: Databases, url: str, options: argparse.Namespace) -> str:
    """Return the section but for memory; `bare` is the database whose table the yardstick fills, `url` our service."""
    about = harness.machine(databases)
    rows = Rows(parks.register(databases).tenants[0], options.rows)
    with psycopg.connect(bare.owner_url) as owner:
        owner.execute(_BARE)
    contestants = {
        name: contestant for one in options.formats for name, contestant in _pair(url, bare, rows, one).items()
    }
    found = harness.interleaved(contestants, options.rounds)
    _prove(databases, rows, options)
    lines = [
        (name, harness.rounded(_median(found[name])), str(harness.ratio(found[name], found[_yardstick(name)])))
        for name in options.formats
    ]
    speed = harness.table((f"{options.rows:,} rows a file", "rows/s (this machine, this hour)", "times COPY"), lines)
    return "\n\n".join(("## Bulk files", _ABOUT, speed, f"Measured on {about}"))


_ABOUT: Final = (
    "`python -m benchmarks ingest_bulk`: files through HTTP, from the first byte sent until the job is done, with "
    "validation, conversion, row security, versions, cells, recording, job steps and the file of outcomes, against a "
    "text COPY of exactly the same rows, made ready beforehand, by the owner on one connection into the same table in "
    "a sibling database of the server: same partitions and indexes, no row security, no check constraints. Median of "
    "the rounds (lowest to highest). A workbook has a tenth of the rows."
)


def _yardstick(name: str) -> str:
    return f"COPY as {name}"


def _median(found: Sequence[float]) -> float:
    return harness.ratio(found, [1.0] * len(found)).median


def _pair(url: str, bare: Databases, rows: Rows, name: str) -> dict[str, Contestant]:
    return {
        name: lambda: _through_http(url, rows, name, rows.first(name, name)),
        _yardstick(name): lambda: _by_copy(bare, rows, name, rows.first(name, _yardstick(name))),
    }


@contextmanager
def _service(databases: Databases) -> Iterator[tuple[str, int]]:
    """Start a service that keeps bulk files in a folder of its own; yields address and process id."""
    before = _children()
    with (
        tempfile.TemporaryDirectory(prefix="pk-bench-") as folder,
        harness.service(databases, settings={"PARKLEDGER_INGEST_FOLDER": folder}) as url,
    ):
        (process,) = _children() - before
        yield url, process


def _children() -> set[int]:
    """Return the processes that this one started, as Linux tells them."""
    return {int(child) for told in Path("/proc/self/task").glob("*/children") for child in told.read_text().split()}


def _through_http(url: str, rows: Rows, name: str, first: int) -> float:
    """Post a file and wait until its rows are in the ledger; returns rows per second."""
    media_type, write = bulk_files.FORMATS[name]
    count = rows.count(name)
    return count / _posted(url, rows.tenant, write(bulk_files.frame(rows.tenant, first, count)), media_type, count)


def _posted(url: str, tenant: SeededTenant, body: bytes, media_type: str, count: int) -> float:
    """Return the seconds a file takes; raises where a row was not accepted."""
    path = f"/ingest/v1/activities?tenant={encode('Tenant', tenant.tenant_id)}"
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)) as connection:
        begun = time.perf_counter()
        job = _asked(connection, "POST", path, body, authorization() | {"content-type": media_type})
        while job["state"] in ("QUEUED", "RUNNING"):
            time.sleep(_ASK_S)
            job = _asked(connection, "GET", f"/ingest/v1/jobs/{job['id']}", None, authorization())
        taken = time.perf_counter() - begun
    if (job["state"], job["acceptedCount"]) != ("DONE", count):
        raise RuntimeError(f"the service did not accept a file: {job}")
    return taken


def _asked(connection: http.client.HTTPConnection, *request: Any) -> dict[str, Any]:
    connection.request(*request)
    answer = connection.getresponse()
    found: dict[str, Any] = msgspec.json.decode(answer.read())
    if answer.status >= 400:
        raise RuntimeError(f"the service refuses: {found}")
    return found


def _by_copy(bare: Databases, rows: Rows, name: str, first: int) -> float:
    """Write the same rows by COPY and return rows per second."""
    count = rows.count(name)
    data = bulk_files.copied(rows.tenant, bulk_files.frame(rows.tenant, first, count), new_id())
    with psycopg.connect(bare.owner_url) as owner:
        begun = time.perf_counter()
        with owner.cursor() as cursor, cursor.copy(bulk_files.COPY) as copy:
            copy.write(data)
        owner.commit()
        return count / (time.perf_counter() - begun)


def memory(databases: Databases, url: str, process: int, options: argparse.Namespace) -> str:
    """Return how much memory a service has taken at most after a file, one ten times as long, and one more."""
    tenant = parks.register(databases).tenants[0]
    counts = [max(1, options.rows // _FEW), options.rows, options.rows * _FEW]
    peaks = [_peak(url, process, tenant, count) for count in counts]
    head = ("memory of a new service, one file after the other", *(f"{count:,} rows" for count in counts))
    return harness.table(head, [(f"peak, MiB ({_LONG})", *(f"{peak:,.0f}" for peak in peaks))])


def _peak(url: str, process: int, tenant: SeededTenant, count: int) -> float:
    media_type, write = bulk_files.FORMATS[_LONG]
    _posted(url, tenant, write(bulk_files.frame(tenant, count * _FEW, count)), media_type, count)
    told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM:"))


def _prove(databases: Databases, rows: Rows, options: argparse.Namespace) -> None:
    """Every row that was sent is in the ledger, its register and its cells, once."""
    sent = sum(rows.turns[name] * rows.count(name) for name in options.formats)
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET LOCAL app.reach = 'all'")
        found = connection.execute(_COUNT, {"tenant": rows.tenant.tenant_id}).fetchone()
    if found != (sent, sent, sent):
        raise RuntimeError(f"{sent} rows were sent; rows, versions and counts of the cells are {found}")
