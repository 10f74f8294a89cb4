"""What a park supplies internally is worked out once for everyone who is told the same instant and sees all of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.supply.closings import Closing
from emission_factors.gases import GwpSet
from ledger.footprints import park_supplies
from ledger.footprints.park_supplies import AskedSupply
from ledger.remembered import Kept
from tests.build import basis, factor, made, number

pytestmark = pytest.mark.anyio
YEAR = AskedSupply([number(1)], date(2024, 1, 1), date(2024, 12, 1))
TOLD = replace(basis(made(factor("gas", "1"))), told_at=datetime(2026, 1, 1, tzinfo=UTC))


async def codes_by_park(_: Any, tenants: Sequence[UUID], __: Any) -> dict[UUID, dict[UUID, str]]:
    """Return one park that holds every tenant asked about."""
    return {number(9): dict.fromkeys(tenants, "a")}


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what was worked out: each time another answer."""
    found: list[Any] = []

    async def supply_of(*_: Any) -> Any:
        found.append(SimpleNamespace(months={date(2024, 1, 1): None}))
        return found[-1]

    monkeypatch.setattr(park_supplies, "codes_by_park", codes_by_park)
    monkeypatch.setattr(park_supplies, "_supply_of", supply_of)
    return found


def connection(*, sees_all: bool = True, kept: bool = True) -> Any:
    access = SimpleNamespace(is_all=sees_all)
    return SimpleNamespace(access=access, is_widened=False, kept=Kept() if kept else None)


async def asked(on: Any, by: Basis = TOLD, of: AskedSupply = YEAR) -> Any:
    posted: Any = None
    [found] = await park_supplies.park_supplies(on, by, of, posted)
    return found


async def test_the_same_instant_is_the_same_answer_for_every_tenant_and_approach(solved: list[Any]) -> None:
    on = connection()
    first = await asked(on)
    assert await asked(on, of=replace(YEAR, tenants=[number(2)])) is first
    assert await asked(on, replace(TOLD, approach=Approach.EQUITY_SHARE, adopted_by=number(3))) is first
    assert len(solved) == 1


@pytest.mark.parametrize(
    ("by", "of"),
    [
        (replace(TOLD, told_at=datetime(2026, 1, 2, tzinfo=UTC)), YEAR),
        (replace(TOLD, known_at=datetime(2025, 1, 1, tzinfo=UTC)), YEAR),
        (replace(TOLD, published_by=date(2025, 1, 1)), YEAR),
        (TOLD, replace(YEAR, last=date(2024, 11, 1))),
        (TOLD, replace(YEAR, is_whole=True)),
    ],
    ids=["told later", "known earlier", "another basis", "fewer months", "whole"],
)
async def test_whatever_moves_it_is_another_question(by: Basis, of: AskedSupply, solved: list[Any]) -> None:
    on = connection()
    first = await asked(on)
    assert await asked(on, by, of) is not first
    assert len(solved) == 2


@pytest.mark.parametrize(
    ("on", "by"),
    [
        (connection(sees_all=False), TOLD),
        (connection(kept=False), TOLD),
        (connection(), replace(TOLD, told_at=None)),
    ],
    ids=["sees a part", "nothing is shared", "no instant was told"],
)
async def test_what_cannot_be_shared_is_worked_out_each_time(on: Any, by: Basis, solved: list[Any]) -> None:
    assert await asked(on, by) is not await asked(on, by)
    assert len(solved) == 2


JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
FIRST, SECOND, LATER = (datetime(2025, month, 1, tzinfo=UTC) for month in (1, 2, 3))
WHOLE = replace(YEAR, is_whole=True)


@pytest.fixture
def closings(monkeypatch: pytest.MonkeyPatch) -> list[Closing]:
    """Return the closings that there are, for a test to add to."""
    found = [Closing(number(1), JANUARY, FIRST, is_open=False)]

    async def closings_of(_: Any, __: Any, known_at: datetime | None) -> list[Closing]:
        return [one for one in found if known_at is None or one.at <= known_at]

    monkeypatch.setattr(park_supplies, "closings_of", closings_of)
    monkeypatch.setattr(park_supplies, "codes_by_park", codes_by_park)
    return found


@pytest.fixture
def instants(monkeypatch: pytest.MonkeyPatch, closings: list[Closing]) -> list[datetime | None]:
    """Return as of which instants a supply was solved, None for now."""
    found: list[datetime | None] = []

    async def solve(_: Any, by: Basis, asked: AskedSupply, *__: Any) -> Any:
        found.append(by.known_at)
        months = {one.month: SimpleNamespace(month=one.month) for one in closings if asked.first <= one.month}
        return SimpleNamespace(months=months)

    monkeypatch.setattr(park_supplies, "_solved", solve)
    return found


def told(month: int, **change: Any) -> Basis:
    return replace(TOLD, told_at=datetime(2026, month, 1, tzinfo=UTC), **change)


async def test_a_closed_month_is_worked_out_once_whatever_is_recorded_later(instants: list[datetime | None]) -> None:
    on = connection()
    await asked(on, told(1), WHOLE)
    assert instants == [FIRST, None]
    await asked(on, told(2), WHOLE)
    assert instants == [FIRST, None, None]


async def test_a_month_closed_later_leaves_those_before_as_they_are(
    closings: list[Closing], instants: list[datetime | None]
) -> None:
    on = connection()
    await asked(on, told(1), WHOLE)
    closings.append(Closing(number(1), FEBRUARY, SECOND, is_open=False))
    await asked(on, told(2), WHOLE)
    assert instants == [FIRST, None, SECOND, None]


async def test_a_month_closed_again_is_of_the_new_instant_and_of_the_old(
    closings: list[Closing], instants: list[datetime | None]
) -> None:
    on = connection()
    await asked(on, told(1), WHOLE)
    closings.append(Closing(number(1), JANUARY, LATER, is_open=False))
    await asked(on, told(2), WHOLE)
    assert instants == [FIRST, None, LATER, None]


@pytest.mark.parametrize(
    ("by", "of"),
    [
        (told(2, gwp_set=GwpSet.AR5), WHOLE),
        (told(2), replace(WHOLE, tenants=[number(1), number(2)])),
        (told(2), replace(WHOLE, last=FEBRUARY)),
    ],
    ids=["another basis", "somebody came to the park", "other months"],
)
async def test_closed_months_of_another_question_are_worked_out(
    by: Basis, of: AskedSupply, closings: list[Closing], instants: list[datetime | None]
) -> None:
    closings.append(Closing(number(1), date(2024, 3, 1), FIRST, is_open=False))
    on = connection()
    await asked(on, told(1), WHOLE)
    await asked(on, by, of)
    assert instants == [FIRST, None, FIRST, None]


@pytest.mark.parametrize("on", [connection(sees_all=False), connection(kept=False)], ids=["a part", "not shared"])
async def test_closed_months_are_shared_as_supplies_are(on: Any, instants: list[datetime | None]) -> None:
    await asked(on, told(1), WHOLE)
    await asked(on, told(2), WHOLE)
    assert instants == [FIRST, None, FIRST, None]
