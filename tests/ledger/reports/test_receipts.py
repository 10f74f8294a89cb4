"""What regulators say of reports: once of each edition, of what is published to them, and nothing else is written."""

import asyncio
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from accounting.management.obligations import ReceiptState
from accounting.refusals import RefusalCode, Refused
from ledger.access import EVERYTHING, NotRegistered
from ledger.declarations import declare
from ledger.identifiers import new_id
from ledger.identity.principals import RIGHTS, Right, Role
from ledger.reports.published import NAMED, ReportNotFound, report_of
from ledger.reports.receipts import NewerEdition, Said, receipts_of, receive
from ledger.reports.recipients import add_recipients, withdraw_recipient
from ledger.setup import Databases
from tests.regulated import ANNUAL, Regulated, regulated

pytestmark = pytest.mark.anyio
YEAR = date(2025, 1, 1)
ACKNOWLEDGED, RETURNED = ReceiptState.ACKNOWLEDGED, ReceiptState.RETURNED
COUNTED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND NOT relispartition AND relname NOT IN ('history', 'checkpoints') ORDER BY 1"""
INSERTABLE = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND NOT relispartition AND has_table_privilege('parkledger_service', oid, 'INSERT') ORDER BY 1"""
COLUMNS = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
  WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull AND attgenerated = ''
  ORDER BY attnum"""


def counts(databases: Databases) -> dict[str, Any]:
    with psycopg.connect(databases.owner_url) as connection:
        names = [name for (name,) in connection.execute(COUNTED).fetchall()]
        return {name: connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in names}


def grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    return {name: after[name][0] - before[name][0] for name in after if after[name] != before[name]}


async def test_a_receipt_is_one_row_and_one_recording(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        before = counts(databases)
        province = here.as_regulator("province", here.tenant, actor="abcd2345")
        found = await here.says(province, report, ACKNOWLEDGED, " received ", " 2026-17 ")
        assert grown(before, counts(databases)) == {"recordings": 1, "report_receipts": 1}
        said = (found.tenant, found.report, found.regulator, found.state, found.comment, found.reference, found.actor)
        assert said == (here.tenant, report.id, "province", ACKNOWLEDGED, "received", "2026-17", "abcd2345")
        assert found.is_new
        query = "SELECT tenant_id, actor, request_id, row_count FROM recordings WHERE recorded_at = %s"
        with psycopg.connect(databases.owner_url) as connection:
            rows = connection.execute(query, (found.recorded_at,)).fetchall()
        assert rows == [(here.tenant, "abcd2345", "request-1", 0)]


async def test_the_same_again_is_what_was_said(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        province = here.as_regulator("province", here.tenant)
        first = await here.says(province, report, RETURNED, "page 3")
        await here.publish(YEAR, 12, 2, before=report)
        before = counts(databases)
        again = await here.says(province, report, RETURNED, " page 3 ")
        assert (again.id, again.is_new, first.is_new) == (first.id, False, True)
        for state, comment in ((RETURNED, "page 4"), (ACKNOWLEDGED, "")):
            with pytest.raises(Refused, match="the report was returned on") as refused:
                await here.says(province, report, state, comment)
            assert refused.value.code is RefusalCode.ALREADY_RECEIVED
        assert counts(databases) == before


async def test_an_acknowledged_report_may_be_returned_later_and_not_acknowledged_otherwise(
    databases: Databases,
) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        province, city = here.as_regulator("province", here.tenant), here.as_regulator("city", here.tenant)
        await here.says(province, report, ACKNOWLEDGED, reference="17")
        with pytest.raises(Refused, match=r"the report was acknowledged on 20\d\d-\d\d-\d\d as 17; what follows"):
            await here.says(province, report, ACKNOWLEDGED, reference="18")
        await here.says(province, report, RETURNED, "found later")
        await here.says(city, report, ACKNOWLEDGED)
        async with here.as_tenant(here.tenant).snapshot() as connection:
            found = await receipts_of(connection, [report.id])
        assert [(one.regulator, one.state.value) for one in found] == [
            ("province", "ACKNOWLEDGED"), ("province", "RETURNED"), ("city", "ACKNOWLEDGED")
        ]  # fmt: skip
        async with city.snapshot() as connection:
            assert [one.regulator for one in await receipts_of(connection, [report.id])] == ["city"]
        async with here.as_tenant(here.neighbour).snapshot() as connection:
            assert await receipts_of(connection, [report.id]) == []


async def test_an_edition_that_was_superseded_is_told(databases: Databases) -> None:
    async with regulated(databases) as here:
        first = await here.publish(YEAR, 12)
        second = await here.publish(YEAR, 12, 2, to=["city"], before=first)
        third = await here.publish(YEAR, 12, 3, before=second)
        before = counts(databases)
        for state, comment in ((ACKNOWLEDGED, ""), (RETURNED, "x")):
            with pytest.raises(NewerEdition, match=f"was superseded by edition 3, {third.id}") as told:
                await here.says(here.as_regulator("province", here.tenant), first, state, comment)
            assert (told.value.report, told.value.version) == (third.id, 3)
        with pytest.raises(NewerEdition, match="edition 3"):
            await here.says(here.as_regulator("city", here.tenant), second, ACKNOWLEDGED)
        assert counts(databases) == before


async def test_an_edition_that_is_published_to_others_supersedes_nothing_for_a_regulator(databases: Databases) -> None:
    async with regulated(databases) as here:
        first = await here.publish(YEAR, 12)
        await here.publish(YEAR, 12, 2, to=["city"], before=first)
        assert (await here.says(here.as_regulator("province", here.tenant), first, ACKNOWLEDGED)).is_new


async def test_what_is_not_published_to_a_regulator_is_not_there_for_it(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12, to=["city"])
        before = counts(databases)
        for name, named in (("province", here.tenant), ("city", here.neighbour), ("city ", here.tenant)):
            with pytest.raises(ReportNotFound):
                await here.says(here.as_regulator(name, named), report, ACKNOWLEDGED)
        assert counts(databases) == before


async def test_a_return_says_what_is_wrong(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        province = here.as_regulator("province", here.tenant)
        before = counts(databases)
        for state, comment, reference, field in (
            (RETURNED, " ", "", "comment"),
            (ACKNOWLEDGED, "x" * 1001, "", "comment"),
            (ACKNOWLEDGED, "", "x" * 201, "reference"),
            (RETURNED, "a\x00b", "", "comment"),
        ):
            with pytest.raises(Refused) as refused:
                await here.says(province, report, state, comment, reference)
            assert (refused.value.code, refused.value.field) == (RefusalCode.TEXT_NOT_ACCEPTED, field)
        assert counts(databases) == before


async def test_who_is_no_regulator_says_nothing(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        before = counts(databases)
        for database in (here.as_tenant(here.tenant), here.as_operator(), here.database.within(EVERYTHING)):
            with pytest.raises(Refused) as refused:
                await here.says(database, report, ACKNOWLEDGED)
            assert refused.value.code is RefusalCode.NOT_A_RECIPIENT
        assert counts(databases) == before


async def test_two_at_once_say_it_once(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        province = here.as_regulator("province", here.tenant)
        said = Said(report.id, ACKNOWLEDGED, "received")
        found = await asyncio.gather(*(receive(province, said) for _ in range(4)))
        assert len({one.id for one in found}) == 1
        assert sorted(one.is_new for one in found) == [False, False, False, True]


async def test_a_regulators_transaction_adds_nothing_but_its_receipt(databases: Databases) -> None:
    """A row that fits its columns for every table that the service's role may insert into: the database refuses it."""
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        province = here.as_regulator("province", here.tenant)
        with psycopg.connect(databases.owner_url) as owner:
            tables = [name for (name,) in owner.execute(INSERTABLE).fetchall()]
            shapes = {name: owner.execute(COLUMNS, (name,)).fetchall() for name in tables}
        assert {"activities", "declarations", "recordings", "reports", "access_grants"} <= set(tables)
        assert "report_receipts" not in tables, "the function alone inserts them"
        before = counts(databases)
        for name, shape in shapes.items():
            statement = f"INSERT INTO {name} ({', '.join(one for one, _ in shape)}) VALUES ({values(shape, here)})"
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match=f'policy for table "{name}"'):
                async with province.receive() as connection:
                    await connection.execute(statement.encode())
        for name, shape in (shapes | {"report_receipts": [("tenant_id", "uuid")]}).items():
            update = f"UPDATE {name} SET {shape[0][0]} = {shape[0][0]}"
            for change in (f"DELETE FROM {name}", f"TRUNCATE {name}", update):
                with suppress(psycopg.errors.InsufficientPrivilege):
                    async with province.receive() as connection:
                        assert (await connection.execute(change.encode())).rowcount == 0, change
        receipt = "INSERT INTO report_receipts VALUES (%s, %s, %s, 'province', 'RETURNED', 'x', '')"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with province.receive() as connection:
                await connection.execute(receipt, (here.tenant, uuid4(), report.id))
        assert counts(databases) == before
        with pytest.raises(NotRegistered):
            await declare(province, here.tenant, [ANNUAL])


