"""The market-based table: what covers what, what is refused and why, each case computed by hand.

Tonnes are kg / 1000 at the rate for what stays uncovered; 609.6 kg/MWh is China 2023 without market-traded non-fossil
power, 530.6 the national average, 570.3 the factor of notice 332, 832.5 that of notice 910.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.regimes import RegimeCode
from accounting.scope2.instrument_rules import RULES
from accounting.scope2.instruments import (
    Attribute,
    Cancellation,
    Check,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Instrument,
    Kind,
    Load,
    LoadKind,
    Serials,
)
from accounting.scope2.matching import match
from tests.instruments import EAST, TWO, WEST, claim, criteria, load

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


def proofs(*kinds: EvidenceKind) -> tuple[Evidence, ...]:
    return tuple(Evidence(kind.value, kind) for kind in kinds)


# 9,000 MWh bought, 1,000 MWh of own roof, 4,000 MWh of certificates, 2,000 MWh under a contract.
SUPPLY = (load("9000"), load("1000", kind=OWN))
BOUGHT = (claim("gec", "4000"), claim("ppa", "2000", PPA))
# 9,000 MWh bought of which 4,000 in green-power trade, 1,000 MWh of own roof.
LEDGER = (claim("pv", "1000", SELF), claim("trade", "4000", TRADE))

GEC_OF_2024: dict[str, Any] = {"made": ("2024-01", "2024-01"), "claimed": ("2025-01", "2026-12")}
OLD_GEC: dict[str, Any] = {"made": ("2022-06", "2022-06"), "claimed": ("2025-01", "2026-12"), "cancelled": "2025-12-31"}

CASES = (
    Case("no instrument", (load("1000"),), (), "", "1000", "609.6"),
    Case("V05", SUPPLY, (*BOUGHT, claim("pv", "1000", SELF)), "pv 1000, gec 4000, ppa 2000", "0 3000", "1828.8"),
    Case(
        "V05, the certificates of the roof sold",
        SUPPLY,
        (*BOUGHT[1:], claim("gec", "4000"), claim("pv", "1000", SELF, is_sold=True)),
        "gec 4000, ppa 2000",
        "0 4000",
        "2438.4",
        ("pv SOLD 1000",),
    ),
    Case("electricity-market-01", (load("1000"),), (claim("a", "600"),), "a 600", "400", "180", rate="450"),
    Case("electricity-market-03", (load("1000"),), (claim("a", "300"),), "a 300", "700", "409.92", rate="585.6"),
    Case("electricity-market-05", (load("500"),), (claim("a", "650"),), "a 500", "0", "0", ("a EXCESS 150",)),
    Case("covered to the last MWh", (load("500"),), (claim("a", "500"),), "a 500", "0", "0"),
    Case("partial cover", (load("1000.5"),), (claim("a", "1000"),), "a 1000", "0.5", "0.3048"),
    Case(
        "the last certificate in part",
        (load("500.25"),),
        (claim("a", "501"),),
        "a 500.25",
        "0",
        "0",
        ("a EXCESS 0.75",),
    ),
    Case("nothing consumed", (load("0"),), (claim("a", "5"),), "", "0", "0", ("a EXCESS 5",)),
    Case(
        "excess is not carried to another month",
        (load("100", "2025-03"), load("100", "2025-04")),
        (claim("a", "150", claimed=MARCH),),
        "a 100",
        "0 100",
        "60.96",
        ("a EXCESS 50",),
    ),
    Case(
        "two certificates, the second in excess",
        (load("100"),),
        (claim("b", "60"), claim("a", "70")),
        "a 70, b 30",
        "0",
        "0",
        ("b EXCESS 30",),
    ),
    # Vintage: January 2024 is month 1 of 24, December 2025 month 24.
    Case(
        "vintage, the last month",
        (load("10", "2025-12"),),
        (claim("a", "10", cancelled="2025-12-31", **GEC_OF_2024),),
        "a 10",
        "0",
        "0",
    ),
    Case(
        "vintage, a month too old",
        (load("10", "2026-01"),),
        (claim("a", "10", cancelled="2025-12-31", **GEC_OF_2024),),
        "",
        "10",
        "6.096",
        ("a WRONG_VINTAGE 10",),
    ),
    Case(
        "cancelled after it expired",
        (load("10", "2025-12"),),
        (claim("a", "10", cancelled="2026-01-01", **GEC_OF_2024),),
        "",
        "10",
        "6.096",
        ("a WRONG_VINTAGE 10",),
    ),
    Case(
        "generated later in the year",
        (load("10", "2025-03"),),
        (claim("a", "10", made=("2025-12", "2025-12")),),
        "a 10",
        "0",
        "0",
    ),
    Case(
        "generated in the next year",
        (load("10", "2025-12"),),
        (claim("a", "10", made=("2026-01", "2026-01"), cancelled="2026-02-10"),),
        "",
        "10",
        "6.096",
        ("a WRONG_VINTAGE 10",),
    ),
    Case(
        "output before 2024, good to the end of 2025",
        (load("10", "2025-12"),),
        (claim("a", "10", **OLD_GEC),),
        "a 10",
        "0",
        "0",
    ),
    Case(
        "output before 2024, in 2026",
        (load("10", "2026-01"),),
        (claim("a", "10", **OLD_GEC),),
        "",
        "10",
        "6.096",
        ("a WRONG_VINTAGE 10",),
    ),
    Case(
        "cancelled before it was generated",
        (load("10"),),
        (claim("a", "10", made=("2025-06", "2025-06"), cancelled="2025-05-31"),),
        "",
        "10",
        "6.096",
        ("a WRONG_VINTAGE 10",),
    ),
    Case(
        "no cover for consumption after the cancellation",
        (load("100", "2025-03"), load("100", "2025-04")),
        (claim("a", "200", made=("2025-01", "2025-01"), cancelled="2025-03-31"),),
        "a 100",
        "0 100",
        "60.96",
        ("a EXCESS 100",),
    ),
    Case(
        "own generation serves its own months",
        (load("10", "2025-03", kind=OWN), load("10", "2025-04", kind=OWN)),
        (claim("pv", "20", SELF, made=MARCH),),
        "pv 10",
        "0 10",
        "6.096",
        ("pv EXCESS 10",),
    ),
    Case(
        "claimed for another year",
        (load("10"),),
        (claim("a", "10", claimed=("2024-01", "2024-12")),),
        "",
        "10",
        "6.096",
        ("a OTHER_PERIOD 10",),
    ),
    # Cancellation.
    Case("not cancelled", (load("10"),), (claim("a", "10", cancelled=""),), "", "10", "6.096", ("a NOT_CANCELLED 10",)),
    Case(
        "cancelled in part",
        (load("1000"),),
        (
            claim(
                "a",
                "1000",
                cancellation=Cancellation(date(2025, 12, 1), Decimal(600)),
                serials=Serials("batch", 1, 600),
            ),
        ),
        "a 600",
        "400",
        "243.84",
        ("a NOT_CANCELLED 400",),
    ),
    Case(
        "cancelled in part and in excess",
        (load("500"),),
        (
            claim(
                "a",
                "1000",
                cancellation=Cancellation(date(2025, 12, 1), Decimal(600)),
                serials=Serials("batch", 1, 600),
            ),
        ),
        "a 500",
        "0",
        "0",
        ("a EXCESS 100", "a NOT_CANCELLED 400"),
    ),
    Case(
        "one certificate for two beneficiaries: who cancelled first keeps it",
        (load("100"), load("100", tenant=TWO, site=WEST)),
        (
            claim("a", "100", serials=Serials("batch", 1, 100), cancelled="2026-01-16"),
            claim("b", "100", serials=Serials("batch", 1, 100), cancelled="2026-01-15", tenant=TWO),
        ),
        "b 100",
        "100 0",
        "60.96",
        ("a DOUBLE_CANCELLATION 100",),
    ),
    Case(
        "one certificate for two beneficiaries on one day: nobody's",
        (load("100"), load("100", tenant=TWO, site=WEST)),
        (
            claim("a", "100", serials=Serials("batch", 1, 100)),
            claim("b", "100", serials=Serials("batch", 1, 100), tenant=TWO),
        ),
        "",
        "100 100",
        "121.92",
        ("a DOUBLE_CANCELLATION 100", "b DOUBLE_CANCELLATION 100"),
    ),
    Case(
        "ranges that share one certificate",
        (load("300"),),
        (
            claim("a", "100", serials=Serials("batch", 1, 100), cancelled="2025-12-01"),
            claim("b", "101", serials=Serials("batch", 100, 200), cancelled="2025-12-02"),
        ),
        "a 100",
        "200",
        "121.92",
        ("b DOUBLE_CANCELLATION 101",),
    ),
    Case(
        "a batch divided between two beneficiaries",
        (load("700"), load("400", tenant=TWO, site=WEST)),
        (
            claim("a", "600", serials=Serials("batch", 1, 600)),
            claim("b", "400", serials=Serials("batch", 601, 1000), tenant=TWO),
        ),
        "a 600, b 400",
        "100 0",
        "60.96",
    ),
    Case(
        "a cancellation that fails otherwise has used the certificate up",
        (load("100"),),
        (
            claim("a", "100", serials=Serials("batch", 1, 100), cancelled="2025-12-01", market="US"),
            claim("b", "100", serials=Serials("batch", 1, 100), cancelled="2025-12-02"),
        ),
        "",
        "100",
        "60.96",
        ("a WRONG_MARKET 100", "b DOUBLE_CANCELLATION 100"),
    ),
    Case(
        "the neighbour cancelled the certificates of the roof",
        (load("100", kind=OWN), load("100", tenant=TWO, site=WEST)),
        (
            claim("pv", "100", SELF, serials=Serials("roof", 1, 100)),
            claim("a", "100", tenant=TWO, serials=Serials("roof", 1, 100)),
        ),
        "a 100",
        "100 0",
        "60.96",
        ("pv DOUBLE_CANCELLATION 100",),
    ),
    Case(
        "certificates bought in place of those sold",
        (load("1000", kind=OWN),),
        (claim("pv", "1000", SELF, is_sold=True), claim("a", "800")),
        "a 800",
        "200",
        "121.92",
        ("pv SOLD 1000",),
    ),
    Case(
        "the certificates of the roof sold in part",
        (load("1000", kind=OWN),),
        (claim("kept", "600", SELF), claim("sold", "400", SELF, is_sold=True)),
        "kept 600",
        "400",
        "243.84",
        ("sold SOLD 400",),
    ),
    Case(
        "certificates of another's self-use",
        (load("10"),),
        (claim("a", "10", is_tradable=False, generator=TWO),),
        "",
        "10",
        "6.096",
        ("a NOT_TRADABLE 10",),
    ),
    Case(
        "certificates of own self-use, not for power bought",
        (load("6", kind=OWN), load("10")),
        (claim("a", "10", is_tradable=False, generator=load("1").tenant),),
        "a 6",
        "0 10",
        "6.096",
        ("a EXCESS 4",),
    ),
    # Quality criteria and evidence.
    Case(
        "a criterion not checked",
        (load("10"),),
        (claim("a", "10", criteria=criteria(only_claim=Check(None, ("letter",)))),),
        "",
        "10",
        "6.096",
        ("a CRITERION_FAILED 10",),
    ),
    Case(
        "a criterion fails, and a contract takes the place",
        (load("10"),),
        (claim("a", "10", criteria=criteria(retired=Check(False, ("letter",)))), claim("ppa", "10", PPA, rate="20")),
        "ppa 10",
        "0",
        "0.2",
        ("a CRITERION_FAILED 10",),
    ),
    Case(
        "a criterion said to hold, without evidence",
        (load("10"),),
        (claim("a", "10", criteria=criteria(same_market=Check(True))),),
        "",
        "10",
        "6.096",
        ("a MISSING_EVIDENCE 10",),
    ),
    Case(
        "criterion 6 is asked of a supplier's rate, 7 of a contract, neither of a certificate",
        (load("30"),),
        tuple(
            claim(kind.value, "10", kind, criteria=criteria(as_delivered=Check(), all_attributes=Check()))
            for kind in (Kind.SUPPLIER_RATE, PPA, Kind.GEC)
        ),
        "GEC 10",
        "20",
        "12.192",
        ("POWER_PURCHASE_AGREEMENT CRITERION_FAILED 10", "SUPPLIER_RATE CRITERION_FAILED 10"),
    ),
    Case("no document", (load("10"),), (claim("a", "10", evidence=()),), "", "10", "6.096", ("a MISSING_EVIDENCE 10",)),
    Case(
        "no certificate numbers",
        (load("10"),),
        (claim("a", "10", serials=None),),
        "",
        "10",
        "6.096",
        ("a MISSING_EVIDENCE 10",),
    ),
    Case("no rate", (load("10"),), (claim("a", "10", rate=None),), "", "10", "6.096", ("a CRITERION_FAILED 10",)),
    # Place, carrier, supply.
    Case("another market", (load("10"),), (claim("a", "10", market="EU"),), "", "10", "6.096", ("a WRONG_MARKET 10",)),
    Case(
        "another carrier",
        (load("10"),),
        (claim("a", "10", Kind.SUPPLIER_RATE, carrier=EnergyCarrier.STEAM),),
        "",
        "10",
        "6.096",
        ("a WRONG_CARRIER 10",),
    ),
    Case(
        "another tenant", (load("10"),), (claim("a", "10", tenant=TWO),), "", "10", "6.096", ("a OTHER_BENEFICIARY 10",)
    ),
    Case("another site", (load("10"),), (claim("a", "10", site=WEST),), "", "10", "6.096", ("a OTHER_SITE 10",)),
    Case(
        "bound to a site, in excess there",
        (load("100"), load("100", site=WEST)),
        (claim("a", "150", site=WEST),),
        "a 100",
        "100 0",
        "60.96",
        ("a EXCESS 50",),
    ),
    Case(
        "what is bound to a site goes before what is not",
        (load("100"), load("100", site=WEST)),
        (claim("a", "100"), claim("z", "100", site=EAST)),
        "z 100, a 100",
        "0 0",
        "0",
    ),
    Case(
        "what ends sooner goes first",
        (load("100", "2025-03"), load("100", "2025-04")),
        (claim("a", "100"), claim("z", "100", claimed=MARCH)),
        "z 100, a 100",
        "0 0",
        "0",
    ),
    Case(
        "direct line before certificates",
        (load("300", kind=LINE), load("700")),
        (claim("gec", "500"), claim("wire", "300", DIRECT)),
        "wire 300, gec 500",
        "0 200",
        "121.92",
    ),
    Case(
        "a direct line supplies no more than its meter",
        (load("300", kind=LINE), load("700")),
        (claim("wire", "350", DIRECT),),
        "wire 300",
        "0 700",
        "426.72",
        ("wire EXCESS 50",),
    ),
    Case(
        "direct supply without a line",
        (load("10"),),
        (claim("wire", "10", DIRECT),),
        "",
        "10",
        "6.096",
        ("wire WRONG_SUPPLY 10",),
    ),
    # Hierarchy and rates.
    Case(
        "certificate 300, contract 200 at 50 kg, supplier's rate 400 at 410 kg, the rest",
        (load("1000"),),
        (
            claim("rate", "400", Kind.SUPPLIER_RATE, rate="410", attribute=Attribute.CONVENTIONAL),
            claim("ppa", "200", PPA, rate="50"),
            claim("gec", "300"),
        ),
        "gec 300, ppa 200, rate 400",
        "100",
        "234.96",
    ),
    Case(
        "the higher rung covers all",
        (load("100"),),
        (claim("rate", "100", Kind.SUPPLIER_RATE), claim("ppa", "100", PPA), claim("gec", "100")),
        "gec 100",
        "0",
        "0",
        ("ppa EXCESS 100", "rate EXCESS 100"),
    ),
    Case(
        "steam at its supplier's rate, 0.06496 t/GJ",
        (load("500", carrier=EnergyCarrier.STEAM),),
        (
            claim(
                "boiler",
                "500",
                Kind.SUPPLIER_RATE,
                carrier=EnergyCarrier.STEAM,
                attribute=Attribute.CONVENTIONAL,
                rate="233.856",
            ),
        ),
        "boiler 500",
        "0",
        "116.928",
    ),
    Case("ISO as the GHG Protocol", SUPPLY, BOUGHT, "gec 4000, ppa 2000", "0 4000", "2438.4", regime=ISO),
    # One ledger, four regimes.
    Case("GHG Protocol", SUPPLY, LEDGER, "pv 1000, trade 4000", "0 5000", "3048"),
    Case("GB/T 32150", SUPPLY, LEDGER, "pv 1000, trade 4000", "0 5000", "2653", (), "530.6", GBT),
    Case("notice 332", SUPPLY, LEDGER, "pv 1000", "0 9000", "5132.7", ("trade NOT_ADMITTED 4000",), "570.3", MEE),
    Case("notice 910", SUPPLY, LEDGER, "pv 1000, trade 4000", "0 5000", "4162.5", (), "832.5", PARK),
    Case(
        "notice 910, the worked park",
        (load("60000", kind=OWN), load("260000", kind=LINE), load("280000")),
        (
            claim("roof", "60000", SELF, rate=None),
            claim("wire", "260000", DIRECT, rate=None),
            claim("gec", "130000", rate=None),
            claim("trade", "100000", TRADE, rate=None),
        ),
        "wire 260000, roof 60000, gec 130000, trade 100000",
        "0 0 50000",
        "41625",
        (),
        "832.5",
        PARK,
    ),
    Case(
        "notice 910 counts no contract without certificates and no supplier's rate",
        (load("10"),),
        (claim("ppa", "10", PPA), claim("rate", "10", Kind.SUPPLIER_RATE)),
        "",
        "10",
        "8.325",
        ("ppa NOT_ADMITTED 10", "rate NOT_ADMITTED 10"),
        "832.5",
        PARK,
    ),
    Case(
        "notice 910, a direct line from a fossil plant",
        (load("10", kind=LINE),),
        (claim("wire", "10", DIRECT, attribute=Attribute.CONVENTIONAL, rate="900"),),
        "",
        "10",
        "8.325",
        ("wire WRONG_ATTRIBUTE 10",),
        "832.5",
        PARK,
    ),
    Case(
        "notice 332, direct supply off the grid",
        (load("10", kind=LINE), load("10")),
        (claim("wire", "10", DIRECT), claim("gec", "10")),
        "wire 10",
        "0 10",
        "5.703",
        ("gec NOT_ADMITTED 10",),
        "570.3",
        MEE,
    ),
    Case(
        "GB/T 32150, a contract without its settlement",
        (load("10"),),
        (claim("trade", "10", TRADE, evidence=proofs(EvidenceKind.CONTRACT)),),
        "",
        "10",
        "5.306",
        ("trade MISSING_EVIDENCE 10",),
        "530.6",
        GBT,
    ),
    Case(
        "GB/T 32150, contract and settlement stand without cancellation or criteria",
        (load("10"),),
        (
            claim(
                "trade",
                "10",
                TRADE,
                cancelled="",
                evidence=proofs(EvidenceKind.CONTRACT, EvidenceKind.SETTLEMENT),
                criteria=criteria(only_claim=Check()),
            ),
        ),
        "trade 10",
        "0",
        "0",
        (),
        "530.6",
        GBT,
    ),
    Case(
        "GB/T 32150, self-use by its contract, without meter records",
        (load("10", kind=OWN),),
        (claim("pv", "10", SELF, evidence=proofs(EvidenceKind.CONTRACT, EvidenceKind.SETTLEMENT)),),
        "",
        "10",
        "5.306",
        ("pv MISSING_EVIDENCE 10",),
        "530.6",
        GBT,
    ),
    Case(
        "GB/T 32150, own fossil generation: its fuel counts, in scope 1",
        (load("10", kind=OWN),),
        (claim("chp", "10", SELF, attribute=Attribute.FOSSIL_SELF),),
        "chp 10",
        "0",
        "0",
        (),
        "530.6",
        GBT,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_table(case: Case) -> None:
    found = match(case.loads, case.claims, RULES[case.regime])
    by_claim: dict[str, Decimal] = {}
    for one in found.matches:
        by_claim[one.instrument.id] = by_claim.get(one.instrument.id, Decimal(0)) + one.quantity
    assert by_claim == dict(_numbered(part) for part in case.covered.split(", ") if part)
    assert [one.quantity for one in found.unmatched] == [Decimal(part) for part in case.left.split()]
    assert found.emissions(Decimal(case.rate)) / 1000 == Decimal(case.tonnes)
    refused = [(one.instrument.id, one.reason, one.quantity) for one in found.rejections]
    assert refused == [(name, reason, Decimal(quantity)) for name, reason, quantity in map(str.split, case.refused)]


def test_every_case_has_its_own_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 30


def _numbered(part: str) -> tuple[str, Decimal]:
    name, quantity = part.split()
    return name, Decimal(quantity)
