"""Groups of long footprints are made aside from the loop, and are those that a short one's resolver makes."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accounting.footprints import Footprint, fold
from accounting.grouping import Dimension, Group
from accounting.grouping import grouped as grouped_of
from ledger.footprints.aside import MANY
from schema import asking
from schema.asking import long_groups
from schema.scalars import Month
from schema.types.footprints import Footprint as FootprintType
from schema.types.footprints import MonthsInput
from tests.build import basis, cell, number, shipped

pytestmark = pytest.mark.anyio
BY = (Dimension.TENANT, Dimension.SCOPE)
ON = basis(shipped())


@pytest.fixture(scope="module")
def long() -> Footprint:
    """Of as many tenants as make a footprint long, each with another quantity."""
    cells = (cell("electricity.grid", f"{at}.5", "MJ", tenant=number(at)) for at in range(1, MANY + 1))
    return fold(ON, cells, {}, keeps_months=False)


async def test_those_of_a_long_one_are_made_in_a_thread(long: Footprint, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []

    def grouped(*given: Any) -> Any:
        threads.append(threading.current_thread())
        return grouped_of(*given)

    monkeypatch.setattr(asking, "grouped", grouped)
    assert len(long.lines) >= MANY
    found = await long_groups(long, BY)
    assert found == grouped_of(long.lines, BY)
    assert [thread is threading.current_thread() for thread in threads] == [False]


async def test_those_of_others_wait_for_who_asks_for_them(long: Footprint) -> None:
    assert await long_groups(replace(long, lines=long.lines[: MANY - 1]), BY) is None
    assert await long_groups(long, ()) is None


async def test_either_way_they_are_the_same(long: Footprint) -> None:
    ahead, later = shown(long, BY, await long_groups(long, BY)), shown(long, BY, None)
    assert len(ahead) >= MANY
    assert ahead == later


async def test_without_dimensions_there_are_none(long: Footprint) -> None:
    assert shown(long, (), await long_groups(long, ())) == []


def shown(found: Footprint, by: Sequence[Dimension], groups: list[Group] | None) -> list[tuple[object, ...]]:
    """Return what the type shows of its groups."""
    month = Month(date(2024, 1, 1))
    made = FootprintType.of(found, ON, MonthsInput(first=month, last=month), by, (number(1),), None, groups)
    return [(one.tenant_key, one.scope, one.totals.found) for one in made.groups()]
