"""Tenancies, prospects, meters and expectations refuse what cannot be, and say what would be accepted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from accounting.management.expectations import Exemption, Expectation, Frequency, check_expectations
from accounting.management.meters import Meter, check_meters
from accounting.management.prospects import ProjectedLoad, Prospect, Stage
from accounting.management.tenancies import Tenancy, area_on, check_tenancies
from accounting.management.validity import BadManagement

SOURCE, SITE = UUID(int=1), UUID(int=2)
TENANCY = Tenancy("Building 3", None, Decimal("1200.5"), "2720", date(2024, 1, 1), date(2026, 12, 31), "contract 1")
METER = Meter(SOURCE, "E-1", Decimal(80), "kWh", "0.5S", None, None, Decimal(99999), date(2024, 1, 1), None, "")
EXPECTED = Expectation(SOURCE, None, "", Frequency.MONTH, date(2024, 1, 1), None)
LOAD = ProjectedLoad("electricity.grid", "", Decimal(1200), "MWh", "a comparable plant")
PROSPECT = Prospect("p1", "P", "甲", Stage.SIGNED, "2761", None, date(2025, 7, 1), (LOAD,), None, "")


def test_the_same_place_is_rented_once_at_a_time() -> None:
    later = replace(TENANCY, valid_from=date(2027, 1, 1), valid_to=None)
    check_tenancies([later, TENANCY])
    with pytest.raises(BadManagement, match="Building 3 is declared from 2024-01-01 to 2026-12-31 and again"):
        check_tenancies([TENANCY, replace(later, place="building 3 ", valid_from=date(2026, 12, 31))])
    with pytest.raises(BadManagement, match="to an open end and again"):
        check_tenancies([replace(TENANCY, valid_to=None), later])


def test_the_area_of_a_day_is_that_of_the_tenancies_that_hold() -> None:
    beside = replace(TENANCY, place="Building 4", floor_area=Decimal("0.5"), valid_to=None)
    assert area_on([TENANCY, beside], date(2026, 12, 31)) == Decimal("1201.0")
    assert area_on([TENANCY, beside], date(2027, 1, 1)) == Decimal("0.5")
    assert area_on([TENANCY, beside], date(2023, 12, 31)) == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": " "}, "place"),
        ({"floor_area": Decimal(0)}, "floor_area"),
        ({"industry_code": "272"}, "industry_code"),
        ({"industry_code": "٢٧٢٠"}, "industry_code"),
        ({"valid_to": date(2023, 12, 31)}, "valid_to"),
        ({"document": "x" * 201}, "document"),
    ],
)
def test_a_tenancy_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(TENANCY, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"multiplier": Decimal(0)}, "multiplier"),
        ({"rollover": Decimal(-1)}, "rollover"),
        ({"unit": "kilowatts"}, "unit"),
        ({"instrument": ""}, "instrument"),
        ({"calibrated_on": date(2024, 5, 1), "calibration_due": date(2024, 5, 1)}, "calibration_due"),
    ],
)
def test_a_meter_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(METER, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


def test_a_register_counts_its_rollover_times_the_multiplier() -> None:
    assert METER.most_counted == Decimal("28799712")  # 99,999 x 80 kWh x 3.6 MJ/kWh
    assert replace(METER, rollover=None).most_counted is None


def test_a_source_has_one_meter_at_a_time() -> None:
    check_meters([replace(METER, valid_to=date(2024, 6, 30)), replace(METER, valid_from=date(2024, 7, 1))])
    with pytest.raises(BadManagement, match="end the first before the second begins"):
        check_meters([METER, replace(METER, valid_from=date(2024, 7, 1))])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"site": SITE}, "source"),
        ({"source": None}, "source"),
        ({"source": None, "site": SITE}, "activity_type"),
        ({"due_days": -1}, "due_days"),
        ({"grace_days": 367}, "grace_days"),
        ({"valid_to": date(2023, 12, 31)}, "valid_to"),
    ],
)
def test_an_expectation_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(EXPECTED, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


def test_an_exemption_has_months_and_a_reason() -> None:
    with pytest.raises(BadManagement, match="not months"):
        Exemption(date(2024, 2, 2), date(2024, 3, 1), "shut down")
    with pytest.raises(BadManagement, match="reason is empty"):
        Exemption(date(2024, 2, 1), date(2024, 3, 1), " ")


def test_what_is_due_for_a_quarter_is_due_after_its_last_month() -> None:
    quarterly = replace(EXPECTED, every=Frequency.QUARTER, due_days=10)
    assert quarterly.months(date(2024, 5, 1)) == (date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1))
    assert quarterly.due(date(2024, 4, 1)) == date(2024, 7, 10)
    ends = replace(quarterly, valid_to=date(2024, 5, 15))
    assert ends.months(date(2024, 5, 1)) == (date(2024, 4, 1), date(2024, 5, 1))
    assert ends.due(date(2024, 4, 1)) == date(2024, 6, 10)
    yearly = replace(EXPECTED, every=Frequency.YEAR)
    assert (len(yearly.months(date(2025, 3, 1))), yearly.due(date(2025, 3, 1))) == (12, date(2026, 1, 15))


def test_one_stream_is_expected_once_at_a_time() -> None:
    check_expectations([EXPECTED, replace(EXPECTED, activity_type="electricity.grid")])
    with pytest.raises(BadManagement):
        check_expectations([EXPECTED, replace(EXPECTED, valid_from=date(2025, 1, 1))])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"activity_type": "electricity.nonsense"}, "activity_type"),
        ({"unit": "kg"}, "unit"),
        ({"unit": "furlongs"}, "unit"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"assumption": ""}, "assumption"),
    ],
)
def test_a_load_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(LOAD, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts": date(2025, 7, 2)}, "starts"),
        ({"code": "x" * 65}, "code"),
        ({"name_zh": ""}, "name_zh"),
        ({"floor_area": Decimal(0)}, "floor_area"),
        ({"loads": (LOAD,) * 51}, "loads"),
    ],
)
def test_a_prospect_that_cannot_be(changed: dict[str, object], field: str) -> None:
    with pytest.raises(BadManagement) as found:
        replace(PROSPECT, **changed)  # type: ignore[arg-type]
    assert found.value.field == field


def test_a_load_is_counted_in_base_units() -> None:
    assert (LOAD.base_quantity, LOAD.base_unit) == (Decimal(4320000), "MJ")


def test_the_subjects_make_versions_of_one_thing() -> None:
    assert TENANCY.subject == "Building 3 2024-01-01"
    assert METER.subject == f"{SOURCE} 2024-01-01"
    assert EXPECTED.subject == f"{SOURCE} * 2024-01-01"
    assert PROSPECT.subject == "p1"
