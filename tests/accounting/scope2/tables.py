"""Cases of the market-based table, each computed by hand, and how one is checked.

Tonnes are kg / 1000 at the rate for what stays uncovered; 609.6 kg/MWh is China 2023 without market-traded non-fossil
power, 530.6 the national average, 570.3 the factor of notice 332, 832.5 that of notice 910.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from accounting.regimes import RegimeCode
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import Instrument, Kind, Load, LoadKind
from accounting.scope2.matching import match
from tests.instruments import claim, load

GHGP, ISO, GBT, MEE, PARK = (
    RegimeCode.GHG_PROTOCOL,
    RegimeCode.ISO_14064_1,
    RegimeCode.GBT_32150_2025,
    RegimeCode.MEE_332_2023,
    RegimeCode.NDRC_910_2025,
)
OWN, LINE = LoadKind.OWN_GENERATION, LoadKind.DIRECT_LINE
PPA, TRADE, DIRECT, SELF = (
    Kind.POWER_PURCHASE_AGREEMENT,
    Kind.GREEN_POWER_TRADE,
    Kind.DIRECT_SUPPLY,
    Kind.SELF_USE,
)
MARCH = ("2025-03", "2025-03")


@dataclass(frozen=True)
class Case:
    """`covered` MWh by instrument, `left` MWh by load (own generation, direct line, grid; by month, then site),
    `refused` as id, reason and MWh, in order of the hierarchy.
    """

    name: str
    loads: tuple[Load, ...]
    claims: tuple[Instrument, ...]
    covered: str
    left: str
    tonnes: str
    refused: tuple[str, ...] = ()
    rate: str = "609.6"
    regime: RegimeCode = GHGP


# 9,000 MWh bought, 1,000 MWh of own roof, 4,000 MWh of certificates, 2,000 MWh under a contract.
SUPPLY = (load("9000"), load("1000", kind=OWN))
BOUGHT = (claim("gec", "4000"), claim("ppa", "2000", PPA))


def cases(*found: Case) -> pytest.MarkDecorator:
    """Return the mark that runs a test with each case, under its name; raises `ValueError` where two have one name."""
    if len({case.name for case in found}) < len(found):
        raise ValueError("two cases have the same name")
    return pytest.mark.parametrize("case", found, ids=lambda case: case.name)


def checked(case: Case) -> None:
    """Match a case's loads and claims, and compare what is covered, left and refused."""
    found = match(case.loads, case.claims, RULES[case.regime])
    by_claim: dict[str, Decimal] = {}
    for one in found.matches:
        by_claim[one.instrument.id] = by_claim.get(one.instrument.id, Decimal(0)) + one.quantity
    assert by_claim == dict(_numbered(part) for part in case.covered.split(", ") if part)
    assert [one.quantity for one in found.unmatched] == [Decimal(part) for part in case.left.split()]
    assert found.emissions(Decimal(case.rate)) / 1000 == Decimal(case.tonnes)
    refused = [(one.instrument.id, one.reason, one.quantity) for one in found.rejections]
    assert refused == [(name, reason, Decimal(quantity)) for name, reason, quantity in map(str.split, case.refused)]


def _numbered(part: str) -> tuple[str, Decimal]:
    name, quantity = part.split()
    return name, Decimal(quantity)
