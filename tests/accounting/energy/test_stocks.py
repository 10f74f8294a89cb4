"""Stock of fuel: what may be declared, and what it changed by over a period."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from accounting.energy.stocks import BadStock, EnergyStock, Level, MissingLevel, Stored, stock_changes

TANK = Stored(UUID(int=1), UUID(int=2), "stationary.diesel")
BEFORE, LAST = date(2023, 12, 31), date(2024, 12, 31)


def stock(code: str = "stationary.diesel", quantity: str = "5", unit: str = "t") -> EnergyStock:
    return EnergyStock(TANK.site, code, LAST, Decimal(quantity), unit, "")


def level(day: date, quantity: int, carrier: str = "diesel") -> Level:
    return Level(TANK, "party", carrier, day, Fraction(quantity))


def test_a_stock_is_about_a_site_a_fuel_and_a_day() -> None:
    assert stock().subject == f"{TANK.site} stationary.diesel 2024-12-31"
    assert stock(quantity="0").quantity == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": "-1"}, "quantity"),
        ({"code": "electricity.grid"}, "activityType"),
        ({"code": "no.such"}, "activityType"),
        ({"unit": "km"}, "unit"),
        ({"unit": "bucket"}, "unit"),
    ],
)
def test_what_is_no_stock_of_fuel_is_refused(given: dict[str, str], field: str) -> None:
    with pytest.raises(BadStock) as caught:
        stock(**given)
    assert caught.value.field == field


def test_a_change_is_opening_less_closing_level() -> None:
    changes, missing = stock_changes([level(BEFORE, 10), level(LAST, 4), level(date(2024, 6, 30), 99)], BEFORE, LAST)
    assert [(one.drawn, one.term.quantity, one.carrier) for one in changes] == [(Fraction(6), Fraction(6), "diesel")]
    assert missing == []


@pytest.mark.parametrize(("known", "lacking"), [(BEFORE, LAST), (LAST, BEFORE)])
def test_without_both_levels_there_is_no_change_but_a_missing_level(known: date, lacking: date) -> None:
    assert stock_changes([level(known, 10)], BEFORE, LAST) == ([], [MissingLevel(TANK, lacking)])


def test_levels_in_units_that_do_not_convert_are_no_change() -> None:
    assert stock_changes([level(BEFORE, 1), level(LAST, 2, "diesel/m3")], BEFORE, LAST) == (
        [],
        [MissingLevel(TANK, BEFORE)],
    )


def test_levels_of_other_days_lack_nothing() -> None:
    assert stock_changes([level(date(2022, 1, 1), 1)], BEFORE, LAST) == ([], [])
