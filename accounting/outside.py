"""What stands beside the scopes: each kind in a line of its own, in no total of scopes 1 to 3, and never netted.

Biogenic CO2 and gases outside the Kyoto groups: GHG Protocol Corporate Standard (2004), chapters 4 and 9, and the
amendment of 2013 on required gases. Avoided emissions, removals and offsets: chapter 8 (no deduction), chapter 9
(offsets bought and sold, apart from the inventory); Scope 3 Standard (2011), chapter 9 (avoided emissions).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from accounting.amounts import Amounts, added
from accounting.footprints import FootprintLine
from emission_factors import decimals, gases
from emission_factors.activity_types import Line, Method, Scope


class Claim(StrEnum):
    """CO2e that is no emission of the inventory, by the category of its line; kinds are not added to each other."""

    AVOIDED = "avoided"
    """Emissions of others avoided against a baseline."""
    REMOVALS = "removals"
    """CO2 taken from the atmosphere and stored."""
    OFFSETS_BOUGHT = "offsets_bought"
    """Credits bought, whether cancelled or not."""
    OFFSETS_CANCELLED = "offsets_cancelled"
    """Credits cancelled, which nobody can use any more."""
    OFFSETS_SOLD = "offsets_sold"
    """Credits of own projects sold, which somebody else uses."""


MEMO: Final = "memo"
"""Category of emissions shown for information, such as the CO2 that emitted solvents become."""

_CLAIMS: Final = frozenset(claim.value for claim in Claim)


def is_claim(line: Line) -> bool:
    """Whether an inventory line is a claim: no emission, so that no sum of emissions holds it."""
    return line.scope is Scope.OUTSIDE and line.category in _CLAIMS


@dataclass(frozen=True, slots=True)
class OutsideScopes:
    """Kilograms. `biogenic_co2` of every line, in the scopes or not; `non_kyoto` gases outside the seven groups and
    `not_counted` gases of the groups that the regime does not count, each as masses with the CO2e known; `memo`
    emissions; `claims` by kind, kinds without a line left out.
    """

    biogenic_co2: Decimal
    non_kyoto: Amounts
    not_counted: Amounts
    memo: Amounts
    claims: Mapping[Claim, Amounts]


def outside_scopes(lines: Iterable[FootprintLine]) -> OutsideScopes:
    """Return what stands beside the scopes over lines.

    Purchased energy stands in two lines, by location and by market; what is outside is taken from the first alone, as
    it would be counted twice.
    """
    once = [line for line in lines if line.line.method is not Method.MARKET]
    emissions = [line for line in once if not is_claim(line.line)]
    uncounted = added(_uncounted(line.amounts) for line in emissions)
    return OutsideScopes(
        biogenic_co2=decimals.total(line.amounts.biogenic for line in emissions),
        non_kyoto=_of_gases(uncounted, is_kyoto=False),
        not_counted=_of_gases(uncounted, is_kyoto=True),
        memo=added(line.amounts for line in emissions if _is_memo(line.line)),
        claims=MappingProxyType(_claims(once)),
    )


def _uncounted(amounts: Amounts) -> Amounts:
    return Amounts(outside=amounts.outside, outside_co2e=amounts.outside_co2e)


def _is_memo(line: Line) -> bool:
    return line.scope is Scope.OUTSIDE and line.category == MEMO


def _claims(lines: Sequence[FootprintLine]) -> dict[Claim, Amounts]:
    found: dict[Claim, list[Amounts]] = {}
    for line in lines:
        if is_claim(line.line):
            found.setdefault(Claim(line.line.category), []).append(line.amounts)
    return {claim: added(parts) for claim, parts in found.items()}


def _of_gases(amounts: Amounts, *, is_kyoto: bool) -> Amounts:
    def chosen(values: Mapping[str, Decimal]) -> dict[str, Decimal]:
        return {name: value for name, value in values.items() if gases.gas(name).is_kyoto is is_kyoto}

    return Amounts(outside=chosen(amounts.outside), outside_co2e=chosen(amounts.outside_co2e))
