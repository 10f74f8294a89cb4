"""What one base unit of anything in a scenario emits: the factors of the reference year, by the ordinary footprint.

One fold answers for all of it, so that a scenario resolves factors, instruments and leases as every footprint does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.footprints import Cell, FootprintGap, FootprintLine, fold
from accounting.judgement.headline_totals import Total
from accounting.lines import Gap, OwnFactors
from accounting.outside import is_claim
from emission_factors.factors import Origin

APART: Final = (Total.SCOPE_1, Total.SCOPE_2_LOCATION, Total.SCOPE_2_MARKET, Total.SCOPE_3)
"""The totals that share no line, in the order of `Scopes`."""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One inventory line of a base unit: place of its total in `APART`, kg CO2e, what its factor is for, and whose."""

    total: int
    rate: Decimal
    kind: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Price:
    """What one base unit emits, and the lines whose factor is missing."""

    lines: tuple[PricedLine, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_missing(self) -> bool:
        """Whether nothing of what should be counted is known."""
        return bool(self.gaps) and not self.lines


def priced(basis: Basis, own: Mapping[UUID, OwnFactors], cells: Iterable[Cell]) -> Mapping[Cell, Price]:
    """Return the price of each cell of one base unit; lines outside the scopes and claims are in no total."""
    found = dict.fromkeys(cells)
    # The site of a cell moves no factor; here it carries the number of the cell, so that lines find back to it.
    numbered = [replace(cell, site=UUID(int=number)) for number, cell in enumerate(found)]
    footprint = fold(basis, numbered, own, keeps_months=True)
    lines: list[list[PricedLine]] = [[] for _ in numbered]
    gaps: list[list[Gap]] = [[] for _ in numbered]
    for line in footprint.lines:
        if (made := _line(line)) is not None:
            lines[_number(line)].append(made)
    for gap in footprint.gaps:
        gaps[_number(gap)].append(gap.gap)
    return {cell: Price(tuple(lines[number]), tuple(gaps[number])) for number, cell in enumerate(found)}


def _line(line: FootprintLine) -> PricedLine | None:
    number = next((number for number, total in enumerate(APART) if total.takes(line.line)), None)
    if number is None or is_claim(line.line):
        return None
    selection = line.resolved.selection
    return PricedLine(number, line.amounts.co2e, selection.wanted.kind, selection.factor.origin)


def _number(found: FootprintLine | FootprintGap) -> int:
    assert found.site is not None  # noqa: S101  every cell was numbered
    return found.site.int
