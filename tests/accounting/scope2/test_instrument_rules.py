"""The rules as data: windows of vintage, tradability, and what each regime admits."""

from dataclasses import replace
from datetime import date

import pytest

from accounting.regimes import RegimeCode
from accounting.scope2.instrument_rules import COVERS, LEVELS, RULES, Level, Technology, VintageRule, is_tradable
from accounting.scope2.instruments import Criterion, Instrument, Kind
from tests.instruments import claim, month

GEC_RULE = RULES[RegimeCode.GHG_PROTOCOL].vintages[Kind.GEC]


def made(first: str, last: str = "", cancelled: str = "") -> Instrument:
    return claim("a", "10", made=(first, last or first), cancelled=cancelled)


@pytest.mark.parametrize(
    ("generated", "expires"),
    [
        ("2024-01", "2025-12"),
        ("2024-02", "2026-01"),
        ("2024-12", "2026-11"),
        ("2023-12", "2025-12"),
        ("2020-05", "2025-12"),
    ],
)
def test_a_certificate_is_valid_for_two_years_its_month_included(generated: str, expires: str) -> None:
    assert GEC_RULE.expires(month(generated)) == month(expires)


def test_the_window_runs_from_the_year_of_generation_to_the_last_month_of_validity() -> None:
    assert GEC_RULE.months(made("2024-07")) == (month("2024-01"), month("2026-06"))
    assert replace(GEC_RULE, in_year=False).months(made("2024-07")) == (month("2024-07"), month("2026-06"))


def test_several_months_are_as_old_as_the_first_and_as_young_as_the_last() -> None:
    assert GEC_RULE.months(made("2024-11", "2025-02")) == (month("2025-01"), month("2026-10"))
    first, last = replace(GEC_RULE, valid_months=2, in_year=False).months(made("2025-01", "2025-06"))
    assert first > last


def test_a_cancellation_ends_the_window_unless_it_may_go_ahead() -> None:
    assert GEC_RULE.months(made("2024-07", cancelled="2025-03-31")) == (month("2024-01"), month("2025-03"))
    ahead = replace(GEC_RULE, is_ahead=True)
    assert ahead.months(made("2024-07", cancelled="2025-03-31")) == (month("2024-01"), month("2026-06"))


def test_consumption_may_be_held_to_generation_of_its_own_year() -> None:
    rule = replace(GEC_RULE, same_year_from=2026)
    assert rule.months(made("2025-07"))[1] == month("2025-12")
    assert rule.months(made("2024-03"))[1] == month("2025-12")
    assert rule.months(made("2026-07")) == (month("2026-01"), month("2026-12"))


def test_as_delivered_is_the_months_of_generation() -> None:
    assert VintageRule("", 0).months(made("2025-03", "2025-05", "2025-04-01")) == (month("2025-03"), month("2025-05"))


@pytest.mark.parametrize(
    ("technology", "commissioned", "is_self_use", "is_fully_market", "expected"),
    [
        (Technology.SOLAR, date(2015, 1, 1), False, False, True),
        (Technology.SOLAR, date(2025, 1, 1), True, True, False),
        (Technology.WIND, date(2015, 1, 1), False, True, True),
        (Technology.HYDRO, date(2022, 12, 31), False, True, False),
        (Technology.HYDRO, date(2023, 1, 1), False, True, True),
        (Technology.HYDRO, date(2023, 1, 1), False, False, False),
        (Technology.HYDRO, date(2023, 1, 1), True, True, False),
    ],
)
def test_self_use_and_older_hydropower_give_certificates_that_cannot_be_traded(
    technology: Technology, commissioned: date, is_self_use: bool, is_fully_market: bool, expected: bool
) -> None:
    assert is_tradable(technology, commissioned, is_self_use, is_fully_market) is expected


def test_every_regime_has_rules_and_every_kind_a_rung() -> None:
    assert set(RULES) == set(RegimeCode)
    assert set(LEVELS) == set(COVERS) == set(Kind)
    assert list(Level) == [Level.SOURCE, Level.CERTIFICATE, Level.CONTRACT, Level.SUPPLIER_RATE]
    for regime, rules in RULES.items():
        assert rules.regime is regime
        assert rules.source
        assert set(rules.vintages) == set(Kind)


def test_what_each_regime_admits() -> None:
    green = {Kind.DIRECT_SUPPLY, Kind.SELF_USE, Kind.GEC, Kind.GREEN_POWER_TRADE}
    assert {regime.value: (set(rules.admitted), rules.is_zero) for regime, rules in RULES.items()} == {
        "GHG_PROTOCOL": (set(Kind), False),
        "ISO_14064_1": (set(Kind), False),
        "GBT_32150_2025": (green, True),
        "NDRC_OTHER_2015": ({Kind.SELF_USE}, True),
        "MEE_332_2023": ({Kind.DIRECT_SUPPLY, Kind.SELF_USE}, True),
        "NDRC_910_2025": (green, True),
    }


def test_the_quality_criteria_are_those_of_the_voluntary_standards() -> None:
    asked = RULES[RegimeCode.GHG_PROTOCOL].criteria
    numbers = {kind.value: [list(Criterion).index(one) + 1 for one in asked[kind]] for kind in Kind}
    assert numbers == {
        "GEC": [1, 2, 3, 4, 5, 8],
        "OTHER_CERTIFICATE": [1, 2, 3, 4, 5, 8],
        "GREEN_POWER_TRADE": [1, 2, 3, 4, 5, 8],
        "POWER_PURCHASE_AGREEMENT": [1, 2, 3, 4, 5, 7, 8],
        "DIRECT_SUPPLY": [1, 2, 3, 4, 5, 7, 8],
        "SELF_USE": [1, 2, 3, 4, 5, 7, 8],
        "SUPPLIER_RATE": [1, 2, 3, 4, 5, 6, 8],
    }
    assert not any(rules.criteria for rules in RULES.values() if rules.is_zero)
