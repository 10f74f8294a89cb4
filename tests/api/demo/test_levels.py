from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from api.demo.levels import Dice, decimal_text, hour_steps, month_steps
from api.demo.tables import Company, HourProfile, Stream, companies, streams
from api.demo.windows import months_after, window_before

WINDOW = window_before(date(2026, 11, 22), 36)
COMPANY = Company(2, "none", "None", "无", "none", 100, 300, "")
STREAM = replace(
    streams(companies()[0])[0], monthly=Fraction(1000), decimals=1, season="flat", growth_percent=0, noise_percent=0
)


def steps(stream: Stream, month: date, company: Company = COMPANY) -> int:
    return month_steps(Dice(1), company, stream, month, WINDOW)


def test_the_mean_is_met_where_nothing_moves_it() -> None:
    assert {steps(STREAM, month) for month in WINDOW.months} == {10_000}


def test_size_heads_season_and_growth_multiply() -> None:
    assert steps(STREAM, date(2025, 7, 1), replace(COMPANY, size_percent=42)) == 4_200
    assert steps(replace(STREAM, monthly=Fraction("0.08"), per_head=True), date(2025, 7, 1)) == 240
    assert steps(replace(STREAM, season="cooling"), date(2025, 7, 1)) == 13_800
    grown = replace(STREAM, growth_percent=12)
    assert steps(grown, date(2025, 4, 1)) == 10_000
    assert steps(grown, date(2026, 4, 1)) == 11_200


def test_chance_stays_within_its_bounds_and_does_move() -> None:
    found = {steps(replace(STREAM, noise_percent=10), month) for month in WINDOW.months}
    assert 9_000 <= min(found) < 9_700
    assert 10_300 < max(found) <= 11_000


def test_a_change_lasts_from_its_month_on() -> None:
    operator, chillers = companies()[0], replace(STREAM, code="EM2")
    changed = months_after(WINDOW.last, -13)
    assert steps(chillers, months_after(changed, -1), operator) == 10_000
    assert [steps(chillers, month, operator) for month in (changed, WINDOW.last)] == [8_900, 8_900]


def test_what_shrinks_never_falls_below_nothing() -> None:
    assert steps(replace(STREAM, growth_percent=-200), WINDOW.last) == 0


@pytest.mark.parametrize("total", [0, 7, 743, 1_500_001])
def test_hours_add_up_to_the_month(total: int) -> None:
    days = [date(2025, 3, 1) + timedelta(days=passed) for passed in range(31)]
    found = hour_steps(Dice(1).of("hours"), total, HourProfile((100,) * 12 + (140,) * 12, 80), days)
    assert (len(found), sum(found)) == (744, total)
    assert min(found) >= 0


def test_afternoons_and_working_days_use_more() -> None:
    days = [date(2025, 3, 3) + timedelta(days=passed) for passed in range(7)]
    found = hour_steps(Dice(1).of("hours"), 1_000_000, HourProfile((100,) * 12 + (140,) * 12, 80), days)
    monday, sunday = found[:24], found[-24:]
    assert min(monday[12:]) > max(monday[:12])
    assert 78 <= 100 * sum(sunday) // sum(monday) <= 82


@pytest.mark.parametrize(
    ("given", "decimals", "text"), [(1250, 2, "12.50"), (7, 3, "0.007"), (7, 0, "7"), (0, 1, "0.0")]
)
def test_a_quantity_is_written_exactly(given: int, decimals: int, text: str) -> None:
    assert decimal_text(given, decimals) == text
