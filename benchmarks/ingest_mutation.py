"""Mutations of 1,000 rows through HTTP, against the ordinary way and against the driver without HTTP.

Every contestant writes the same kind of rows into the same tables of the same database, under row security, one
transaction a batch: natural keys, activities, cells, and (not the driver) the posting with its outcomes. What is sent
is prepared before the clock runs; the answer is read to its end.
"""

import argparse
import http.client
import itertools
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
import psycopg

from api.client import authorization
from benchmarks import harness, ordinary, parks
from benchmarks.filling import ADD_WAITING, WAITING
from benchmarks.harness import Contestant
from benchmarks.parks import SeededTenant
from emission_factors.releases import shipped_catalogue
from ledger.activities import staging
from ledger.activities.rows import CheckedRow, PostedRow, Quality, SourcePlace, check
from ledger.connections import SERVICE_ROLE
from ledger.identifiers import new_id, new_ids
from ledger.setup import Databases
from schema.global_ids import encode

NAME: Final = "ingest_mutation"
_Found = TypeVar("_Found")
SERVICE, ORDINARY, DRIVER, COPY = "Parkledger", "ordinary way", "driver, batch insert", "driver, COPY and our statement"

ORDINARY_SERVICE: Final = (sys.executable, "-m", "benchmarks.ordinary")
MUTATION: Final = """mutation ($input: PostActivitiesInput!) { postActivities(input: $input) {
  ... on ActivitiesPosted { acceptedCount outcomes { outcome activityId code field message conflictingFields } }
  ... on Refusal { code field message } } }"""

_VERSION: Final = """
INSERT INTO activity_versions (tenant_id, source_id, external_id, version, activity_id)
VALUES (%s, %s, %s, 1, %s) ON CONFLICT DO NOTHING
"""
_ACTIVITY: Final = """
INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind, supersedes,
    reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end, local_start,
    local_end, quality, document)
VALUES (%s, %s, %s, %s, %s, %s, 1, 'ORIGINAL', NULL, '', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_CELL: Final = """
INSERT INTO quantity_cells AS cell (tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity,
    row_count)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (tenant_id, site_id, activity_type, supplier, base_unit, quality, month) DO UPDATE
    SET quantity = cell.quantity + excluded.quantity, row_count = cell.row_count + excluded.row_count
"""
_COPY: Final = "COPY waiting FROM STDIN (FORMAT BINARY)"
_COUNT: Final = """
SELECT (SELECT count(*) FROM activities WHERE tenant_id = %(tenant)s),
       (SELECT sum(row_count) FROM quantity_cells WHERE tenant_id = %(tenant)s)
