"""Declarations are appended, versioned by subject, safe to repeat, and readable as they were known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from accounting.boundary import Holding
from accounting.consolidation import FinancialControl
from accounting.declarations import DeclarationKind
from accounting.refusals import RefusalCode, Refused
from ledger.declarations import DeclarationNotFound, declarations_of, declare, history_of, withdraw
from ledger.setup import Databases
from tests.world import World, world

pytestmark = pytest.mark.anyio
HOLDING = DeclarationKind.HOLDING


def holding(holder: UUID, equity: str = "60", year: int = 2025, *, runs_it: bool = True) -> Holding:
    return Holding(holder, None, Decimal(equity), FinancialControl.SOLE, runs_it, date(year, 1, 1), None, "register 1")


async def in_force(here: World, known_at: datetime | None = None) -> list[Holding]:
    async with here.database.snapshot() as connection:
        return [found.content for found in await declarations_of(connection, [here.tenant], [HOLDING], known_at)]


async def versions(here: World) -> list[tuple[int, bool, str]]:
    async with here.database.snapshot() as connection:
        found = await history_of(connection, here.tenant, HOLDING)
    return [(one.version, one.is_withdrawn, one.reason) for one in found]


async def test_a_declaration_is_read_back_to_the_digit(databases: Databases) -> None:
    async with world(databases) as here:
        [found] = await declare(here.database, here.tenant, [holding(here.tenant, "33.3333333333")])
        assert (found.version, found.supersedes, found.is_new) == (1, None, True)
        assert await in_force(here) == [holding(here.tenant, "33.3333333333")]


async def test_the_same_again_writes_nothing_and_another_content_is_the_next_version(databases: Databases) -> None:
    async with world(databases) as here:
        [first] = await declare(here.database, here.tenant, [holding(here.tenant)])
        [again] = await declare(here.database, here.tenant, [holding(here.tenant)])
        assert (again.id, again.is_new) == (first.id, False)
        [second] = await declare(here.database, here.tenant, [holding(here.tenant, "55")], "sold 5 %")
        assert (second.version, second.supersedes) == (2, first.id)
        assert await in_force(here) == [holding(here.tenant, "55")]
        assert await versions(here) == [(1, False, ""), (2, False, "sold 5 %")]


async def test_what_was_known_then_is_answered_as_then(databases: Databases) -> None:
    async with world(databases) as here:
        [first] = await declare(here.database, here.tenant, [holding(here.tenant)])
        await declare(here.database, here.tenant, [holding(here.tenant, "55")])
        assert await in_force(here, first.recorded_at) == [holding(here.tenant)]
        assert await in_force(here, datetime(2020, 1, 1, tzinfo=UTC)) == []


async def test_a_withdrawn_one_holds_no_more_and_its_subject_can_be_declared_again(databases: Databases) -> None:
    async with world(databases) as here:
        [first] = await declare(here.database, here.tenant, [holding(here.tenant)])
        withdrawn = await withdraw(here.database, here.tenant, first.id, "entered for the wrong year")
        assert withdrawn.is_withdrawn
        assert await in_force(here) == []
        with pytest.raises(DeclarationNotFound, match="not current any more"):
            await withdraw(here.database, here.tenant, first.id, "twice")
        await declare(here.database, here.tenant, [holding(here.tenant)])
        assert [version for version, _, _ in await versions(here)] == [1, 2, 3]


@pytest.mark.parametrize("document", ["register\x00", "register \ud83d"])
async def test_what_no_database_stores_is_refused_with_nothing_written(databases: Databases, document: str) -> None:
    async with world(databases) as here:
        with pytest.raises(Refused, match="without NUL and halves of surrogate pairs") as refused:
            await declare(here.database, here.tenant, [replace(holding(here.tenant), document=document)])
        assert refused.value.code is RefusalCode.TEXT_NOT_ACCEPTED
        assert await versions(here) == []


async def test_what_contradicts_another_declaration_is_refused_with_nothing_written(databases: Databases) -> None:
    async with world(databases) as here:
        partner = uuid4()
        await declare(here.database, here.tenant, [holding(here.tenant)])
        with pytest.raises(Refused, match="110 % together on 2026-01-01"):
            await declare(here.database, here.tenant, [holding(partner, "50", 2026, runs_it=False)])
        assert len(await versions(here)) == 1


async def test_one_bad_declaration_keeps_the_others_out(databases: Databases) -> None:
    async with world(databases) as here:
        first, second = holding(here.tenant, "60"), holding(uuid4(), "60", runs_it=False)
        with pytest.raises(Refused, match="120 %"):
            await declare(here.database, here.tenant, [first, second])
        assert await versions(here) == []


async def test_a_subject_twice_none_and_too_many_are_refused(databases: Databases) -> None:
    async with world(databases) as here:
        one = holding(here.tenant)
        with pytest.raises(Refused, match="declared twice"):
            await declare(here.database, here.tenant, [one, one])
        with pytest.raises(Refused, match="0 declarations are given; accepted is 1 to 1000"):
            await declare(here.database, here.tenant, [])
        with pytest.raises(Refused, match="1001 declarations"):
            await declare(here.database, here.tenant, [one] * 1001)


async def test_another_tenants_declaration_cannot_be_withdrawn(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as there:
        [found] = await declare(here.database, here.tenant, [holding(here.tenant)])
        with pytest.raises(DeclarationNotFound, match="has no declaration"):
            await withdraw(there.database, there.tenant, found.id, "not mine")
        assert len(await in_force(here)) == 1


async def test_a_withdrawal_says_why(databases: Databases) -> None:
    async with world(databases) as here:
        [found] = await declare(here.database, here.tenant, [holding(here.tenant)])
        with pytest.raises(Refused, match="says why"):
            await withdraw(here.database, here.tenant, found.id, " ")
        assert await versions(here) == [(1, False, "")]
