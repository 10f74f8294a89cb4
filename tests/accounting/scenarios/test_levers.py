"""Levers as stated: what they multiply by, what they reach, and what cannot be a lever."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from accounting.regimes import RegimeCode
from accounting.scenarios.levers import (
    EVERYTHING,
    BadLever,
    Efficiency,
    Extent,
    ExtentKind,
    FactorCut,
    FactorPath,
    Growth,
    Ramp,
    Reach,
)
from accounting.scenarios.moving_levers import Substitution, Supply, heat_pump
from accounting.scope2.instruments import Kind
from tests.build import basis, cell, number

GRID = frozenset({"electricity.grid"})


def ramp(*values: str, start: date = date(2026, 1, 1)) -> Ramp:
    return Ramp(start, tuple(map(Decimal, values)))


def share(*values: str) -> Extent:
    return Extent(ExtentKind.SHARE_OF_REST, ramp(*values))


def reach(*codes: str) -> Reach:
    return Reach(frozenset(codes))


def test_a_ramp_begins_in_its_month_and_keeps_its_last_value() -> None:
    found = ramp("0.2", "0.5", start=date(2026, 7, 1))
    months = [
        date(2026, 6, 1),
        date(2026, 7, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2040, 3, 1),
        date(2025, 8, 1),
    ]
    assert [found.at(month) for month in months] == [
        0,
        Fraction(1, 5),
        Fraction(1, 5),
        Fraction(1, 2),
        Fraction(1, 2),
        0,
    ]


def test_multipliers_are_exact_ratios() -> None:
    month = date(2029, 5, 1)
    assert Efficiency(EVERYTHING, Decimal("0.3"), ramp("0.5")).multiplier(month) == Fraction(85, 100)
    assert Growth(EVERYTHING, Decimal("0.05"), 2026).multiplier(month) == Fraction(105, 100) ** 3
    assert Growth(EVERYTHING, Decimal("0.05"), 2030).multiplier(month) == 1
    assert FactorPath(EVERYTHING, GRID, Decimal("0.011"), 2026).multiplier(month) == Fraction(989, 1000) ** 3
    assert FactorPath(EVERYTHING, GRID, Decimal("-0.01"), 2028).multiplier(month) == Fraction(101, 100)
    assert FactorCut(EVERYTHING, GRID, Decimal("0.4"), ramp("0.25")).multiplier(month) == Fraction(9, 10)


def test_a_reach_names_types_with_and_without_their_qualifier() -> None:
    leaks = reach("refrigerant.leaked", "use.gas_released/HFC-134a")
    codes = ["refrigerant.leaked/R-410A", "use.gas_released/HFC-134a", "use.gas_released/HFC-152a", "electricity.grid"]
    assert [leaks.has_type(code) for code in codes] == [True, True, False, False]
    assert EVERYTHING.has_type("electricity.grid")


def test_a_reach_is_of_tenants_sites_and_suppliers_together() -> None:
    narrow = Reach(tenants=frozenset({number(1)}), sites=frozenset({number(5)}), suppliers=frozenset({"Grid Co"}))
    given = {"tenant": number(1), "site": number(5), "supplier": "Grid Co"}
    assert narrow.is_at(cell("electricity.grid", "1", "MJ", **given))
    for other in ({"tenant": number(2)}, {"site": number(6)}, {"supplier": ""}):
        assert not narrow.is_at(cell("electricity.grid", "1", "MJ", **(given | other)))
    with pytest.raises(BadLever, match="added up over tenants") as error:
        narrow.is_at(cell("electricity.grid", "1", "MJ"))
    assert error.value.field == "tenants"


def test_a_heat_pump_takes_the_heat_over_at_its_performance() -> None:
    pump = heat_pump(
        reach("stationary.natural_gas"), share("1"), Decimal("0.9"), Decimal(3), Decimal("38.931"), "10^4Nm3"
    )
    made, ratio = pump.moved(cell("stationary.natural_gas", "1", "Nm3"), basis())
    assert (made.activity_type, made.base_unit) == ("electricity.grid", "MJ")
    assert ratio == Fraction("38.931") * Fraction(9, 10) / 3 / 10000


@pytest.mark.parametrize(
    ("kind", "more", "code", "rates"),
    [
        (Kind.GEC, {}, "electricity.grid", [Decimal(0)]),
        (Kind.GREEN_POWER_TRADE, {"rate": Decimal(12)}, "electricity.grid", [Decimal(12)]),
        (Kind.DIRECT_SUPPLY, {}, "electricity.direct_line", [Decimal(0)]),
        (Kind.SELF_USE, {}, "electricity.own_generation", [Decimal(0)]),
        (Kind.SELF_USE, {"is_sold": True}, "electricity.own_generation", []),
    ],
)
def test_what_a_supply_becomes(kind: Kind, more: dict[str, Any], code: str, rates: list[Decimal]) -> None:
    bought = cell("electricity.grid", "1", "MJ", supplier="Grid Co")
    made, ratio = Supply(EVERYTHING, share("0.5"), kind, **more).moved(bought, basis())
    assert (made.activity_type, [one.rate for one in made.covered]) == (code, rates)
    assert (ratio == 1, made.supplier) == (True, "Grid Co" if code == "electricity.grid" else "")


def test_a_regime_decides_whether_a_certificate_counts() -> None:
    lever = Supply(EVERYTHING, share("1"), Kind.OTHER_CERTIFICATE)
    bought = cell("electricity.grid", "1", "MJ")
    counts = {code: bool(lever.moved(bought, basis(regime=code))[0].covered) for code in RegimeCode}
    assert counts[RegimeCode.GHG_PROTOCOL]
    assert not counts[RegimeCode.NDRC_OTHER_2015]


def test_a_supply_takes_open_grid_electricity_alone() -> None:
    lever = Supply(EVERYTHING, share("1"), Kind.GEC)
    open_cell = cell("electricity.clean_room", "1", "MJ")
    covered, _ = lever.moved(open_cell, basis())
    taken = [open_cell, covered, cell("electricity.direct_line", "1", "MJ"), cell("stationary.diesel", "1", "MJ")]
    assert [lever.takes(one) for one in taken] == [True, False, False, False]


def test_a_ratio_per_another_unit_is_refused_not_misread() -> None:
    lever = heat_pump(reach("stationary.natural_gas"), share("1"), Decimal("0.9"), Decimal(3))
    with pytest.raises(BadLever, match=r"per MJ, cells of stationary\.natural_gas are in Nm3"):
        lever.takes(cell("stationary.natural_gas", "1", "Nm3"))


@pytest.mark.parametrize(
    ("made", "field", "words"),
    [
        (lambda: reach("electricity.gird"), "activityTypes", "electricity.gird"),
        (ramp, "ramp", "has 0 years"),
        (lambda: ramp("-0.1"), "ramp", "value -0.1"),
        (lambda: ramp("NaN"), "ramp", "value NaN"),
        (lambda: ramp("1", start=date(2026, 1, 2)), "start", "2026-01-02 is no month"),
        (lambda: share("0.5", "1.1"), "ramp", "ramp is 1.1"),
        (lambda: Extent(ExtentKind.QUANTITY, ramp("5"), "MHw"), "unit", "MHw"),
        (lambda: Efficiency(EVERYTHING, Decimal("1.2"), ramp("1")), "saving", "saving is 1.2"),
        (lambda: Efficiency(EVERYTHING, Decimal("0.2"), ramp("2")), "ramp", "ramp is 2"),
        (lambda: Growth(EVERYTHING, Decimal(5), 2024), "rate", "rate is 5 a year"),
        (lambda: FactorPath(EVERYTHING, frozenset(), Decimal("0.1"), 2024), "kinds", "no kind"),
        (lambda: FactorPath(EVERYTHING, GRID, Decimal(1), 2024), "rate", "rate is 1 a year"),
        (lambda: FactorCut(EVERYTHING, GRID, Decimal(-1), ramp("1")), "cut", "cut is -1"),
        (lambda: swap(EVERYTHING), "activityTypes", "names the activity types"),
        (lambda: swap(to="refrigerant.leaked/R-32"), "to", "replaced by itself"),
        (lambda: swap(to="refrigerant.leaked"), "to", "needs a qualifier"),
        (lambda: swap(ratio=Fraction(0)), "ratio", "ratio is 0"),
        (lambda: swap(to_unit="kWh"), "toUnit", "not counted in kWh; accepted is mass"),
        (lambda: swap(from_unit="kilo"), "fromUnit", "kilo"),
        (
            lambda: Supply(reach("stationary.diesel"), share("1"), Kind.GEC),
            "activityTypes",
            "no electricity from the grid",
        ),
        (lambda: Supply(EVERYTHING, share("1"), Kind.GEC, rate=Decimal(-1)), "rate", "rate is -1"),
        (lambda: Supply(EVERYTHING, share("1"), Kind.GEC, is_sold=True), "isSold", "GEC with its certificates sold"),
        (
            lambda: heat_pump(reach("stationary.diesel"), share("1"), Decimal(90), Decimal(3)),
            "boilerEfficiency",
            "is 90",
        ),
        (lambda: heat_pump(reach("stationary.diesel"), share("1"), Decimal("0.9"), Decimal(0)), "performance", "is 0"),
    ],
)
def test_what_cannot_be_a_lever_is_told(made: Callable[[], object], field: str, words: str) -> None:
    with pytest.raises(BadLever, match=words) as error:
        made()
    assert error.value.field == field


def swap(of: Reach | None = None, to: str = "use.gas_released/HFC-152a", **more: Any) -> Substitution:
    given: dict[str, Any] = {"ratio": Fraction(1), "from_unit": "kg", "to_unit": "kg"} | more
    return Substitution(of or reach("refrigerant.leaked"), share("1"), to, **given)
