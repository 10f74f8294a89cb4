"""Emissions per unit of output, area and the rest: sums and means of months, and what is missing."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.change.intensity import (
    BadDenominator,
    Denominator,
    DenominatorConflict,
    Intensity,
    Month,
    Status,
    intensity,
    reduction_needed,
)
from emission_factors import decimals

YEAR = [date(2025, month, 1) for month in range(1, 13)]
QUARTER = YEAR[:3]


def stated(unit: str, *values: str, months: list[date] = YEAR) -> list[Month]:
    return [Month(month, Decimal(value), unit) for month, value in zip(months, values, strict=False)]


def test_output_adds_up_over_months() -> None:
    found = intensity(Decimal(1_072_800), Denominator.OUTPUT, QUARTER, stated("t", "100", "150", "250"))
    assert found == Intensity(Status.DEFINED, Decimal("2.1456"), "t", Decimal(500), ())


def test_headcount_is_the_mean_of_the_months() -> None:
    found = intensity(Decimal(1_072_800), Denominator.HEADCOUNT, QUARTER, stated("person", "100", "150", "350"))
    assert found == Intensity(Status.DEFINED, Decimal("5.364"), "person", Decimal(200), ())
    thirds = intensity(Decimal(1000), Denominator.AREA, QUARTER, stated("m2", "1", "1", "2"))
    assert thirds.tonnes_per_unit == Decimal("0.75")
    assert thirds.denominator == decimals.rounded(Fraction(4, 3))


def test_every_denominator_adds_up_or_is_averaged_in_its_unit() -> None:
    found = {}
    for kind in Denominator:
        result = intensity(Decimal(6000), kind, QUARTER, stated(kind.unit or "named", "1", "2", "3"))
        found[kind.value] = (result.per, str(result.tonnes_per_unit))
    assert found == {
        "OUTPUT": ("named", "1"),
        "AREA": ("m2", "3"),
        "REVENUE": ("named", "1"),
        "OUTPUT_VALUE": ("named", "1"),
        "VALUE_ADDED": ("named", "1"),
        "HEADCOUNT": ("person", "3"),
        "BED_DAYS": ("bed-day", "1"),
        "DOSES": ("dose", "1"),
        "ENERGY": ("tce", "1"),
    }


@pytest.mark.parametrize(
    ("tonnes", "tce", "limit", "expected", "needed"),
    [  # carbon per unit of energy of parks, notice 910
        ("110000", "500000", "0.2", "0.22", "10000"),
        ("330000", "1200000", "0.3", "0.275", "0"),
    ],
)
def test_parks_per_unit_of_energy(tonnes: str, tce: str, limit: str, expected: str, needed: str) -> None:
    kilograms = Decimal(tonnes) * 1000
    year = [date(2025, 1, 1)]
    found = intensity(kilograms, Denominator.ENERGY, year, stated("tce", tce))
    assert found.tonnes_per_unit == Decimal(expected)
    assert reduction_needed(kilograms, Decimal(tce), Decimal(limit)) == Decimal(needed)


def test_the_reduction_is_exact_and_never_negative() -> None:
    assert reduction_needed(
        Decimal("1000.0000000000000000000000000000000000001"), Decimal(3), Decimal("0.25")
    ) == Decimal("0.2500000000000000000000000000000000000001")
    assert reduction_needed(Decimal(0), Decimal(3), Decimal("0.25")) == 0
    for denominator, limit in (("-1", "1"), ("1", "-1")):
        with pytest.raises(BadDenominator, match="neither is negative"):
            reduction_needed(Decimal(1), Decimal(denominator), Decimal(limit))


def test_a_missing_month_makes_it_incomplete_and_not_larger() -> None:
    months = stated("t", "100", "150", months=[QUARTER[0], QUARTER[2]])
    found = intensity(Decimal(1000), Denominator.OUTPUT, QUARTER, months)
    assert found == Intensity(Status.INCOMPLETE, None, "t", Decimal(250), (date(2025, 2, 1),))
    area = intensity(Decimal(1000), Denominator.AREA, QUARTER, stated("m2", "100"))
    assert area == Intensity(Status.INCOMPLETE, None, "m2", Decimal(100), (date(2025, 2, 1), date(2025, 3, 1)))
    nothing = intensity(Decimal(1000), Denominator.REVENUE, QUARTER, [])
    assert nothing == Intensity(Status.INCOMPLETE, None, "", None, tuple(QUARTER))


def test_a_month_of_zero_is_stated_and_a_period_of_zero_has_no_intensity() -> None:
    found = intensity(Decimal(1000), Denominator.DOSES, QUARTER, stated("dose", "0", "4", "0"))
    assert found.tonnes_per_unit == Decimal("0.25")
    found = intensity(Decimal(1000), Denominator.DOSES, QUARTER, stated("dose", "0", "0", "0"))
    assert found == Intensity(Status.NOT_DEFINED, None, "dose", Decimal(0), ())


def test_months_that_are_not_asked_for_do_not_count() -> None:
    months = stated("t", *map(str, range(1, 13)))
    found = intensity(Decimal(1000), Denominator.OUTPUT, [YEAR[11], YEAR[4]], months)
    assert found.denominator == 17


def test_a_month_is_stated_once() -> None:
    months = stated("t", "1", "2", months=[YEAR[0], YEAR[0]])
    with pytest.raises(DenominatorConflict, match="OUTPUT of 2025-01 is stated twice"):
        intensity(Decimal(1), Denominator.OUTPUT, YEAR[:1], months)


@pytest.mark.parametrize(
    ("kind", "months", "field", "message"),
    [
        (Denominator.OUTPUT, stated("t", "1", "-2"), "value", "OUTPUT of 2025-02 is -2"),
        (Denominator.OUTPUT, stated("", "1"), "unit", "one unit, named"),
        (Denominator.AREA, stated("ft2", "1"), "unit", r"in \['ft2', 'm2'\]; accepted is m2"),
        (
            Denominator.REVENUE,
            stated("CNY", "1") + stated("EUR", "1", months=YEAR[1:]),
            "unit",
            r"REVENUE is stated in \['CNY', 'EUR'\]",
        ),
        (Denominator.OUTPUT, stated("t", "1", months=[date(2025, 1, 31)]), "month", "2025-01-31 names no month"),
    ],
)
def test_a_denominator_that_cannot_be_is_refused(
    kind: Denominator, months: list[Month], field: str, message: str
) -> None:
    with pytest.raises(BadDenominator, match=message) as refused:
        intensity(Decimal(1), kind, QUARTER, months)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("asked", "message"),
    [([], "0 months"), ([YEAR[0], YEAR[0]], "each once"), ([date(2025, 1, 2)], "its first day, 2025-01-01")],
)
def test_months_are_asked_for_once_by_their_first_day(asked: list[date], message: str) -> None:
    with pytest.raises(BadDenominator, match=message) as refused:
        intensity(Decimal(1), Denominator.OUTPUT, asked, [])
    assert refused.value.field == "asked"


VALUES = st.lists(st.decimals("0.001", "1e9", places=3), min_size=1, max_size=12)


@given(co2e=st.decimals("-1e12", "1e12", places=6), values=VALUES, kind=st.sampled_from(Denominator))
def test_intensity_times_denominator_is_the_emissions(co2e: Decimal, values: list[Decimal], kind: Denominator) -> None:
    unit = kind.unit or "named"
    found = intensity(co2e, kind, YEAR[: len(values)], stated(unit, *map(str, values)))
    assert found.tonnes_per_unit is not None
    size = sum(map(Fraction, values), Fraction(0)) / (len(values) if kind.is_stock else 1)
    back = Fraction(found.tonnes_per_unit) * size * 1000
    assert abs(back - Fraction(co2e)) <= abs(Fraction(co2e)) / 10**49
