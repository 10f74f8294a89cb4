"""Storage as declared: what cannot be, several units as one, and only for days on which they are there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounting.intervals.series import BadSeries, Series
from accounting.intervals.storage_units import StorageUnit, check_storage, one_store
from accounting.scope2.instruments import EnergyCarrier

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
BATTERY = StorageUnit(
    site=UUID(int=1),
    name="A",
    carrier=EnergyCarrier.ELECTRICITY,
    efficiency=Decimal("0.9"),
    capacity=Decimal(2),
    charge_power=Decimal(1),
    discharge_power=None,
    opening=Decimal("0.5"),
    unit="MWh",
    valid_from=FIRST,
    valid_to=None,
    document="",
)


def test_limits_are_taken_in_megajoules() -> None:
    found = one_store([BATTERY], FIRST, LAST)
    assert found is not None
    assert (found.capacity, found.charge_power, found.discharge_power, found.opening) == (
        Decimal(7200),
        Decimal(3600),
        None,
        Decimal(1800),
    )


def test_it_opens_with_what_is_declared_on_its_first_day_only() -> None:
    later = one_store([BATTERY], date(2025, 2, 1), LAST)
    given = one_store([BATTERY], date(2025, 2, 1), LAST, Decimal(7))
    assert later is not None
    assert given is not None
    assert (later.opening, given.opening) == (Decimal(0), Decimal(7))


def test_units_of_one_efficiency_are_one_store() -> None:
    other = replace(BATTERY, name="B", unit="kWh", capacity=Decimal(1000), discharge_power=Decimal(100))
    found = one_store([BATTERY, other], FIRST, LAST)
    assert found is not None
    # A limit holds for both together where both have one.
    assert (found.capacity, found.charge_power, found.discharge_power) == (Decimal(10800), Decimal("3603.6"), None)
    with pytest.raises(BadSeries, match=r"efficiencies 0\.8, 0\.9"):
        one_store([BATTERY, replace(other, efficiency=Decimal("0.8"))], FIRST, LAST)


def test_it_must_be_there_on_every_day_asked_for() -> None:
    ended = replace(BATTERY, valid_to=date(2025, 6, 30))
    assert one_store([ended], FIRST, date(2025, 6, 30)) is not None
    assert one_store([ended], date(2025, 7, 1), LAST) is None
    with pytest.raises(BadSeries, match="ask for days within"):
        one_store([ended], FIRST, LAST)
    with pytest.raises(BadSeries, match="ask for days within"):
        one_store([BATTERY], date(2024, 12, 31), LAST)


def test_a_name_is_not_endless() -> None:
    assert replace(BATTERY, name="b" * 200).subject
    with pytest.raises(BadSeries, match="has 201 characters; at most 200"):
        replace(BATTERY, name="b" * 201)


def test_meters_need_a_declared_unit() -> None:
    meter = Series(datetime(2025, 1, 1, tzinfo=UTC), 60, (Decimal(1),))
    with pytest.raises(BadSeries, match="none is declared"):
        one_store([], FIRST, LAST, charged=meter)
    found = one_store([BATTERY], FIRST, LAST, charged=meter)
    assert found is not None
    assert found.charged is meter
    assert one_store([], FIRST, LAST) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_to": date(2024, 12, 31)}, "validTo"),
        ({"name": " "}, "name"),
        ({"unit": "t"}, "unit"),
        ({"unit": "battery"}, "unit"),
        ({"efficiency": Decimal(0)}, "efficiency"),
        ({"opening": Decimal(3)}, "opening"),
        ({"charge_power": Decimal(-1)}, "storage"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadSeries) as caught:
        replace(BATTERY, **change)
    assert caught.value.field == field


def test_a_name_is_declared_once_for_a_day() -> None:
    ended = replace(BATTERY, valid_to=date(2025, 6, 30))
    check_storage([ended, replace(BATTERY, valid_from=date(2025, 7, 1)), replace(BATTERY, name="B")])
    check_storage([BATTERY, replace(BATTERY, site=UUID(int=2))])
    with pytest.raises(BadSeries, match="end one"):
        check_storage([ended, replace(BATTERY, valid_from=date(2025, 6, 30))])
