"""Dashboards that read while 64 clients post: how long a read takes then, and whether every acknowledged row is there.

Readers ask, a few times a second as dashboards do, for twelve months of a tenant and of the whole park by scope and
month, which twelve by chance, so that an idle service has not kept most answers; first alone, then while clients in a
process of their own post as fast as they are answered (see `posting_clients`), in turns. Afterwards what was
acknowledged is compared with what is stored, row by row.
"""

import argparse
import http.client
import math
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from api.client import authorization
from benchmarks import harness, parks
from benchmarks.acknowledged import Acknowledged, Fact, prove
from benchmarks.ingest_mutation import MUTATION
from benchmarks.parks import SeededPark, SeededTenant
from benchmarks.posting_clients import Plan
from ledger.setup import Databases
from schema.global_ids import encode

NAME: Final = "concurrency"
QUESTION: Final = """query ($boundary: BoundaryInput!, $period: MonthsInput!) {
  footprint(boundary: $boundary, period: $period, groupBy: [SCOPE, MONTH]) {
    totals { scope1 { co2e } scope2Location { co2e } scope2Market { co2e } scope3 { co2e } }
    groups { scope month totals { totalLocation { co2e } totalMarket { co2e } } } } }"""
_READERS: Final = 4
_PAUSE_S: Final = 0.2
"""Seconds a dashboard waits between an answer and its next question, on average."""
_CLIENTS: Final = (sys.executable, "-m", "benchmarks.posting_clients")

