"""Instruments divided and handed over: both sides or neither, each certificate once, each side names the other."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from accounting.refusals import Refused
from accounting.scope2.instruments import (
    Attribute,
    Cancellation,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Kind,
    Serials,
)
from emission_factors import decimals
from ledger import registry
from ledger.activities.corrections import Superseded
from ledger.instruments.content import InstrumentContent
from ledger.instruments.instruments import (
    NewCancellation,
    NewInstrument,
    cancel_instrument,
    correct_instrument,
    instruments_of,
    record_instrument,
    sell_instrument,
    withdraw_instrument,
)
from ledger.instruments.rows import content_of, instrument_history, instrument_rows
from ledger.instruments.transfers import Moved, NewTransfer, Part, split_instrument, transfer_instrument
from ledger.instruments.versions import InstrumentNotFound
from ledger.registry import CodeTaken, NewSite, NewTenant, NotRegistered
from ledger.setup import Databases
from ledger.tables import InstrumentRow
from tests.world import NOW, World, world

pytestmark = pytest.mark.anyio
ON = date(2026, 1, 20)
ISSUED = InstrumentContent(
    kind=Kind.GEC,
    carrier=EnergyCarrier.ELECTRICITY,
    attribute=Attribute.NON_FOSSIL,
    market="CN",
    first_month=date(2025, 1, 1),
    last_month=date(2025, 6, 1),
    quantity=Decimal(100),
    rate=Decimal(0),
    site=None,
    claimed_from=date(2025, 1, 1),
    claimed_to=date(2025, 12, 1),
    serials=Serials("GD-2025", 1, 100),
    evidence=(Evidence("issue 4", EvidenceKind.CERTIFICATE),),
    criteria=Criteria(only_claim=Check(True, ("letter",))),
)
STATEMENT = Evidence("transfer 9", EvidenceKind.CERTIFICATE)


async def neighbour(here: World, code: str = "t2") -> UUID:
    return (await registry.register_tenant(here.database, NewTenant(here.park, code, "Buyer", "买方"))).tenant_id


async def issued(here: World, code: str = "g1", **changed: Any) -> InstrumentRow:
    """Record certificates issued for the tenant's own generation."""
    content = replace(ISSUED, generator=here.tenant)
    return await record_instrument(here.database, NewInstrument(here.tenant, code, replace(content, **changed)))


async def handed(here: World, key: UUID, receiver: UUID, quantity: str = "", code: str = "r1", **more: Any) -> Moved:
    """Hand certificates over: all where no quantity is given. `part` are further fields of the part."""
    part = Part(code, Decimal(quantity) if quantity else None, **more.pop("part", {}))
    given: dict[str, Any] = {"on": ON, "evidence": (STATEMENT,), "reason": "contract 12"} | more
    return await transfer_instrument(here.database, here.tenant, key, NewTransfer(receiver, part=part, **given), NOW)


async def split(here: World, key: UUID, quantity: str = "", code: str = "g2", **more: Any) -> Moved:
    part = Part(code, Decimal(quantity) if quantity else None, **more)
    return await split_instrument(here.database, here.tenant, key, part, "for two sites")


async def cancelled(here: World, key: UUID, tenant: UUID | None = None, **given: Any) -> InstrumentRow:
    cancellation = NewCancellation(date(2026, 2, 1), **given)
    return await cancel_instrument(here.database, tenant or here.tenant, key, cancellation, NOW)


async def held(here: World, *tenants: UUID) -> list[tuple[str, str, int, int]]:
    """Return what tenants hold: code, MWh, first and last certificate; not what is sold."""
    async with here.database.snapshot() as connection:
        found = await instruments_of(connection, tenants)
    return [
        (one.code, decimals.plain(one.quantity), one.serials.first, one.serials.last)
        for one in found
        if one.serials and not one.is_sold
    ]


async def changes(here: World, row: InstrumentRow) -> list[tuple[str, Decimal]]:
    async with here.database.snapshot() as connection:
        found = await instrument_history(connection, row)
    return [(one.row.change, one.row.quantity) for one in found]


async def rows_of(here: World, *tenants: UUID) -> int:
    """Return how many versions tenants have."""
    async with here.database.snapshot() as connection:
        query = "SELECT count(*) FROM instruments WHERE tenant_id = ANY(%s)"
        found = await (await connection.execute(query, (list(tenants),))).fetchone()
    return int(found[0]) if found else -1


async def refused(change: Awaitable[object]) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await change
    return caught.value.code.value, caught.value.field


