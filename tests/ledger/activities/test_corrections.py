"""Corrections and voidings are versions; the cells follow them exactly, and the old rows stay."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from accounting.refusals import RefusalCode, Refused
from ledger.activities.batches import Outcome
from ledger.activities.corrections import ActivityNotFound, NewContent, Superseded, correct, void
from ledger.activities.reading import activities_by_id, activity_history
from ledger.setup import Databases
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


async def corrected(here: World, activity: UUID | None, **change: object) -> UUID:
    assert activity is not None
    content = NewContent(**change)  # type: ignore[arg-type]
    return await correct(here.database, here.catalogue, here.tenant, activity, content, "meter misread", NOW)


async def voided(here: World, activity: UUID) -> UUID:
    return await void(here.database, here.catalogue, here.tenant, activity, "posted for the wrong tenant", NOW)


async def test_a_correction_moves_the_cells_and_keeps_the_row(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        new = await corrected(here, first, quantity="7.5")
        assert await here.cells() == {("electricity.grid", "", "MJ", MARCH): (Decimal("27.0"), 1)}
        async with here.database.snapshot() as connection:
            records = await activities_by_id(connection, [new])
            history = await activity_history(connection, records[new])
        assert [(found.version, found.kind, found.quantity, found.is_current) for found in history] == [
            (1, "ORIGINAL", Decimal("10"), False),
            (2, "CORRECTION", Decimal("7.5"), True),
        ]
        assert history[1].supersedes == first
        assert history[1].reason == "meter misread"
        assert await here.mismatches() == []


async def test_a_correction_may_move_period_type_unit_and_supplier(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        await corrected(
            here,
            first,
            activity_type="stationary.diesel",
            quantity="2",
            unit="t",
            supplier="Oil Co",
            period_start="2025-04-01T00:00:00+08:00",
            period_end="2025-05-01T00:00:00+08:00",
        )
        cells = await here.cells()
        assert cells[("stationary.diesel", "Oil Co", "kg", APRIL)] == (Decimal("2000"), 1)
        assert cells[("electricity.grid", "", "MJ", MARCH)] == (Decimal("0"), 0)
        assert await here.mismatches() == []


async def test_a_void_takes_the_quantity_out_and_a_correction_restores_it(databases: Databases) -> None:
    async with world(databases) as here:
        spans = {"period_start": "2025-03-20T00:00:00+08:00", "period_end": "2025-04-11T00:00:00+08:00"}
        first = (await here.post(row("a", "10.01", **spans)))[0].activity_id
        assert first is not None
        gone = await voided(here, first)
        assert set((await here.cells()).values()) == {(Decimal("0.000000000000"), 0)}
        with pytest.raises(Superseded, match="void already"):
            await voided(here, gone)
        await corrected(here, gone, quantity="10.01")
        total = sum(quantity for quantity, _ in (await here.cells()).values())
        assert total == Decimal("10.01") * Decimal("3.6")
        assert await here.mismatches() == []


async def test_a_late_retry_of_what_was_corrected_is_a_duplicate(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        new = await corrected(here, first, quantity="7")
        for quantity, version in (("10", first), ("7", new)):
            outcome = (await here.post(row("a", quantity)))[0]
            assert (outcome.outcome, outcome.activity_id) == (Outcome.DUPLICATE, version)
        other = (await here.post(row("a", "8")))[0]
        assert (other.outcome, other.activity_id) == (Outcome.CONFLICT, new)
        assert await here.row_count() == 2


async def test_only_the_current_version_can_be_corrected(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        new = await corrected(here, first, quantity="7")
        with pytest.raises(Superseded, match=str(new)):
            await corrected(here, first, quantity="8")
        assert await here.row_count() == 2


async def test_of_two_corrections_at_once_one_wins(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        tries = [corrected(here, first, quantity=str(number)) for number in range(4)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, UUID) for result in results) == 1
        assert sum(isinstance(result, Superseded) for result in results) == 3
        assert await here.row_count() == 2
        assert await here.mismatches() == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"quantity": "-1"}, RefusalCode.NEGATIVE_QUANTITY, "quantity"),
        ({"unit": "kg"}, RefusalCode.UNIT_NOT_ACCEPTED, "unit"),
        ({"period_end": "2020-01-01T00:00:00Z"}, RefusalCode.PERIOD_ENDS_BEFORE_START, "periodEnd"),
    ],
)
async def test_a_bad_correction_is_refused_and_writes_nothing(
    databases: Databases, change: dict[str, object], code: RefusalCode, field: str
) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        before = await here.cells()
        with pytest.raises(Refused) as refused:
            await corrected(here, first, **change)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert await here.cells() == before
        assert await here.row_count() == 1


async def test_a_reason_is_needed(databases: Databases) -> None:
    async with world(databases) as here:
        first = (await here.post(row("a", "10")))[0].activity_id
        assert first is not None
        for reason, message in (("  ", "reason is empty"), ("a\x00b", "without NUL"), ("x" * 1001, "1 to 1000 char")):
            with pytest.raises(Refused, match=message):
                await correct(here.database, here.catalogue, here.tenant, first, NewContent(quantity="1"), reason, NOW)
        assert await here.row_count() == 1


async def test_an_unknown_activity_and_one_of_another_tenant_are_the_same(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        first = (await other.post(row("a", "10")))[0].activity_id
        for key in (uuid4(), first):
            with pytest.raises(ActivityNotFound):
                await corrected(here, key, quantity="1")
        assert await other.row_count() == 1
