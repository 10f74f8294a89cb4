"""A footprint is worked out once for all who are told the same instant, reach the same and ask the same."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.footprints import Footprint
from accounting.grouping import Dimension
from ledger.access import EVERYTHING, Access
from ledger.footprints import footprints
from ledger.footprints.footprints import Boundary, footprint
from ledger.remembered import Kept
from tests.build import basis, factor, made, number

pytestmark = pytest.mark.anyio
TOLD = replace(basis(made(factor("gas", "1"))), told_at=datetime(2026, 1, 1, tzinfo=UTC))
WITHIN = Boundary((number(1),))
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 1)
KEPT = Kept()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Footprint]:
    """Return what was worked out: each time another footprint."""
    found: list[Footprint] = []

    @asynccontextmanager
    async def beyond(*_: Any) -> AsyncIterator[None]:
        yield

    async def read(*_: Any) -> Any:
        return SimpleNamespace(operations=[])

    async def fold(*_: Any) -> Footprint:
        found.append(Footprint((), ()))
        return found[-1]

    monkeypatch.setattr(footprints, "beyond", beyond)
    monkeypatch.setattr(footprints, "reach_of", read)
    monkeypatch.setattr(footprints, "supplies_of", read)
    monkeypatch.setattr(footprints, "_computed", fold)
    return found


def connection(access: Access = EVERYTHING, kept: Kept | None = None, *, is_widened: bool = False) -> Any:
    return SimpleNamespace(access=access, is_widened=is_widened, kept=kept)


async def asked(
    on: Any, by: Basis = TOLD, within: Boundary = WITHIN, last: date = LAST, *dimensions: Dimension
) -> Footprint:
    return await footprint(on, by, within, FIRST, last, dimensions)


async def test_the_same_question_of_the_same_reach_has_the_same_answer(computed: list[Footprint]) -> None:
    kept = Kept()
    first = await asked(connection(kept=kept))
    assert await asked(connection(kept=kept)) is first
    assert len(computed) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"by": replace(TOLD, told_at=datetime(2026, 1, 2, tzinfo=UTC))},
        {"by": replace(TOLD, known_at=datetime(2025, 1, 1, tzinfo=UTC))},
        {"by": replace(TOLD, approach=Approach.EQUITY_SHARE)},
        {"by": replace(TOLD, catalogue=made(factor("gas", "1")))},
        {"within": Boundary((number(1),), number(2))},
        {"within": Boundary((number(1), number(2)))},
        {"last": date(2024, 11, 1)},
        {"on": connection(Access(reads=frozenset({number(1)})), KEPT)},
        {"on": connection(kept=KEPT, is_widened=True)},
    ],
    ids=["told later", "known earlier", "approach", "release", "a site", "more tenants", "months", "reach", "widened"],
)
async def test_whatever_moves_it_is_another_question(other: dict[str, Any], computed: list[Footprint]) -> None:
    first = await asked(connection(kept=KEPT))
    before = len(computed)
    assert await asked(**{"on": connection(kept=KEPT), **other}) is not first
    assert len(computed) == before + 1


async def test_dimensions_are_a_part_of_the_question(computed: list[Footprint]) -> None:
    on = connection(kept=Kept())
    assert await asked(on) is not await asked(on, TOLD, WITHIN, LAST, Dimension.MONTH)
    assert len(computed) == 2


@pytest.mark.parametrize(
    ("on", "by"),
    [(connection(), TOLD), (connection(kept=KEPT), replace(TOLD, told_at=None))],
    ids=["where something is written", "no instant was told"],
)
async def test_what_cannot_be_asked_again_is_worked_out_each_time(
    on: Any, by: Basis, computed: list[Footprint]
) -> None:
    assert await asked(on, by) is not await asked(on, by)
    assert len(computed) == 2
