"""Cancelled in part, twice, for another, or sold: whose certificate it is, each case computed by hand."""

from datetime import date
from decimal import Decimal

from accounting.scope2.instruments import Cancellation, Serials
from tests.accounting.scope2.tables import OWN, SELF, Case, cases, checked
from tests.instruments import TWO, WEST, claim, load


@cases(
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
)
def test_whose_certificate_it_is(case: Case) -> None:
    checked(case)
