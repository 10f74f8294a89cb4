"""The footprint of a whole park through HTTP, against bare SQL over the quantity cells and over the rows.

All three answer the same groups, to the last digit, which is compared in every round. Asked twice without a posting in
between a footprint may be remembered, so that what comes first after a posting is measured apart from what is repeated.
"""

import argparse
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.regimes import REGIMES, RegimeCode
from benchmarks import asking, bare, filling, harness
from benchmarks.asking import Answer, Service
from benchmarks.bare import OVER_CELLS, OVER_ROWS, Bare
from benchmarks.large_parks import PROXY_REGIONS, LargePark, Size
from emission_factors.releases import shipped_catalogue
from ledger.setup import Databases

NAME: Final = "footprint"
REPEATED, FIRST, CELLS, ROWS = "repeated", "first after a posting", "SQL over the cells and JSON", "SQL over the rows"
"""The contestants."""
_RARELY: Final = 99
"""The percentile that is told beside the median."""


@dataclass(slots=True)
class Round:
    """Seconds of each contestant in one round."""

    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in (REPEATED, FIRST, CELLS, ROWS)}
    )

    def median(self, name: str) -> float:
        """Return the median of a contestant."""
        return statistics.median(self.seconds[name])


def main(arguments: Sequence[str]) -> None:
    """Measure, print the section, and write it into the page if asked to."""
    options = _options(arguments)
    with harness.database() as databases:
        about = harness.machine(databases)
        park = filling.build(databases, Size(options.tenants, options.sites, options.months))
        filling.fill(databases, park, options.rows)
        filling.prove(databases, park, options.rows)
        with harness.service(databases) as url:
            text = measured(databases, url, park, options)
    text = f"{text}\n\nMeasured on {about}"
    print(text)
    if options.write:
        harness.write_section(NAME, text)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    size = Size()
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {NAME}", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the park (10000000)")
    parser.add_argument("--tenants", type=int, default=size.tenants, help=f"tenants ({size.tenants})")
    parser.add_argument("--sites", type=int, default=size.sites, help=f"sites of a tenant ({size.sites})")
    parser.add_argument("--months", type=int, default=size.months, help=f"months ({size.months})")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--requests", type=int, default=12, help="requests of a kind in a round (12)")
    parser.add_argument("--write", action="store_true", help="write the section into docs/performance.md")
    return parser.parse_args(arguments)


def default_basis() -> Basis:
    """Return the basis of a question that names none, as the service resolves it for a large park."""
    regime = REGIMES[RegimeCode.GHG_PROTOCOL]
    return Basis(
        regime, regime.default_gwp_set, shipped_catalogue(), PROXY_REGIONS, approach=Approach.OPERATIONAL_CONTROL
    )


def measured(databases: Databases, url: str, park: LargePark, options: argparse.Namespace) -> str:
    """Return the section of the park's footprint, asked of the service at `url`."""
    with ExitStack() as stack:
        service = stack.enter_context(asking.connected(url))
        yardstick = stack.enter_context(bare.connected(databases, park, default_basis()))
        rounds = [_round(service, yardstick, park, options.requests, turn) for turn in range(options.rounds + 1)]
    size = park.size
    head = (
        f"## Footprint of a park of {options.rows:,} rows\n\n"
        f"`python -m benchmarks {NAME}`: {size.tenants} tenants, {size.months} months, {size.cells:,} quantity cells, "
        f"by scope, category and month. {_ABOUT}"
    )
    return f"{head}\n\n{_table(rounds[1:])}"


_ABOUT: Final = (
    "All answer the same, compared to the last digit in every round. *SQL over the cells and JSON*: one statement of "
    "the owner, without row security, over cells and a table of the service's own factors, its rows fetched by psycopg "
    "and encoded as the same JSON. *SQL over the rows*: the same over the current versions of the activities. *First "
    "after a posting*: a row was posted right before, so that no remembered quantity can answer."
)


def _round(service: Service, yardstick: Bare, park: LargePark, requests: int, turn: int) -> Round:
    """Let everyone answer in turns; the first round is not counted. Raises `RuntimeError` where two answers differ."""
    found = Round()
    body = asking.question_body(park)
    for number in range(requests):
        service.post(park, turn * requests + number)
        answers = {FIRST: service.ask(body), REPEATED: service.ask(body), CELLS: yardstick.ask(OVER_CELLS)}
        for name, answer in answers.items():
            found.seconds[name].append(answer.seconds)
    answers[ROWS] = yardstick.ask(OVER_ROWS)
    found.seconds[ROWS].append(answers[ROWS].seconds)
    refuse_difference(answers)
    return found


def refuse_difference(answers: dict[str, Answer]) -> None:
    """Raise `RuntimeError` where two of the answers differ in a group or a digit."""
    groups = {name: answer.groups() for name, answer in answers.items()}
    first, *others = groups
    for other in others:
        keys = groups[first].keys() | groups[other].keys()
        differing = sorted(key for key in keys if groups[first].get(key) != groups[other].get(key))
        if differing:
            pair = [groups[name].get(differing[0]) for name in (first, other)]
            raise RuntimeError(f"{first} and {other} differ in {len(differing)} groups; {differing[0]}: {pair}")


def _table(rounds: Sequence[Round]) -> str:
    ours = (FIRST, REPEATED)
    lines = [(f"{name}, {told}, ms", figure) for name in ours for told, figure in _figures(rounds, name)]
    lines += [(f"{name}, times the {CELLS}", str(_ratio(rounds, name, CELLS))) for name in ours]
    lines += [(f"{ROWS}, times {name}", str(_ratio(rounds, ROWS, name))) for name in ours]
    return harness.table(("footprint", "figure"), lines)


def _figures(rounds: Sequence[Round], name: str) -> list[tuple[str, str]]:
    seconds = [value for each in rounds for value in each.seconds[name]]
    rare = statistics.quantiles(seconds, n=100, method="inclusive")[_RARELY - 1] if len(seconds) > 1 else seconds[0]
    return [
        ("p50 (this machine, this hour)", harness.rounded(1000 * statistics.median(seconds))),
        (f"p{_RARELY}", harness.rounded(1000 * rare)),
    ]


def _ratio(rounds: Sequence[Round], name: str, other: str) -> harness.Ratio:
    return harness.ratio([each.median(name) for each in rounds], [each.median(other) for each in rounds])
