"""Zones as declared: members, and one set of them at a time."""

from dataclasses import replace
from datetime import date

import pytest

from accounting.supply.zones import LONGEST_BOUNDARY, BadZone, Zone, check_zones
from tests.build import number

NORTH = Zone("north", "North", "北区", (number(1), number(2)), "", date(2025, 1, 1), date(2025, 6, 30), "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": " "}, "code"),
        ({"members": ()}, "members"),
        ({"members": (number(1), number(1))}, "members"),
        ({"boundary": "x" * (LONGEST_BOUNDARY + 1)}, "boundary"),
        ({"valid_to": date(2024, 12, 31)}, "valid_to"),
    ],
)
def test_zones_that_cannot_be(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadZone) as refused:
        replace(NORTH, **changes)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_zone_is_there_on_its_days() -> None:
    assert [NORTH.holds_on(day) for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30))] == [
        False,
        True,
        True,
    ]
    assert not NORTH.holds_on(date(2025, 7, 1))


def test_a_code_stands_for_one_set_of_members_at_a_time() -> None:
    after = replace(NORTH, valid_from=date(2025, 7, 1), valid_to=None)
    check_zones([after, NORTH, replace(after, code="south", valid_from=date(2025, 1, 1))])
    with pytest.raises(BadZone, match="north is declared twice for 2025-06-30"):
        check_zones([NORTH, replace(after, valid_from=date(2025, 6, 30))])