"""


@dataclass(slots=True)
class Rows:
    """Gives out batches of rows that were never posted before."""

    tenant: SeededTenant
    size: int
    given: int = 0

    def take(self) -> list[dict[str, Any]]:
        """Return the next batch."""
        first, self.given = self.given, self.given + self.size
        return list(parks.readings(self.tenant, first, self.size))


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with (
        harness.database() as databases,
        harness.service(databases) as ours,
        harness.service(databases, ORDINARY_SERVICE) as theirs,
    ):
        text = measured(databases, ours, theirs, options)
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--rows", type=int, default=1000, help="rows of a mutation (1000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count (7)")
    parser.add_argument("--batches", type=int, default=12, help="mutations of each in a round; ordinary a quarter (12)")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 4], help="clients at a time (1 4)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


def measured(databases: Databases, ours: str, theirs: str, options: argparse.Namespace) -> str:
    """Return the section, with a table for each number of clients; `ours` and `theirs` are addresses of services."""
    about = harness.machine(databases)
    rows = Rows(parks.register(databases).tenants[0], options.rows)
    tables = [_table(databases, rows, ours, theirs, clients, options) for clients in options.clients]
    _prove(databases, rows)
    return "\n\n".join((f"## Mutations of {options.rows:,} rows", _ABOUT, *tables, f"Measured on {about}"))


_ABOUT: Final = (
    "`python -m benchmarks ingest_mutation`: the same rows into the same tables, median of the rounds (lowest to "
    "highest). *Ordinary way*: stock Strawberry, SQLModel `add_all`, a repeated row fails the batch. *Driver, batch "
    "insert*: psycopg `executemany` of rows checked and converted beforehand, cells summed beforehand, without HTTP. "
    "*Driver, COPY*: the fastest way that row security allows the driver, with the ledger's own statement."
)


def _table(databases: Databases, rows: Rows, ours: str, theirs: str, clients: int, options: argparse.Namespace) -> str:
    few, many = max(clients, options.batches // 4), max(clients, options.batches)
    contestants: dict[str, Contestant] = {
        SERVICE: lambda: _through_http(ours, rows, clients, many, _our_body, "postActivities"),
        ORDINARY: lambda: _through_http(theirs, rows, clients, few, _ordinary_body, "post"),
        DRIVER: lambda: _by_driver(databases, rows, clients, many, _insert),
        COPY: lambda: _by_driver(databases, rows, clients, many, _copy),
    }
    found = harness.interleaved(contestants, options.rounds)
    lines = [(f"rows/s of Parkledger, {clients} at a time (this machine, this hour)", harness.rounded(_median(found)))]
    lines += [
        (f"times the {name}", str(harness.ratio(found[SERVICE], found[name]))) for name in (ORDINARY, DRIVER, COPY)
    ]
    return harness.table((f"{clients} client{'s' if clients > 1 else ''}", "ratio"), lines)


def _median(found: dict[str, list[float]]) -> float:
    return sorted(found[SERVICE])[len(found[SERVICE]) // 2]


def _our_body(rows: Rows) -> bytes:
    given = {"tenantId": encode("Tenant", rows.tenant.tenant_id), "idempotencyKey": str(uuid4()), "rows": rows.take()}
    return msgspec.json.encode({"query": MUTATION, "variables": {"input": given}})


def _ordinary_body(rows: Rows) -> bytes:
    given = {"tenantId": str(rows.tenant.tenant_id), "idempotencyKey": str(uuid4()), "rows": rows.take()}
    return msgspec.json.encode({"query": ordinary.MUTATION, "variables": given})


def _through_http(url: str, rows: Rows, clients: int, batches: int, body: Callable[[Rows], bytes], field: str) -> float:
    """Post batches over kept connections and return rows per second; raises where a row was not accepted."""
    bodies = [body(rows) for _ in range(batches)]
    connections = [http.client.HTTPConnection(urlsplit(url).netloc, timeout=120) for _ in range(clients)]
    shares = [bodies[number::clients] for number in range(clients)]
    taken, answers = _timed(_post_all, zip(connections, shares, strict=True), clients)
    for connection in connections:
        connection.close()
    for answer in itertools.chain.from_iterable(answers):
        found = msgspec.json.decode(answer)
        if found.get("errors") or found["data"][field].get("acceptedCount") != rows.size:
            raise RuntimeError(f"the service did not accept a batch: {answer[:500].decode()}")
    return batches * rows.size / taken


def _post_all(connection: http.client.HTTPConnection, bodies: Sequence[bytes]) -> list[bytes]:
    answers = []
    for body in bodies:
        connection.request("POST", "/graphql", body, authorization() | {"content-type": "application/json"})
        answers.append(connection.getresponse().read())
    return answers


def _timed(work: Callable[..., _Found], given: Iterable[Sequence[Any]], clients: int) -> tuple[float, list[_Found]]:
    with ThreadPoolExecutor(clients) as pool:
        begun = time.perf_counter()
        running = [pool.submit(work, *arguments) for arguments in given]
        found = [each.result() for each in running]
        return time.perf_counter() - begun, found


Write = Callable[[psycopg.Cursor[Any], UUID, Sequence[CheckedRow]], Callable[[], None]]


def _by_driver(databases: Databases, rows: Rows, clients: int, batches: int, prepare: Write) -> float:
    """Write batches by psycopg alone and return rows per second."""
    with ExitStack() as stack:
        connections = [stack.enter_context(_connect(databases)) for _ in range(clients)]
        writes: list[list[tuple[psycopg.Connection[Any], Callable[[], None]]]] = [[] for _ in connections]
        for number in range(batches):
            connection = connections[number % clients]
            write = prepare(connection.cursor(), rows.tenant.tenant_id, _checked(rows))
            writes[number % clients].append((connection, write))
        taken, _ = _timed(
            lambda share: _write_all(rows.tenant.tenant_id, share), ((share,) for share in writes), clients
        )
    return batches * rows.size / taken


def _connect(databases: Databases) -> psycopg.Connection[Any]:
    connection = psycopg.connect(databases.service_url, autocommit=True)
    connection.execute(f"SET ROLE {SERVICE_ROLE}".encode())
    connection.execute(WAITING.encode())
    return connection


def _write_all(tenant: UUID, share: Sequence[tuple[psycopg.Connection[Any], Callable[[], None]]]) -> None:
    for connection, write in share:
        with connection.transaction():
            connection.execute(f"SET LOCAL app.tenant = '{tenant}'".encode())
            write()


def _checked(rows: Rows) -> list[CheckedRow]:
    """Check and convert a batch beforehand, as a program that trusts its rows would have them."""
    catalogue, now = shipped_catalogue(), datetime.now(UTC)
    meters = {meter.code: meter for meter in rows.tenant.meters}
    places = {
        code: SourcePlace(meter.source_id, rows.tenant.site_id, "Asia/Shanghai") for code, meter in meters.items()
    }
    found = [check(posted(row), places, catalogue, now) for row in rows.take()]
    return [row for row in found if isinstance(row, CheckedRow)]


def posted(row: dict[str, Any]) -> PostedRow:
    """Return a row of `parks.readings` as the ledger takes it."""
    return PostedRow(
        row["source"],
        row["externalId"],
        row["activityType"],
        row["quantity"],
        row["unit"],
        row["periodStart"],
        row["periodEnd"],
        quality=Quality(row["quality"]),
    )


def _insert(cursor: psycopg.Cursor[Any], tenant: UUID, rows: Sequence[CheckedRow]) -> Callable[[], None]:
    ids, key = new_ids(len(rows)), new_id()
    versions = [(tenant, row.place.source_id, row.external_id, made) for made, row in zip(ids, rows, strict=True)]
    activities = [
        (tenant, made, key, row.place.source_id, row.place.site_id, row.external_id, *_facts(row))
        for made, row in zip(ids, rows, strict=True)
    ]
    cells = _cells(tenant, rows)

    def write() -> None:
        cursor.executemany(_VERSION, versions)
        cursor.executemany(_ACTIVITY, activities)
        cursor.executemany(_CELL, cells)

    return write


def _facts(row: CheckedRow) -> tuple[object, ...]:
    base = row.base_quantity, row.base_unit
    when = row.period.start, row.period.end, row.period.local_start, row.period.local_end
    return row.activity_type, row.supplier, row.quantity, row.unit, *base, *when, row.quality, row.document


def _cells(tenant: UUID, rows: Sequence[CheckedRow]) -> list[tuple[object, ...]]:
    sums: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for row in rows:
        month = date(row.period.local_start.year, row.period.local_start.month, 1)
        key = (tenant, row.place.site_id, row.activity_type, row.supplier, row.base_unit, row.quality, month)
        sums[key].append(row.base_quantity)
    return [(*key, sum(sums[key]), len(sums[key])) for key in sorted(sums)]


def _copy(cursor: psycopg.Cursor[Any], tenant: UUID, rows: Sequence[CheckedRow]) -> Callable[[], None]:
    staged = [staging.columns(made, row) for made, row in zip(new_ids(len(rows)), rows, strict=True)]
    key = new_id()

    def write() -> None:
        with cursor.copy(_COPY) as copy:
            copy.set_types(staging.TYPES)
            for row in staged:
                copy.write_row(row)
        cursor.execute(ADD_WAITING.encode(), {"tenant": tenant, "posting": key})
        cursor.fetchall()

    return write


def _prove(databases: Databases, rows: Rows) -> None:
    """Every row that was sent is in the ledger once and in the cells once, whoever sent it."""
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("SET LOCAL app.reach = 'all'")
        found = connection.execute(_COUNT, {"tenant": rows.tenant.tenant_id}).fetchone()
    if found != (rows.given, rows.given):
        raise RuntimeError(f"{rows.given} rows were sent, rows and counts of the cells are {found}")