def values(shape: list[tuple[str, str]], here: Regulated) -> str:
    """Return a value for each column that has to have one."""
    ids = (f"'{here.tenant if name == 'tenant_id' else new_id()}'" for name, _ in shape)
    return ", ".join(key if kind == "uuid" else VALUES[kind] for key, (_, kind) in zip(ids, shape, strict=True))


VALUES = {
    "text": "'x'",
    "text[]": "'{}'",
    "uuid[]": "'{}'",
    "date[]": "'{2025-01-01}'",
    "jsonb": "'{}'",
    "json": "'{}'",
    "bytea": "'\\x00'",
    "boolean": "false",
    "integer": "1",
    "smallint": "1",
    "bigint": "1",
    "numeric": "1",
    "date": "'2025-01-01'",
    "timestamp with time zone": "now()",
    "timestamp without time zone": "now()",
}
"""Type of a column -> a literal of it."""


async def test_the_function_takes_it_from_whom_it_is_published_to_alone(databases: Databases) -> None:
    """Whatever the service's role sets: a receipt needs a name, a tenant that is named, and a recipient's row."""
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12, to=["province"])
        call = "SELECT receive_report(%s, %s, %s, 'ACKNOWLEDGED', '', '')"
        given = (here.tenant, report.id, uuid4())
        before = counts(databases)
        for database in (
            here.as_regulator("city", here.tenant),
            here.as_regulator("province", here.neighbour),
            here.as_regulator("", here.tenant),
            here.as_tenant(here.tenant),
            here.database,
        ):
            async with database.receive() as connection:
                assert await (await connection.execute(call, given)).fetchone() == (None,)
        async with here.as_regulator("province", here.tenant).receive() as connection:
            assert await (await connection.execute(call, (here.neighbour, report.id, uuid4()))).fetchone() == (None,)
            bound = await (await connection.execute("SELECT bound_tenant()")).fetchone()
        assert bound == (None,)
        assert counts(databases) == before