async def test_a_part_goes_and_each_side_names_the_other(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        site = await registry.add_site(here.database, NewSite(buyer, "s", "S", "厂"))
        first = await issued(here, site=here.site)
        more: dict[str, Any] = {"site": site.site_id, "claimed_from": date(2025, 4, 1), "claimed_to": date(2025, 9, 1)}
        checks = {Criterion.SAME_MARKET: Check(True, ("map",))}
        moved = await handed(here, first.instrument_id, buyer, "60", part=more, criteria=checks)
        giver, receiver = moved.source, moved.part
        assert (giver.change, giver.version, giver.supersedes, giver.reason) == (
            "TRANSFERRED",
            2,
            first.instrument_id,
            "contract 12",
        )
        assert content_of(giver) == replace(
            content_of(first), quantity=Decimal(40), serials=Serials("GD-2025", 61, 100)
        )
        assert not giver.is_sold
        assert (giver.counterparty_id, giver.counterpart_id) == (buyer, receiver.instrument_id)
        assert (giver.moved_quantity, giver.transferred_on) == (Decimal(60), ON)
        assert (receiver.tenant_id, receiver.code, receiver.version, receiver.change, receiver.reason) == (
            buyer,
            "r1",
            1,
            "RECEIVED",
            "contract 12",
        )
        assert content_of(receiver) == replace(
            ISSUED,
            quantity=Decimal(60),
            serials=Serials("GD-2025", 1, 60),
            site=site.site_id,
            claimed_from=date(2025, 4, 1),
            claimed_to=date(2025, 9, 1),
            generator=here.tenant,
            evidence=(STATEMENT,),
            criteria=Criteria(same_market=Check(True, ("map",))),
        )
        assert (receiver.counterparty_id, receiver.counterpart_id) == (here.tenant, giver.instrument_id)
        assert (receiver.moved_quantity, receiver.transferred_on) == (Decimal(60), ON)
        assert giver.recorded_at == receiver.recorded_at, "at no instant is the part with both, or with none"
        assert await held(here, here.tenant, buyer) == [("g1", "40", 61, 100), ("r1", "60", 1, 60)]


async def test_whoever_gave_everything_has_sold_it(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        first = await issued(here, site=here.site)
        moved = await handed(here, first.instrument_id, buyer)
        assert (moved.source.site_id, moved.part.site_id) == (here.site, None)
        assert (moved.source.change, moved.source.is_sold, moved.source.quantity) == ("TRANSFERRED", True, Decimal(100))
        assert moved.source.moved_quantity == moved.part.quantity == Decimal(100)
        assert await held(here, here.tenant, buyer) == [("r1", "100", 1, 100)]
        key = moved.source.instrument_id
        for change in (cancelled(here, key), handed(here, key, buyer, code="r2"), split(here, key, "1")):
            assert await refused(change) == ("INSTRUMENT_SOLD", "instrumentId")
        assert await rows_of(here, here.tenant, buyer) == 3


async def test_a_change_after_a_movement_says_nothing_moved(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        moved = await handed(here, (await issued(here)).instrument_id, buyer, "60")
        for key, tenant in ((moved.source.instrument_id, here.tenant), (moved.part.instrument_id, buyer)):
            row = await cancelled(here, key, tenant)
            assert (row.counterparty_id, row.counterpart_id, row.moved_quantity, row.transferred_on) == (None,) * 4
        assert await changes(here, moved.part) == [("RECEIVED", Decimal(60)), ("CANCELLED", Decimal(60))]


async def test_the_receiver_cancels_what_it_received(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        moved = await handed(here, (await issued(here)).instrument_id, buyer, "60")
        await cancelled(here, moved.part.instrument_id, buyer)
        async with here.database.snapshot() as connection:
            (found,) = await instruments_of(connection, [buyer])
        assert (found.tenant, found.cancellation) == (buyer, Cancellation(date(2026, 2, 1), Decimal(60)))


@pytest.mark.parametrize(
    ("changed", "given", "refusal"),
    [
        ({"is_tradable": False}, {}, ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")),
        ({"generator": None}, {}, ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")),
        ({"kind": Kind.GREEN_POWER_TRADE}, {}, ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")),
        ({"kind": Kind.SELF_USE}, {}, ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")),
        ({"first_month": date(2023, 1, 1)}, {}, ("INSTRUMENT_NOT_TRANSFERABLE", "transferredOn")),
        ({}, {"quantity": "101"}, ("INSTRUMENT_OVERDRAWN", "quantityMwh")),
        ({}, {"part": {"serials": Serials("GD-2025", 99, 101)}}, ("INSTRUMENT_OVERDRAWN", "serials")),
        ({}, {"part": {"serials": Serials("GD-2025", 2, 3)}}, ("BAD_INSTRUMENT", "serials")),
        ({}, {"quantity": "0"}, ("BAD_INSTRUMENT", "quantityMwh")),
        ({}, {"on": date(2025, 5, 31)}, ("BAD_INSTRUMENT", "transferredOn")),
        ({}, {"on": date(2026, 11, 24)}, ("BAD_INSTRUMENT", "transferredOn")),
        ({}, {"evidence": ()}, ("BAD_INSTRUMENT", "evidence")),
        ({}, {"evidence": (replace(STATEMENT, id=""),)}, ("TEXT_NOT_ACCEPTED", "evidence")),
        ({}, {"code": " "}, ("TEXT_NOT_ACCEPTED", "code")),
        ({}, {"reason": "\x00"}, ("TEXT_NOT_ACCEPTED", "reason")),
        ({}, {"part": {"claimed_from": date(2026, 1, 1)}}, ("BAD_INSTRUMENT", "claimedTo")),
    ],
)
async def test_a_refused_transfer_writes_nothing_for_either(
    databases: Databases, changed: dict[str, Any], given: dict[str, Any], refusal: tuple[str, str]
) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        first = await issued(here, **changed)
        assert await refused(handed(here, first.instrument_id, buyer, **given)) == refusal
        assert (await rows_of(here, here.tenant), await rows_of(here, buyer)) == (1, 0)


async def test_not_after_cancelling_selling_or_withdrawing(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        final = {
            "INSTRUMENT_CANCELLED": await cancelled(here, (await issued(here, "a")).instrument_id),
            "INSTRUMENT_SOLD": await sell_instrument(
                here.database, here.tenant, (await issued(here, "b")).instrument_id
            ),
            "INSTRUMENT_WITHDRAWN": await withdraw_instrument(
                here.database, here.tenant, (await issued(here, "c")).instrument_id, "twice"
            ),
        }
        for code, row in final.items():
            for change in (handed(here, row.instrument_id, buyer, "1"), split(here, row.instrument_id, "1")):
                assert await refused(change) == (code, "instrumentId")
        assert (await rows_of(here, here.tenant), await rows_of(here, buyer)) == (6, 0)


async def test_what_was_received_is_not_traded_again(databases: Databases) -> None:
    async with world(databases) as here:
        buyer, third = await neighbour(here), await neighbour(here, "t3")
        moved = await handed(here, (await issued(here)).instrument_id, buyer, "60")
        again = NewTransfer(third, ON, Part("x"), (STATEMENT,))
        change = transfer_instrument(here.database, buyer, moved.part.instrument_id, again, NOW)
        assert await refused(change) == ("INSTRUMENT_NOT_TRANSFERABLE", "instrumentId")
        assert await rows_of(here, third) == 0
        others = await issued(here, "i-rec", kind=Kind.OTHER_CERTIFICATE, generator=None)
        moved = await handed(here, others.instrument_id, buyer, code="r2")
        await transfer_instrument(here.database, buyer, moved.part.instrument_id, again, NOW)
        assert await held(here, third) == [("x", "100", 1, 100)]


async def test_the_receiver_is_another_tenant_of_the_park(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        buyer = await neighbour(here)
        key = (await issued(here)).instrument_id
        assert await refused(handed(here, key, here.tenant)) == ("BAD_INSTRUMENT", "receiverId")
        for receiver in (other.tenant, uuid4()):
            with pytest.raises(NotRegistered, match="no such tenant as the receiver"):
                await handed(here, key, receiver)
        for site in (here.site, other.site, uuid4()):
            with pytest.raises(NotRegistered, match="no such site"):
                await handed(here, key, buyer, part={"site": site})
        given = NewTransfer(here.tenant, ON, Part("x"), (STATEMENT,))
        with pytest.raises(InstrumentNotFound):
            await transfer_instrument(here.database, buyer, key, given, NOW)
        assert await rows_of(here, here.tenant, buyer, other.tenant) == 1


async def test_a_code_the_receiver_has_takes_the_giver_back_too(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        first, second = await issued(here), await issued(here, "g2", serials=Serials("B", 1, 100))
        await handed(here, first.instrument_id, buyer, "60")
        with pytest.raises(CodeTaken, match="'r1'"):
            await handed(here, second.instrument_id, buyer)
        with pytest.raises(CodeTaken, match="'g1'"):
            await split(here, second.instrument_id, "10", "g1")
        assert await held(here, here.tenant) == [("g1", "40", 61, 100), ("g2", "100", 1, 100)]
        assert await rows_of(here, here.tenant, buyer) == 4


async def test_of_two_transfers_at_once_one_wins(databases: Databases) -> None:
    async with world(databases) as here:
        buyers = [await neighbour(here, f"b{number}") for number in range(4)]
        key = (await issued(here)).instrument_id
        tries = [handed(here, key, buyer, "60") for buyer in buyers]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, Moved) for result in results) == 1
        assert sum(isinstance(result, Superseded) for result in results) == 3
        assert sorted(await held(here, *buyers)) == [("r1", "60", 1, 60)]
        assert await held(here, here.tenant) == [("g1", "40", 61, 100)]


async def test_only_the_current_version_is_divided(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        first = await issued(here)
        rest = (await split(here, first.instrument_id, "10")).source
        for change in (handed(here, first.instrument_id, buyer), split(here, first.instrument_id, "10", "g3")):
            with pytest.raises(Superseded, match=str(rest.instrument_id)):
                await change
        assert await rows_of(here, here.tenant, buyer) == 3


async def test_a_part_split_off_is_claimed_for_a_site_and_period_of_its_own(databases: Databases) -> None:
    async with world(databases) as here:
        other = (await registry.add_site(here.database, NewSite(here.tenant, "s2", "S", "厂"))).site_id
        first = await issued(here, site=here.site)
        where: dict[str, Any] = {"site": other, "claimed_from": date(2025, 7, 1), "claimed_to": date(2025, 9, 1)}
        moved = await split(here, first.instrument_id, "30", **where)
        rest, part = moved.source, moved.part
        assert (rest.change, part.change, rest.reason, part.reason) == ("SPLIT", "SPLIT_OFF", *["for two sites"] * 2)
        assert (rest.counterpart_id, rest.counterparty_id) == (part.instrument_id, here.tenant)
        assert (part.counterpart_id, part.counterparty_id) == (rest.instrument_id, here.tenant)
        assert (rest.moved_quantity, part.moved_quantity, rest.transferred_on) == (Decimal(30), Decimal(30), None)
        kept = content_of(first)
        assert content_of(part) == replace(kept, quantity=Decimal(30), serials=Serials("GD-2025", 1, 30), **where)
        assert content_of(rest) == replace(kept, quantity=Decimal(70), serials=Serials("GD-2025", 31, 100))
        with pytest.raises(NotRegistered, match="no such site"):
            await split(here, rest.instrument_id, "1", "g3", site=uuid4())
        for quantity in ("70", ""):
            assert await refused(split(here, rest.instrument_id, quantity, "g3")) == ("BAD_INSTRUMENT", "quantityMwh")
        assert await refused(split(here, rest.instrument_id, "71", "g3")) == ("INSTRUMENT_OVERDRAWN", "quantityMwh")
        assert await rows_of(here, here.tenant) == 3


async def test_a_cancellation_names_the_site_and_period_it_is_for(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        first = await issued(here)
        claim: dict[str, Any] = {"site": here.site, "claimed_from": date(2025, 4, 1), "claimed_to": date(2025, 6, 1)}
        with pytest.raises(NotRegistered, match="no such site"):
            await cancelled(here, first.instrument_id, site=other.site)
        backwards = cancelled(here, first.instrument_id, claimed_from=date(2026, 1, 1))
        assert await refused(backwards) == ("BAD_INSTRUMENT", "claimedTo")
        row = await cancelled(here, first.instrument_id, **claim)
        assert content_of(row) == replace(content_of(first), **claim)
        assert await rows_of(here, here.tenant) == 2


async def test_what_moved_is_corrected_in_its_claim_alone(databases: Databases) -> None:
    async with world(databases) as here:
        buyer = await neighbour(here)
        moved = await handed(here, (await issued(here)).instrument_id, buyer, "60")
        for tenant, row in ((here.tenant, moved.source), (buyer, moved.part)):
            content = content_of(row)
            wrongs: tuple[dict[str, Any], ...] = (
                {"quantity": Decimal(100), "serials": Serials("GD-2025", 1, 100)},
                {"serials": None},
                {"is_tradable": False},
                {"generator": None},
                {"last_month": date(2025, 7, 1)},
            )
            for changed in wrongs:
                wrong = replace(content, **changed)
                change = correct_instrument(here.database, tenant, row.instrument_id, wrong, "x")
                assert await refused(change) == ("INSTRUMENT_MOVED", "instrumentId")
            right = replace(content, claimed_to=date(2025, 11, 1), evidence=(), criteria=Criteria())
            new = await correct_instrument(here.database, tenant, row.instrument_id, right, "x")
            assert content_of(new) == right
            wrong = replace(right, quantity=Decimal(1), serials=None)
            change = correct_instrument(here.database, tenant, new.instrument_id, wrong, "x")
            assert await refused(change) == ("INSTRUMENT_MOVED", "instrumentId")


async def test_parts_of_parts_add_up_to_what_was_issued(databases: Databases) -> None:
    """Split, handed over and cancelled in turn: what all hold is what was issued, each certificate once."""
    async with world(databases) as here:
        buyer = await neighbour(here)
        row = await issued(here)
        row = (await split(here, row.instrument_id, "10", "a")).source
        moved = await handed(here, row.instrument_id, buyer, part={"serials": Serials("GD-2025", 71, 100)})
        await cancelled(here, moved.part.instrument_id, buyer, quantity=Decimal(5), serials=Serials("GD-2025", 71, 75))
        row = (await split(here, moved.source.instrument_id, "20", "b")).source
        await handed(here, row.instrument_id, buyer, code="r2")
        found = await held(here, here.tenant, buyer)
        assert found == [("a", "10", 1, 10), ("r1", "30", 71, 75), ("b", "20", 11, 30), ("r2", "40", 31, 70)]
        assert sum(Decimal(quantity) for _, quantity, *_ in found) == 100
        async with here.database.snapshot() as connection:
            records = await instrument_rows(connection, [here.tenant, buyer])
        assert sum(one.row.quantity for one in records if not one.row.is_sold) == 100


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"change": "'RECEIVED'"}, "movement"),
        ({"counterpart_id": "gen_random_uuid()"}, "movement"),
        ({"counterparty_id": "tenant_id"}, "movement"),
        ({"moved_quantity": "100"}, "movement"),
        ({"transferred_on": "'2026-01-20'"}, "movement"),
        ({"change": "'SPLIT_OFF'", "counterparty_id": "gen_random_uuid()"}, "movement"),
        ({"change": "'RECEIVED'", "counterparty_id": "tenant_id", "transferred_on": "'2026-01-20'"}, "movement"),
        ({"change": "'SPLIT_OFF'", "moved_quantity": "99"}, "movement"),
        ({"change": "'SPLIT_OFF'", "moved_quantity": "-1"}, "movement"),
        ({"change": "'SPLIT_OFF'", "is_sold": "true"}, "movement"),
        ({"change": "'SPLIT'"}, "chain"),
    ],
)
async def test_the_database_itself_refuses_half_a_movement(
    databases: Databases, columns: dict[str, object], constraint: str
) -> None:
    async with world(databases) as here:
        row = await issued(here)
        whole: dict[str, object] = {
            "counterpart_id": "gen_random_uuid()",
            "counterparty_id": "tenant_id",
            "moved_quantity": "quantity",
        }
        given: dict[str, object] = {"instrument_id": "gen_random_uuid()", "code": "'g2'"}
        given |= (whole if "'SPLIT" in str(columns.get("change")) else {}) | columns
        with pytest.raises(psycopg.errors.CheckViolation, match=f"instruments_{constraint}_check"):
            await copied(here, row, given)
        assert await rows_of(here, here.tenant) == 1


async def test_one_giving_is_received_once(databases: Databases) -> None:
    async with world(databases) as here:
        part = (await split(here, (await issued(here)).instrument_id, "10")).part
        with pytest.raises(psycopg.errors.UniqueViolation, match="instruments_counterpart_key"):
            await copied(here, part, {"instrument_id": "gen_random_uuid()", "code": "'g3'"})


async def test_a_part_cannot_be_written_for_another_tenant(databases: Databases) -> None:
    """Row security stands behind the second half: bound to the giver, nothing is added for the receiver."""
    async with world(databases) as here:
        buyer = await neighbour(here)
        row = await issued(here)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            await copied(here, row, {"instrument_id": "gen_random_uuid()", "tenant_id": f"'{buyer}'"})
        assert await rows_of(here, buyer) == 0


async def copied(here: World, row: InstrumentRow, given: dict[str, object]) -> None:
    """Insert a copy of a version with other columns, as SQL."""
    names = [name for name in InstrumentRow.model_fields if name != "recorded_at"]
    values = [str(given.get(name, name)) for name in names]
    query = f"""INSERT INTO instruments ({", ".join(names)})
        SELECT {", ".join(values)} FROM instruments WHERE instrument_id = %s"""
    async with here.database.write(here.tenant) as connection:
        await connection.execute(query.encode(), (row.instrument_id,))
