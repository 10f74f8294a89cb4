"""First pages of many transfers at once are what each of them is alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.reading import ActivityFilter, activity_page, first_activities
from ledger.setup import Databases
from tests.world import NOW, row, world

pytestmark = pytest.mark.anyio
TRANSFER = ActivityFilter(
    (UUID(int=1),),
    activity_types=("electricity.grid",),
    supplier="op",
    first=date(2025, 3, 1),
    last=date(2025, 3, 31),
)
SPAN = {"period_start": "2025-03-31T00:00:00+08:00", "period_end": "2025-04-02T00:00:00+08:00"}
APRIL = {"period_start": "2025-04-01T00:00:00+08:00", "period_end": "2025-05-01T00:00:00+08:00"}


async def test_each_page_is_what_it_is_alone(databases: Databases) -> None:
    async with world(databases) as here:
        posted = await here.post(
            *(row(f"a{number}", supplier="op") for number in range(4)),
            row("over two months", supplier="op", **SPAN),
            row("in april", supplier="op", **APRIL),
            row("of another", supplier="someone"),
            row("direct", supplier="op", activity_type="electricity.direct_line"),
            row("gone", supplier="op"),
        )
        first, gone = posted[0].activity_id, posted[-1].activity_id
        assert first is not None
        assert gone is not None
        content = NewContent(quantity="7")
        await correct(here.database, here.catalogue, here.tenant, first, content, "meter misread", NOW)
        await void(here.database, here.catalogue, here.tenant, gone, "posted for the wrong tenant", NOW)
        of_march = replace(TRANSFER, tenants=(here.tenant,))
        of_both = replace(of_march, activity_types=("electricity.direct_line", "electricity.grid"))
        asked = [
            of_march,
            replace(of_march, first=date(2025, 4, 1), last=date(2025, 4, 30)),
            replace(of_march, supplier="nobody"),
            replace(of_march, tenants=(UUID(int=9),)),
            of_both,
        ]
        for limit in (2, 9):
            async with here.database.snapshot() as connection:
                alone = [await activity_page(connection, one, None, limit) for one in asked]
                assert await first_activities(connection, asked, limit) == alone
            assert [len(page) for page in alone] == [min(limit, size) for size in (5, 2, 0, 0, 6)]


@pytest.mark.parametrize(
    "other",
    [
        {"tenants": (UUID(int=1), UUID(int=2))},
        {"activity_types": ()},
        {"supplier": None},
        {"first": None},
        {"last": None},
        {"site": UUID(int=3)},
        {"current_only": False},
        {"known_at": datetime(2025, 1, 1, tzinfo=UTC)},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_what_is_no_transfer_is_not_asked_at_once(other: dict[str, Any]) -> None:
    untouched: Any = None
    with pytest.raises(ValueError, match="one tenant, its activity types, a supplier and days"):
        await first_activities(untouched, [TRANSFER, replace(TRANSFER, **other)], 1)