async def test_after_a_receipt_the_transaction_is_bound_to_nobody(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        async with here.as_regulator("province", here.tenant).receive() as connection:
            call = "SELECT receive_report(%s, %s, %s, 'ACKNOWLEDGED', '', '')"
            row = await (await connection.execute(call, (here.tenant, report.id, uuid4()))).fetchone()
            assert row is not None
            assert row[0] is not None
            assert await (await connection.execute("SELECT bound_tenant()")).fetchone() == (None,)


def test_what_a_regulator_may_begin() -> None:
    own = {Right.REGISTRY_READ, Right.REPORT_READ, Right.REPORT_RECEIVE}
    assert RIGHTS[Role.REGULATOR] == own
    others = set(Role) - {Role.REGULATOR, Role.PLATFORM, Role.SERVICE}
    assert all(Right.REPORT_RECEIVE not in RIGHTS[role] for role in others)


async def test_an_address_is_withdrawn_only_while_nobody_has_said_something_by_it(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12, to=("province", "city"))
        province, city = (here.as_regulator(name, here.tenant) for name in ("province", "city"))
        own = here.as_tenant(here.tenant)
        await here.says(province, report, ACKNOWLEDGED, "received")
        before = counts(databases)
        with pytest.raises(Refused, match="province has acknowledged the report on") as refused:
            await withdraw_recipient(own, report, "province", "by mistake")
        assert (refused.value.code, counts(databases)) == (RefusalCode.ALREADY_RECEIVED, before)
        assert await withdraw_recipient(own, report, "city", "by mistake") is True
        assert grown(before, counts(databases)) == {"recordings": 1, "report_withdrawals": 1}
        with pytest.raises(ReportNotFound):
            await here.says(city, report, RETURNED, "page 3")
        assert grown(before, counts(databases)) == {"recordings": 1, "report_withdrawals": 1}, "nothing more"


async def test_an_address_to_all_stays_for_who_received_by_it_alone(databases: Databases) -> None:
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12)
        own = here.as_tenant(here.tenant)
        await here.says(here.as_regulator("province", here.tenant), report, ACKNOWLEDGED, "received")
        with pytest.raises(Refused, match="province has acknowledged"):
            await withdraw_recipient(own, report, NAMED, "by mistake")
        await add_recipients(own, report, ["province"], 10)
        assert await withdraw_recipient(own, report, NAMED, "by mistake") is True, "its own address stays"
        with pytest.raises(Refused, match="province has acknowledged"):
            await withdraw_recipient(own, report, "province", "by mistake")


async def test_the_function_takes_no_receipt_by_an_address_that_was_withdrawn(databases: Databases) -> None:
    """Also of a regulator whose transaction found the report before."""
    async with regulated(databases) as here:
        report = await here.publish(YEAR, 12, to=("province",))
        async with here.as_regulator("province", here.tenant).receive() as connection:
            assert await report_of(connection, report.id)
            await withdraw_recipient(here.as_tenant(here.tenant), report, "province", "by mistake")
            receive = "SELECT receive_report(%s, %s, %s, 'RETURNED', 'page 3', '')"
            row = await (await connection.execute(receive, (here.tenant, report.id, uuid4()))).fetchone()
            assert row == (None,)
