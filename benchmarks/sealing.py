"""What sealing costs: its processor time over that of posting the same rows, both by the ledger itself, without HTTP.

Counted is the time of this process and of every process of the server, which has to be on this machine, on Linux. What
is posted is made ready beforehand; each round posts rows that were never posted before, and seals them.
"""

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final
from uuid import uuid4

import psycopg

from benchmarks import bulk_files, harness, ingest_mutation, parks
from benchmarks.parks import SeededPark, SeededTenant
from emission_factors.releases import shipped_catalogue
from ledger.activities import posting
from ledger.activities.rows import PostedRow
from ledger.bulk import activities as bulk
from ledger.bulk.chunks import CHUNK_ROWS, Chunk
from ledger.database import Database, opened
from ledger.history import sealing
from ledger.history.verification import verify_history
from ledger.releases import Catalogues
from ledger.setup import Databases
from proofs.keys import PrivateKey, make_key

NAME: Final = "sealing"
FILES, MUTATIONS, TENANTS = "files", "mutations", "one row of each tenant"
_SIDE: Final = 2
_Work = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Measured:
    """Seconds of processor time that posting and sealing took, round by round, of so many rows."""

    rows: int
    posting: list[float] = field(default_factory=list)
    sealing: list[float] = field(default_factory=list)

    def cells(self) -> tuple[str, str, str]:
        """Return microseconds a row of both, and their ratio."""
        each = [f"{median(taken) / self.rows * 1e6:,.1f}" for taken in (self.posting, self.sealing)]
        return each[0], each[1], str(harness.ratio(self.sealing, self.posting))


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with harness.database() as databases:
        text = measured(databases, options)
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a file (100000)")
    parser.add_argument("--mutations", type=int, default=30, help="mutations of a round (30)")
    parser.add_argument("--mutation-rows", type=int, default=1000, help="rows of a mutation (1000)")
    parser.add_argument("--tenants", type=int, default=50, help="tenants that post one row each (50)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


def measured(databases: Databases, options: argparse.Namespace) -> str:
    """Return the section. Raises `RuntimeError` where not everything is sealed in the end, or something differs."""
    about = harness.machine(databases)
    park = parks.register(databases, tenants=max(_SIDE, options.tenants))
    found = asyncio.run(_measured(databases, park, options))
    head = ("sealed right after they were posted", "posting, µs a row", "sealing, µs a row", "sealing over posting")
    names = {
        FILES: f"{options.rows:,} rows of a file",
        MUTATIONS: f"{options.mutations} mutations of {options.mutation_rows:,} rows",
        TENANTS: f"one row of each of {options.tenants} tenants",
    }
    rows = [(names[name], *one.cells()) for name, one in found.items()]
    return "\n\n".join(("## Sealing", _ABOUT, harness.table(head, rows), f"Measured on {about}"))


_ABOUT: Final = (
    "`python -m benchmarks sealing`: the processor time of sealing - rows hashed as they are stored, events, leaves, "
    "signed heads - over that of posting the same rows with the ledger's own functions, without HTTP; of the process "
    "and of all of the server's. Median of the rounds (lowest to highest). At the end every history is verified "
    "against its rows. The last line is one event for each history: a round of the sealer every five seconds costs "
    "that for each tenant that posted anything, however much else there is."
)


async def _measured(databases: Databases, park: SeededPark, options: argparse.Namespace) -> dict[str, Measured]:
    key, clock = make_key("benchmarks"), _Clock(databases)
    found = {
        FILES: Measured(options.rows),
        MUTATIONS: Measured(options.mutations * options.mutation_rows),
        TENANTS: Measured(options.tenants),
    }
    given: dict[str, int] = defaultdict(int)
    async with opened(databases.service_url, 4) as database:
        await sealing.seal(database, key)
        for turn in range(options.rounds + 1):
            for name, one in found.items():
                work = _WAYS[name](database, park, options, given)
                posted, sealed = await clock.taken(work), await clock.taken(lambda: _seal(database, key))
                if turn:
                    one.posting.append(posted)
                    one.sealing.append(sealed)
        await _prove(database, key, park, sum(given.values()))
    return found


async def _seal(database: Database, key: PrivateKey) -> None:
    made, _ = await sealing.seal(database, key)
    if not made:
        raise RuntimeError("what was posted is not there to be sealed")


def _file(database: Database, park: SeededPark, options: argparse.Namespace, given: dict[str, int]) -> _Work:
    tenant, first = park.tenants[0], _next(given, park.tenants[0], options.rows)
    chunks = [
        Chunk(start + 1, bulk_files.frame(tenant, first + start, min(CHUNK_ROWS, options.rows - start)))
        for start in range(0, options.rows, CHUNK_ROWS)
    ]

    async def post() -> None:
        merging = bulk.merge_all(database, shipped_catalogue(), tenant.tenant_id, chunks, datetime.now(UTC))
        async with aclosing(merging) as merged:
            async for _ in merged:
                pass

    return post


def _mutations(database: Database, park: SeededPark, options: argparse.Namespace, given: dict[str, int]) -> _Work:
    tenant = park.tenants[1]
    batches = [_batch(tenant, options.mutation_rows, given) for _ in range(options.mutations)]
    return lambda: _post(database, [(tenant, batch) for batch in batches])


def _one_each(database: Database, park: SeededPark, options: argparse.Namespace, given: dict[str, int]) -> _Work:
    batches = [(tenant, _batch(tenant, 1, given)) for tenant in park.tenants[: options.tenants]]
    return lambda: _post(database, batches)


_WAYS: Final = {FILES: _file, MUTATIONS: _mutations, TENANTS: _one_each}
_CATALOGUES: Final = Catalogues()


def _next(given: dict[str, int], tenant: SeededTenant, count: int) -> int:
    """Return the first of so many rows of a tenant that were never posted."""
    first = given[str(tenant.tenant_id)]
    given[str(tenant.tenant_id)] += count
    return first


def _batch(tenant: SeededTenant, count: int, given: dict[str, int]) -> list[PostedRow]:
    return [ingest_mutation.posted(row) for row in parks.readings(tenant, _next(given, tenant, count), count)]


async def _post(database: Database, batches: Sequence[tuple[SeededTenant, list[PostedRow]]]) -> None:
    for tenant, batch in batches:
        await posting.post(database, _CATALOGUES, tenant.tenant_id, uuid4(), batch, datetime.now(UTC))


class _Clock:
    """Processor time of this process and of the server's, as Linux counts it."""

    def __init__(self, databases: Databases) -> None:
        with psycopg.connect(databases.owner_url) as connection:
            told = Path(f"/proc/{connection.info.backend_pid}/stat").read_text(encoding="ascii")
        self._server = int(told.rpartition(")")[2].split()[1])

    async def taken(self, work: _Work) -> float:
        """Return the seconds that work took."""
        before, here = self._of_server(), time.process_time()
        await work()
        here = time.process_time() - here
        return here + sum(spent - before.get(process, 0) for process, spent in self._of_server().items()) / 1e9

    def _of_server(self) -> dict[str, int]:
        """Return the nanoseconds that each process of the server has worked."""
        children = Path(f"/proc/{self._server}/task/{self._server}/children").read_text(encoding="ascii").split()
        found = {}
        for process in children:
            try:
                found[process] = int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0])
            except OSError:  # it has ended since
                continue
        return found


async def _prove(database: Database, key: PrivateKey, park: SeededPark, posted: int) -> None:
    """Every row that was posted is sealed, and every history holds."""
    sealed = 0
    async with database.snapshot() as connection:
        for tenant in park.tenants:
            verdict = await verify_history(connection, tenant.tenant_id, key.public)
            if not verdict.holds or verdict.open:
                raise RuntimeError("\n".join(verdict.told()))
            rows = "SELECT coalesce(sum((event::jsonb #>> '{body,rows,activities,count}')::integer), 0) FROM history "
            found = await connection.execute(f"{rows} WHERE tenant_id = %s".encode(), (tenant.tenant_id,))
            sealed += (await found.fetchone() or (0,))[0]
    if sealed != posted:
        raise RuntimeError(f"{posted} rows were posted, {sealed} are sealed")
