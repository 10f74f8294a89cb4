"""Instruments are versions of a code: recorded, cancelled once, sold, corrected, withdrawn. A refusal keeps nothing."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import (
    Attribute,
    Cancellation,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Instrument,
    Kind,
    Serials,
)
from ledger import registry
from ledger.activities.corrections import Superseded
from ledger.instruments.content import InstrumentContent, serials_of
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
from ledger.instruments.rows import InstrumentRecord, content_of, instrument_history, instrument_rows, instruments_by_id
from ledger.instruments.versions import InstrumentNotFound
from ledger.registry import CodeTaken, NewSite, NewTenant, NotRegistered
from ledger.setup import Databases
from ledger.tables import InstrumentRow
from tests.world import NOW, World, world

pytestmark = pytest.mark.anyio
CONTRACT = Evidence("contract 7", EvidenceKind.CONTRACT)
STATEMENT = Evidence("statement 31", EvidenceKind.CERTIFICATE)
CERTIFICATES = InstrumentContent(
    kind=Kind.GEC,
    carrier=EnergyCarrier.ELECTRICITY,
    attribute=Attribute.NON_FOSSIL,
    market="CN",
    first_month=date(2025, 1, 1),
    last_month=date(2025, 6, 1),
    quantity=Decimal("100"),
    rate=Decimal("0"),
    site=None,
    claimed_from=date(2025, 1, 1),
    claimed_to=date(2025, 12, 1),
    serials=Serials("GD-2025", 10**30 + 1, 10**30 + 100),
    evidence=(CONTRACT,),
    criteria=Criteria(only_claim=Check(True, ("letter",)), same_market=Check(False)),
)
DAY = date(2026, 1, 15)


async def recorded(here: World, code: str = "g1", **changed: Any) -> InstrumentRow:
    return await record_instrument(here.database, NewInstrument(here.tenant, code, replace(CERTIFICATES, **changed)))


async def cancelled(here: World, key: UUID, **given: Any) -> InstrumentRow:
    cancellation = NewCancellation(**({"on": DAY} | given))
    return await cancel_instrument(here.database, here.tenant, key, cancellation, NOW)


async def corrected(here: World, row: InstrumentRow, reason: str = "misread", **changed: Any) -> InstrumentRow:
    content = replace(content_of(row), **changed)
    return await correct_instrument(here.database, here.tenant, row.instrument_id, content, reason)


async def sold(here: World, key: UUID) -> InstrumentRow:
    return await sell_instrument(here.database, here.tenant, key, "contract of sale 3")


async def withdrawn(here: World, key: UUID, reason: str = "entered twice") -> InstrumentRow:
    return await withdraw_instrument(here.database, here.tenant, key, reason)


async def held(here: World) -> list[Instrument]:
    async with here.database.snapshot() as connection:
        return await instruments_of(connection, [here.tenant])


async def listed(here: World, *tenants: UUID, **asked: Any) -> list[InstrumentRecord]:
    async with here.database.snapshot() as connection:
        return await instrument_rows(connection, tenants or (here.tenant,), **asked)


async def versions(here: World, row: InstrumentRow) -> list[tuple[int, str, str, bool]]:
    async with here.database.snapshot() as connection:
        found = await instrument_history(connection, row)
    return [(one.row.version, one.row.change, one.row.reason, one.is_current) for one in found]


async def row_count(here: World) -> int:
    async with here.database.snapshot() as connection:
        found = await (
            await connection.execute("SELECT count(*) FROM instruments WHERE tenant_id = %s", (here.tenant,))
        ).fetchone()
    return int(found[0]) if found else -1


async def refused(change: Awaitable[object]) -> tuple[RefusalCode, str, str]:
    with pytest.raises(Refused) as caught:
        await change
    return caught.value.code, caught.value.field, str(caught.value)


async def test_what_is_recorded_is_read_back_as_the_pure_value(databases: Databases) -> None:
    async with world(databases) as here:
        row = await recorded(here, site=here.site, generator=here.tenant, is_tradable=False)
        assert (row.code, row.version, row.change, row.reason, row.supersedes) == ("g1", 1, "RECORDED", "", None)
        assert row.recorded_at is not None
        content = replace(CERTIFICATES, site=here.site, generator=here.tenant, is_tradable=False)
        assert await held(here) == [replace(content.claim(str(row.instrument_id), here.tenant), code=row.code)]
        bare = await recorded(here, "g2", rate=None, serials=None, evidence=(), criteria=Criteria())
        assert (bare.evidence, bare.criteria, bare.batch, bare.first_serial) == ([], {}, "", None)
        plain = replace(CERTIFICATES, rate=None, serials=None, evidence=(), criteria=Criteria())
        assert (await held(here))[1] == replace(plain.claim(str(bare.instrument_id), here.tenant), code="g2")


async def test_quantities_and_numbers_are_kept_to_the_last_digit(databases: Databases) -> None:
    async with world(databases) as here:
        exact: dict[str, Any] = {
            "quantity": Decimal("12345678901234567890.123456789012345678"),
            "rate": Decimal("0.10"),
        }
        await recorded(here, kind=Kind.POWER_PURCHASE_AGREEMENT, serials=None, **exact)
        found = (await held(here))[0]
        assert (str(found.quantity), str(found.rate)) == ("12345678901234567890.123456789012345678", "0.10")
        await recorded(here, "g2")
        assert (await held(here))[1].serials == Serials("GD-2025", 10**30 + 1, 10**30 + 100)


async def test_a_cancellation_is_a_version_that_adds_what_proves_it(databases: Databases) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        row = await cancelled(
            here,
            first.instrument_id,
            quantity=Decimal("60"),
            serials=Serials("GD-2025", 10**30 + 41, 10**30 + 100),
            evidence=(STATEMENT, CONTRACT),
            criteria={Criterion.RETIRED: Check(True, ("statement 31",)), Criterion.SAME_MARKET: Check(True, ("map",))},
            reason="for 2025",
        )
        assert (row.version, row.supersedes) == (2, first.instrument_id)
        found = (await held(here))[0]
        assert found.id == str(row.instrument_id) != str(first.instrument_id)
        assert found.cancellation == Cancellation(DAY, Decimal("60"))
        assert (found.quantity, found.serials) == (Decimal("100"), Serials("GD-2025", 10**30 + 41, 10**30 + 100))
        assert found.evidence == (CONTRACT, STATEMENT)
        assert found.criteria == Criteria(
            only_claim=Check(True, ("letter",)),
            retired=Check(True, ("statement 31",)),
            same_market=Check(True, ("map",)),
        )
        assert await versions(here, row) == [(1, "RECORDED", "", False), (2, "CANCELLED", "for 2025", True)]


async def test_a_cancellation_without_a_quantity_is_of_the_whole(databases: Databases) -> None:
    async with world(databases) as here:
        await cancelled(here, (await recorded(here)).instrument_id)
        assert (await held(here))[0].cancellation == Cancellation(DAY, Decimal("100"))


async def test_an_instrument_is_cancelled_once(databases: Databases) -> None:
    async with world(databases) as here:
        row = await cancelled(here, (await recorded(here)).instrument_id)
        code, field, message = await refused(cancelled(here, row.instrument_id))
        assert (code, field) == (RefusalCode.INSTRUMENT_CANCELLED, "instrumentId")
        assert message.startswith("instrument g1 was cancelled on 2026-01-15, which is final")
        assert (await refused(sold(here, row.instrument_id)))[0] is RefusalCode.INSTRUMENT_CANCELLED
        assert (await refused(corrected(here, row, market="EU")))[0] is RefusalCode.INSTRUMENT_CANCELLED
        assert await row_count(here) == 2
        assert (await held(here))[0].cancellation == Cancellation(DAY, Decimal("100"))


async def test_what_is_sold_is_neither_cancelled_nor_sold_again(databases: Databases) -> None:
    async with world(databases) as here:
        row = await sold(here, (await recorded(here)).instrument_id)
        assert (await held(here))[0].is_sold
        row = await corrected(here, row, market="EU")
        assert ((await held(here))[0].is_sold, (await held(here))[0].market) == (True, "EU")
        for change in (cancelled(here, row.instrument_id), sold(here, row.instrument_id)):
            code, field, message = await refused(change)
            assert (code, field) == (RefusalCode.INSTRUMENT_SOLD, "instrumentId")
            assert message == "the certificates of g1 were sold; who bought them may cancel them"
        assert await versions(here, row) == [
            (1, "RECORDED", "", False),
            (2, "SOLD", "contract of sale 3", False),
            (3, "CORRECTED", "misread", True),
        ]


async def test_what_is_withdrawn_counts_for_nothing_and_stays_so(databases: Databases) -> None:
    async with world(databases) as here:
        row = await withdrawn(here, (await cancelled(here, (await recorded(here)).instrument_id)).instrument_id)
        assert await held(here) == []
        assert await listed(here) == []
        shown = await listed(here, includes_withdrawn=True)
        assert [(one.row, one.is_current) for one in shown] == [(row, True)]
        for change in (
            withdrawn(here, row.instrument_id),
            cancelled(here, row.instrument_id),
            sold(here, row.instrument_id),
            corrected(here, row),
        ):
            code, field, message = await refused(change)
            assert (code, field) == (RefusalCode.INSTRUMENT_WITHDRAWN, "instrumentId")
            assert message == "instrument g1 was withdrawn (entered twice); record it anew under another code"
        with pytest.raises(CodeTaken, match="withdrawn ones included"):
            await recorded(here)
        assert await row_count(here) == 3
        assert (await recorded(here, "g2")).version == 1


async def test_a_correction_changes_what_is_said_and_keeps_the_rest(databases: Databases) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        row = await corrected(here, first, site=here.site, rate=None)
        content = replace(CERTIFICATES, site=here.site, rate=None)
        assert await held(here) == [replace(content.claim(str(row.instrument_id), here.tenant), code=row.code)]
        async with here.database.snapshot() as connection:
            old = (await instruments_by_id(connection, [first.instrument_id]))[first.instrument_id]
        assert (old.row, old.is_current, old.original_id) == (first, False, first.instrument_id)


async def test_only_the_current_version_can_be_changed(databases: Databases) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        row = await corrected(here, first)
        key = first.instrument_id
        changes = (cancelled(here, key), sold(here, key), withdrawn(here, key), corrected(here, first))
        for change in changes:
            with pytest.raises(Superseded, match=str(row.instrument_id)):
                await change
        assert await row_count(here) == 2


async def test_of_two_changes_at_once_one_wins(databases: Databases) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        key = first.instrument_id
        tries = [cancelled(here, key), sold(here, key), withdrawn(here, key), corrected(here, first)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, InstrumentRow) for result in results) == 1
        assert sum(isinstance(result, Superseded) for result in results) == 3
        assert await row_count(here) == 2


async def test_whoever_waits_for_the_same_version_is_told(databases: Databases) -> None:
    """Both have read the same current version; the second waits for the first to commit."""
    copied = """
    INSERT INTO instruments SELECT tenant_id, %s, code, 2, instrument_id, 'SOLD', '', kind, carrier, attribute, market,
        first_month, last_month, quantity, rate, site_id, claimed_from, claimed_to, NULL, NULL, batch, first_serial,
        last_serial, true, is_tradable, generator_id, evidence, criteria
    FROM instruments WHERE instrument_id = %s
    """
    blocked = b"SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    async with world(databases) as here:
        first = await recorded(here)
        async with here.database.write(here.tenant) as connection:
            await connection.execute(copied, (uuid4(), first.instrument_id))
            waiting = asyncio.create_task(cancelled(here, first.instrument_id))
            while await (await connection.execute(blocked)).fetchone() == (0,):
                assert not waiting.done()
                await asyncio.sleep(0)
        with pytest.raises(Superseded, match="g1 was changed by someone else at this moment"):
            await waiting
        assert [change for _, change, *_ in await versions(here, first)] == ["RECORDED", "SOLD"]


async def test_of_many_recorded_at_once_with_one_code_one_is_kept(databases: Databases) -> None:
    async with world(databases) as here:
        results = await asyncio.gather(*(recorded(here) for _ in range(4)), return_exceptions=True)
        assert sum(isinstance(result, CodeTaken) for result in results) == 3
        assert await row_count(here) == 1


@pytest.mark.parametrize(
    ("changed", "code", "field", "words"),
    [
        ({"quantity": Decimal(0)}, "BAD_INSTRUMENT", "quantityMwh", "g1: an instrument for 0 MWh claims nothing"),
        ({"quantity": Decimal("-1")}, "BAD_INSTRUMENT", "quantityMwh", "quantity is -1; accepted is zero or more"),
        ({"rate": Decimal("NaN")}, "BAD_INSTRUMENT", "rate", "rate is NaN"),
        ({"last_month": date(2024, 12, 1)}, "BAD_INSTRUMENT", "lastMonth", "2025-01-01 to 2024-12-01 are not months"),
        ({"claimed_to": date(2025, 12, 31)}, "BAD_INSTRUMENT", "claimedTo", "written by its first day"),
        ({"attribute": Attribute.CONVENTIONAL}, "BAD_INSTRUMENT", "attribute", "g1: GEC is non-fossil electricity"),
        ({"serials": Serials("b", 1, 99)}, "BAD_INSTRUMENT", "serials", "99 certificates named for 100 MWh"),
        ({"serials": Serials("b\x00", 1, 100)}, "TEXT_NOT_ACCEPTED", "serials", "1 to 200 characters"),
        ({"market": " "}, "TEXT_NOT_ACCEPTED", "market", "1 to 80 characters"),
        ({"evidence": (replace(CONTRACT, id=""),)}, "TEXT_NOT_ACCEPTED", "evidence", "'' is not accepted"),
        ({"evidence": (CONTRACT,) * 101}, "BAD_INSTRUMENT", "evidence", "101 documents are named; at most 100"),
        ({"criteria": Criteria(retired=Check(True, ("x" * 201,)))}, "TEXT_NOT_ACCEPTED", "criteria", "1 to 200"),
    ],
)
async def test_what_contradicts_itself_is_refused_and_not_kept(
    databases: Databases, changed: dict[str, Any], code: str, field: str, words: str
) -> None:
    async with world(databases) as here:
        found = await refused(recorded(here, **changed))
        assert found[:2] == (RefusalCode(code), field)
        assert words in found[2]
        assert await row_count(here) == 0
        first = await recorded(here, "g1")
        assert (await refused(corrected(here, first, **changed)))[:2] == (RefusalCode(code), field)
        assert await versions(here, first) == [(1, "RECORDED", "", True)]


@pytest.mark.parametrize(
    ("given", "code", "field", "words"),
    [
        (
            {"quantity": Decimal("101")},
            "BAD_INSTRUMENT",
            "quantityMwh",
            "101 MWh cancelled; accepted is above 0, up to",
        ),
        ({"quantity": Decimal("0")}, "BAD_INSTRUMENT", "quantityMwh", "0 MWh cancelled"),
        ({"quantity": Decimal("60")}, "BAD_INSTRUMENT", "serials", "100 certificates named for 60 MWh"),
        ({"serials": Serials("other", 10**30 + 1, 10**30 + 100)}, "BAD_INSTRUMENT", "serials", "are not among those"),
        ({"serials": Serials("GD-2025", 10**30, 10**30 + 99)}, "BAD_INSTRUMENT", "serials", "are not among those"),
        ({"on": date(2026, 11, 24)}, "BAD_INSTRUMENT", "cancelledOn", "2026-11-24 is in the future"),
        ({"evidence": (Evidence("", EvidenceKind.OTHER),)}, "TEXT_NOT_ACCEPTED", "evidence", "1 to 200 characters"),
        ({"reason": "\x00"}, "TEXT_NOT_ACCEPTED", "reason", "without NUL"),
    ],
)
async def test_a_bad_cancellation_is_refused_and_not_kept(
    databases: Databases, given: dict[str, Any], code: str, field: str, words: str
) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        found = await refused(cancelled(here, first.instrument_id, **given))
        assert found[:2] == (RefusalCode(code), field)
        assert words in found[2]
        assert await versions(here, first) == [(1, "RECORDED", "", True)]


async def test_today_is_what_it_is_anywhere(databases: Databases) -> None:
    async with world(databases) as here:
        evening = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        for code, on in (("g1", date(2026, 11, 23)), ("g2", date(2026, 11, 24))):
            key = (await recorded(here, code)).instrument_id
            change = cancel_instrument(here.database, here.tenant, key, NewCancellation(on), evening)
            if code == "g1":
                assert (await change).cancelled_on == on
            else:
                assert (await refused(change))[1] == "cancelledOn"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001, "a\x00b"])
async def test_corrections_and_withdrawals_say_why(databases: Databases, reason: str) -> None:
    async with world(databases) as here:
        first = await recorded(here)
        for change in (corrected(here, first, reason), withdrawn(here, first.instrument_id, reason)):
            assert (await refused(change))[:2] == (RefusalCode.TEXT_NOT_ACCEPTED, "reason")
        assert await row_count(here) == 1


@pytest.mark.parametrize("code", ["", " ", "x" * 81, "a\x00"])
async def test_a_code_is_needed(databases: Databases, code: str) -> None:
    async with world(databases) as here:
        assert (await refused(recorded(here, code)))[:2] == (RefusalCode.TEXT_NOT_ACCEPTED, "code")
        assert await row_count(here) == 0


def test_certificate_numbers_are_whole() -> None:
    assert serials_of("b", Decimal("1.0"), Decimal(2)) == Serials("b", 1, 2)
    for batch, first, last in (("b", "1.5", "2"), ("b", "2", "1"), ("", "1", "2")):
        with pytest.raises(Refused) as caught:
            serials_of(batch, Decimal(first), Decimal(last))
        assert (caught.value.code, caught.value.field) == (RefusalCode.BAD_INSTRUMENT, "serials")


async def test_site_and_generator_must_be_in_reach(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        neighbour = await registry.register_tenant(here.database, NewTenant(here.park, "t2", "T", "租"))
        theirs = await registry.add_site(here.database, NewSite(neighbour.tenant_id, "s", "S", "站"))
        for site in (other.site, theirs.site_id, uuid4()):
            with pytest.raises(NotRegistered, match="no such site"):
                await recorded(here, site=site)
        for generator in (other.tenant, uuid4()):
            with pytest.raises(NotRegistered, match="generator"):
                await recorded(here, generator=generator)
        with pytest.raises(NotRegistered, match="no such tenant"):
            await record_instrument(here.database, NewInstrument(uuid4(), "g1", CERTIFICATES))
        assert await row_count(here) == 0
        first = await recorded(here, generator=neighbour.tenant_id)
        with pytest.raises(NotRegistered, match="no such site"):
            await corrected(here, first, site=theirs.site_id)
        assert await row_count(here) == 1


async def test_an_instrument_of_another_tenant_is_not_found(databases: Databases) -> None:
    async with world(databases) as here, world(databases) as other:
        theirs = await recorded(other)
        for row in (theirs, theirs.model_copy(update={"instrument_id": uuid4()})):
            key = row.instrument_id
            changes = (cancelled(here, key), sold(here, key), withdrawn(here, key), corrected(here, row))
            for change in changes:
                with pytest.raises(InstrumentNotFound, match=str(key)):
                    await change
        assert await row_count(other) == 1
        assert await held(here) == []
        await recorded(here)
        assert [one.tenant for one in await held(here)] == [here.tenant]


async def test_the_list_is_in_the_order_of_recording_and_a_change_moves_nothing(databases: Databases) -> None:
    async with world(databases) as here:
        first, second, third = [await recorded(here, code) for code in ("c", "a", "b")]
        await corrected(here, first)
        await withdrawn(here, second.instrument_id)
        found = await listed(here)
        assert [(one.row.code, one.row.version, one.original_id) for one in found] == [
            ("c", 2, first.instrument_id),
            ("b", 1, third.instrument_id),
        ]
        assert [one.row.code for one in await listed(here, limit=1)] == ["c"]
        assert [one.row.code for one in await listed(here, after=first.instrument_id)] == ["b"]
        assert [one.row.code for one in await listed(here, includes_withdrawn=True)] == ["c", "a", "b"]
        assert [one.id for one in await held(here)] == [str(one.row.instrument_id) for one in found]
        assert await listed(here, uuid4()) == []


async def test_the_rows_are_append_only(databases: Databases) -> None:
    async with world(databases) as here:
        await recorded(here)
        with psycopg.connect(databases.owner_url) as owner:
            owner.execute("SELECT set_config('app.tenant', %s, true)", (str(here.tenant),))
            for statement in (b"UPDATE instruments SET is_sold = true", b"DELETE FROM instruments"):
                with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), owner.transaction():
                    owner.execute(statement)
        for statement in (
            b"UPDATE instruments SET is_sold = true",
            b"DELETE FROM instruments",
            b"TRUNCATE instruments",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with here.database.write(here.tenant) as connection:
                    await connection.execute(statement)
        assert await row_count(here) == 1


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"version": 2}, "chain"),
        ({"change": "'SOLD'"}, "chain"),
        ({"change": "'LOST'", "version": 2, "supersedes": "instrument_id"}, "change"),
        ({"quantity": "'NaN'"}, "quantity"),
        ({"rate": "-1"}, "rate"),
        ({"first_month": "'2025-01-02'"}, "months"),
        ({"cancelled_on": "'2026-01-15'"}, "cancellation"),
        ({"cancelled_on": "'2026-01-15'", "cancelled_quantity": "101"}, "cancellation"),
        ({"batch": "''"}, "serials"),
        ({"first_serial": "NULL"}, "serials"),
        ({"first_serial": "1", "last_serial": "1.5"}, "serials"),
        ({"site_id": "gen_random_uuid()"}, "site"),
    ],
)
async def test_the_database_itself_refuses_what_makes_no_sense(
    databases: Databases, columns: dict[str, object], constraint: str
) -> None:
    async with world(databases) as here:
        row = await recorded(here)
        given = {"instrument_id": "gen_random_uuid()", "code": "'g2'"} | columns
        names = [name for name in InstrumentRow.model_fields if name != "recorded_at"]
        values = [str(given.get(name, name)) for name in names]
        copied = f"""INSERT INTO instruments ({", ".join(names)})
            SELECT {", ".join(values)} FROM instruments WHERE instrument_id = %s"""
        with pytest.raises(psycopg.errors.IntegrityError, match=f"instruments_{constraint}_"):
            async with here.database.write(here.tenant) as connection:
                await connection.execute(copied.encode(), (row.instrument_id,))
        assert await row_count(here) == 1