ASKED: Final = ("a tenant", "the park")
"""What the readers ask for in turn."""


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with harness.database() as databases, harness.service(databases) as url:
        text = measured(databases, url, options)
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--clients", type=int, default=64, help="clients that post at a time (64)")
    parser.add_argument("--rows", type=int, default=100, help="rows of a batch (100)")
    parser.add_argument("--tenants", type=int, default=24, help="tenants of the park (24)")
    parser.add_argument("--seconds", type=float, default=15, help="seconds of a phase (15)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of an idle phase and one under load (3)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


@dataclass(slots=True)
class Round:
    """Seconds each read took, idle and under load, by what was asked, and what was acknowledged meanwhile."""

    idle: dict[str, list[float]]
    loaded: dict[str, list[float]]
    acknowledged: Acknowledged


def measured(databases: Databases, url: str, options: argparse.Namespace) -> str:
    """Return the section; raises where a read or a posting failed or the ledger is not what was acknowledged."""
    about = harness.machine(databases)
    park = parks.register(databases, options.tenants)
    seeded = [fact for tenant in park.tenants for fact in _seeded(url, tenant)]
    _read_for(url, park, options.seconds / 4)  # the first questions wait for connections and plans
    rounds = [_round(url, park, options, turn) for turn in range(options.rounds)]
    facts = seeded + [fact for one in rounds for fact in one.acknowledged.facts]
    told = len(seeded) + sum(one.acknowledged.accepted for one in rounds)
    stored = prove(databases, [tenant.tenant_id for tenant in park.tenants], facts, told)
    return _section(rounds, stored, options, about)


def _seeded(url: str, tenant: SeededTenant) -> list[Fact]:
    """Post a monthly reading of each meter for the year that is asked for."""
    rows = [row for month in range(1, 13) for row in _readings_of(tenant, month)]
    given = {"tenantId": encode("Tenant", tenant.tenant_id), "idempotencyKey": str(uuid4()), "rows": rows}
    with _connected(url) as connection:
        found = _asked(connection, {"query": MUTATION, "variables": {"input": given}})["postActivities"]
    if found.get("acceptedCount") != len(rows):
        raise RuntimeError(f"the year before the load was not accepted: {found}")
    ids = [outcome["activityId"] for outcome in found["outcomes"]]
    return [_fact(tenant, row, told) for row, told in zip(rows, ids, strict=True)]


def _readings_of(tenant: SeededTenant, month: int) -> Iterator[dict[str, Any]]:
    starts, ends = datetime(2023, month, 1, tzinfo=UTC), datetime(2023 + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    for row, meter in zip(parks.readings(tenant, 0, len(tenant.meters)), tenant.meters, strict=True):
        when = {"periodStart": starts.isoformat(), "periodEnd": ends.isoformat()}
        yield {**row, **when, "externalId": f"{meter.code}-month-{month}"}


def _fact(tenant: SeededTenant, row: Mapping[str, Any], told: str) -> Fact:
    text, quantity = row["externalId"], row["quantity"]
    return Fact(str(tenant.tenant_id), row["source"], text, told, quantity, row["periodStart"], told, quantity)


def _round(url: str, park: SeededPark, options: argparse.Namespace, turn: int) -> Round:
    idle = _read_for(url, park, options.seconds)
    plan = Plan(url, list(park.tenants), options.clients, options.rows, options.seconds, turn)
    with _posting(plan) as found:
        loaded = _read_for(url, park, options.seconds)
    if found.errors:
        raise RuntimeError(f"{len(found.errors)} clients were stopped by an error:\n" + "\n".join(found.errors[:5]))
    return Round(idle, loaded, found)


@contextmanager
def _posting(plan: Plan) -> Iterator[Acknowledged]:
    """Let clients post in a process of their own; what they were told is there when the block has ended."""
    found = Acknowledged()
    process = subprocess.Popen(
        _CLIENTS, cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process, ThreadPoolExecutor(1) as reading:
        output = reading.submit(process.communicate, msgspec.json.encode(plan))
        yield found
        text, _ = output.result()
    if process.returncode:
        raise RuntimeError(f"the clients ended with exit code {process.returncode}")
    told = msgspec.json.decode(text, type=Acknowledged)
    for name in told.__struct_fields__:
        setattr(found, name, getattr(told, name))


def _read_for(url: str, park: SeededPark, seconds: float) -> dict[str, list[float]]:
    """Let the readers ask in turn for a tenant and for the park, and return how long each answer took."""
    readings = Readings()
    begun = time.monotonic()
    with ThreadPoolExecutor(_READERS) as pool:
        list(pool.map(lambda number: _dashboard(url, park, number, begun + seconds, readings), range(_READERS)))
    return readings.taken


@dataclass(slots=True)
class Readings:
    """Seconds that reads took, by what was asked."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: dict[str, list[float]] = field(default_factory=lambda: {asked: [] for asked in ASKED})


def _dashboard(url: str, park: SeededPark, number: int, until: float, readings: Readings) -> None:
    chance = random.Random(number)  # noqa: S311  no secret
    asked = 0
    with _connected(url) as connection:
        while time.monotonic() < until:
            time.sleep(chance.uniform(0, 2 * _PAUSE_S))
            tenant = chance.choice(park.tenants)
            whole = (asked + number) % 2
            boundary = (
                {"parkId": encode("Park", park.park_id)} if whole else {"tenantId": encode("Tenant", tenant.tenant_id)}
            )
            variables = {"boundary": boundary, "period": _twelve_months(chance.randrange(1, 24))}
            begun = time.perf_counter()
            found = _asked(connection, {"query": QUESTION, "variables": variables})
            taken = time.perf_counter() - begun
            if not found["footprint"]["groups"]:
                raise RuntimeError(f"a read found nothing: {found}")
            with readings.lock:
                readings.taken[ASKED[whole]].append(taken)
            asked += 1


def _twelve_months(after: int) -> dict[str, str]:
    """Return the twelve months that begin so many months after January 2022; some of them are in 2023."""
    first, last = (date(2022 + month // 12, month % 12 + 1, 1) for month in (after, after + 11))
    return {"first": f"{first:%Y-%m}", "last": f"{last:%Y-%m}"}


@contextmanager
def _connected(url: str) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
    try:
        yield connection
    finally:
        connection.close()


def _asked(connection: http.client.HTTPConnection, body: Mapping[str, Any]) -> dict[str, Any]:
    headers = authorization() | {"content-type": "application/json"}
    connection.request("POST", "/graphql", msgspec.json.encode(body), headers)
    response = connection.getresponse()
    text = response.read()
    found: dict[str, Any] = msgspec.json.decode(text) if response.status == 200 else {"errors": text[:500].decode()}
    if found.get("errors"):
        raise RuntimeError(f"{response.status}: {found['errors']}")
    answer: dict[str, Any] = found["data"]
    return answer


def _section(rounds: Sequence[Round], stored: int, options: argparse.Namespace, about: str) -> str:
    """Return the text of the page: what reads took, idle and under load, and what was proved."""
    of = [one.acknowledged for one in rounds]
    rows = [_line(rounds, asked, name, part) for asked in (*ASKED, "both") for name, part in _SHARES.items()]
    rate = harness.rounded(median(one.accepted / one.seconds for one in of))
    proof = (
        f"{sum(one.answered for one in of):,} mutations answered, none with an error; {stored:,} rows and versions "
        f"stored, which are those acknowledged, each once, with its content; the cells are their sums. Among them "
        f"{sum(one.lost_answers for one in of):,} batches posted again after a lost answer, "
        f"{sum(one.repeats for one in of):,} repeated, {sum(one.corrections for one in of):,} corrections. "
        f"{rate} rows/s were accepted (this machine, this hour)."
    )
    about_load = _ABOUT.format(options.rows, options.clients)
    head = ("reads of 12 months by scope and month", "idle, ms", "under load, ms", "times idle")
    return "\n\n".join(
        (f"## {options.clients} clients post while dashboards read", about_load, harness.table(head, rows), proof,
         f"Measured on {about}")
    )  # fmt: skip


_ABOUT: Final = (
    "`python -m benchmarks concurrency`: {1} clients post batches of {0} rows as fast as they are answered, "
    "in a process of their own, on the cores that also run the service and the database; four dashboards ask a "
    "few times a second. Ratio of all rounds together (lowest to highest of a round)."
)
_SHARES: Final = {"p50": 0.5, "p99": 0.99}


def _line(rounds: Sequence[Round], asked: str, name: str, part: float) -> tuple[str, str, str, str]:
    idle, loaded = _joined([one.idle for one in rounds], asked), _joined([one.loaded for one in rounds], asked)
    of_rounds = [
        quantile(_joined([one.loaded], asked), part) / quantile(_joined([one.idle], asked), part) for one in rounds
    ]
    times = harness.Ratio(quantile(loaded, part) / quantile(idle, part), min(of_rounds), max(of_rounds))
    return (
        f"{asked}, {name}",
        f"{1000 * quantile(idle, part):.0f}",
        f"{1000 * quantile(loaded, part):.0f}",
        str(times),
    )


def _joined(taken: Sequence[Mapping[str, Sequence[float]]], asked: str) -> list[float]:
    return [each for one in taken for name, found in one.items() if asked in (name, "both") for each in found]


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of the values do not exceed (nearest rank); raises where there are none."""
    if not values:
        raise ValueError("nothing was measured; let the phases last longer")
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]
