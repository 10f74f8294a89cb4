"""Which instruments count: quality criteria, evidence, market, carrier, beneficiary, site; computed by hand."""

from accounting.scope2.instruments import Check, EnergyCarrier, Kind
from tests.accounting.scope2.tables import DIRECT, LINE, MARCH, PPA, Case, cases, checked
from tests.instruments import EAST, TWO, WEST, claim, criteria, load


@cases(
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
)
def test_what_counts(case: Case) -> None:
    checked(case)
