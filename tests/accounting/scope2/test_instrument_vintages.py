"""Which months an instrument covers: its vintage, its expiry, what it is claimed for; each case computed by hand."""

from typing import Any

from tests.accounting.scope2.tables import MARCH, OWN, SELF, Case, cases, checked
from tests.instruments import claim, load

GEC_OF_2024: dict[str, Any] = {"made": ("2024-01", "2024-01"), "claimed": ("2025-01", "2026-12")}
OLD_GEC: dict[str, Any] = {"made": ("2022-06", "2022-06"), "claimed": ("2025-01", "2026-12"), "cancelled": "2025-12-31"}


@cases(
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
)
def test_which_months_are_covered(case: Case) -> None:
    checked(case)
