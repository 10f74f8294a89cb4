"""One ledger under four regimes, which admit and ask for different things; each case computed by hand."""

from accounting.scope2.instruments import Attribute, Check, Evidence, EvidenceKind, Kind
from tests.accounting.scope2.tables import (
    DIRECT,
    GBT,
    LINE,
    MEE,
    OWN,
    PARK,
    PPA,
    SELF,
    SUPPLY,
    TRADE,
    Case,
    cases,
    checked,
)
from tests.instruments import claim, criteria, load


def proofs(*kinds: EvidenceKind) -> tuple[Evidence, ...]:
    return tuple(Evidence(kind.value, kind) for kind in kinds)


# 9,000 MWh bought of which 4,000 in green-power trade, 1,000 MWh of own roof.
LEDGER = (claim("pv", "1000", SELF), claim("trade", "4000", TRADE))


@cases(
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
def test_what_each_regime_admits(case: Case) -> None:
    checked(case)
