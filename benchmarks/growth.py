"""How cost grows with the rows of a park: footprints and posting, over quantity cells that stay as many.

Each size has a database and a service of its own on one server, and the sizes take turns, so that a busy minute of the
machine is nobody's alone. What is told is each size against the smallest, round by round.
"""

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Final

from benchmarks import asking, filling, harness
from benchmarks.asking import Service
from benchmarks.large_parks import LargePark, Size
from ledger.setup import Databases

NAME: Final = "growth"
SMALLEST: Final = 100_000
LARGEST: Final = 10_000_000
"""Rows, unless told otherwise: ten million take 7 GB of disk and some minutes to be filled and proved."""
REPEATED, FIRST = "footprint, repeated", "footprint, first after a posting"
MUTATIONS, FILES = "posting, mutations", "posting, files of NDJSON"
"""What is measured of each size, in seconds for what `Measured` says."""


@dataclass(slots=True)
class Measured:
    """One size of a park with its service; `batches` numbers what is posted since it was filled."""

    rows: int
    park: LargePark
    service: Service
    options: argparse.Namespace
    batches: "itertools.count[int]" = field(default_factory=itertools.count)

    def contestants(self) -> Mapping[str, Callable[[], float]]:
        """Return what is measured, each as seconds."""
        return {
            REPEATED: lambda: self._footprint(posts=False),
            FIRST: lambda: self._footprint(posts=True),
            MUTATIONS: self._mutations,
            FILES: self._file,
        }

    def _footprint(self, *, posts: bool) -> float:
        """Return the median of some footprints, each after a posting or after the footprint before."""
        body, seconds = asking.question_body(self.park), []
        for _ in range(self.options.requests):
            if posts:
                self.service.post(self.park, next(self.batches))
            seconds.append(self.service.ask(body).seconds)
        return statistics.median(seconds)

    def _mutations(self) -> float:
        """Return the seconds of some mutations of 1,000 rows, one after the other."""
        count = self.options.batch
        return sum(self.service.post(self.park, next(self.batches), count) for _ in range(self.options.batches))

    def _file(self) -> float:
        return self.service.upload(self.park, next(self.batches), self.options.file)


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    rows = list(sizes(options.largest))
    with ExitStack() as stack:
        first = stack.enter_context(harness.database())
        about = harness.machine(first)
        found = [first, *(stack.enter_context(harness.sibling(first)) for _ in rows[1:])]
        parks = [filled(databases, Size(), count) for databases, count in zip(found, rows, strict=True)]
        services = [stack.enter_context(_service(databases)) for databases in found]
        text = measured(dict(zip(rows, zip(parks, services, strict=True), strict=True)), options)
    text = f"{text}\n\nMeasured on {about}"
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--largest", type=int, default=LARGEST, help=f"rows of the largest park ({LARGEST})")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--requests", type=int, default=10, help="footprints of a kind in a round (10)")
    parser.add_argument("--batches", type=int, default=5, help="mutations in a round (5)")
    parser.add_argument("--batch", type=int, default=1000, help="rows of a mutation (1000)")
    parser.add_argument("--file", type=int, default=20_000, help="rows of a file (20000)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


@contextmanager
def _service(databases: Databases) -> Iterator[str]:
    """Start a service that keeps bulk files in a folder of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="pk-bench-") as folder,
        harness.service(databases, settings={"PARKLEDGER_INGEST_FOLDER": folder}) as url,
    ):
        yield url


def sizes(largest: int) -> Iterator[int]:
    """Yield the sizes, each ten times the one before, up to the largest, which is one in any case."""
    rows = SMALLEST
    while rows < largest:
        yield rows
        rows *= 10
    yield largest


def filled(databases: Databases, size: Size, rows: int) -> LargePark:
    """Return a park with so many rows, proved to be what its cells say."""
    park = filling.build(databases, size)
    filling.fill(databases, park, rows)
    filling.prove(databases, park, rows)
    return park


def measured(parks: Mapping[int, tuple[LargePark, str]], options: argparse.Namespace) -> str:
    """Return the section; `parks` are park and address of a service by rows, the smallest first."""
    with ExitStack() as stack:
        of_sizes = [
            Measured(rows, park, stack.enter_context(asking.connected(url)), options)
            for rows, (park, url) in parks.items()
        ]
        found = {what: _interleaved(of_sizes, what, options.rounds) for what in (REPEATED, FIRST, MUTATIONS, FILES)}
    park = of_sizes[0].park
    command = f"python -m benchmarks {NAME}{_so_far(max(parks))}"
    head = (
        f"## Growth\n\n`{command}`: {park.size.tenants} tenants, {park.size.months} months and "
        f"{park.size.cells:,} quantity cells whatever the number of rows. {_ABOUT}"
    )
    return f"{head}\n\n{_table(found, options)}"


def _so_far(largest: int) -> str:
    return "" if largest == LARGEST else f" --largest {largest}"


_ABOUT: Final = (
    "Seconds of each size over seconds of the smallest, median of the rounds (lowest to highest): 1 is no growth. "
    "Files are timed from the first byte sent until the job is done."
)


def _interleaved(of_sizes: Sequence[Measured], what: str, rounds: int) -> dict[int, list[float]]:
    names = {str(one.rows): one for one in of_sizes}
    found = harness.interleaved({name: one.contestants()[what] for name, one in names.items()}, rounds)
    return {one.rows: found[name] for name, one in names.items()}


def _table(found: Mapping[str, Mapping[int, Sequence[float]]], options: argparse.Namespace) -> str:
    smallest, *others = found[REPEATED]
    head = (
        "growth",
        f"{smallest:,} rows (this machine, this hour)",
        *(f"{rows:,} rows, times that" for rows in others),
    )
    lines = []
    for what, seconds in found.items():
        median = statistics.median(seconds[smallest])
        ratios = [str(harness.ratio(seconds[rows], seconds[smallest])) for rows in others]
        lines.append((what, _told(what, median, options), *ratios))
    return harness.table(head, lines)


def _told(what: str, seconds: float, options: argparse.Namespace) -> str:
    rows = {MUTATIONS: options.batch * options.batches, FILES: options.file}
    if what in rows:
        return f"{harness.rounded(rows[what] / seconds)} rows/s"
    return f"{harness.rounded(1000 * seconds)} ms"
