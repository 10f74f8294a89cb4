"""What is due: declared obligations against what is published and said, for those who may see it and nobody else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from accounting.management.obligations import ObligationState, ReceiptState
from accounting.management.reporting_periods import PeriodKind, PeriodState, PeriodStep, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from ledger.declarations import declare, history_of, withdraw
from ledger.identity.principals import Role
from ledger.releases import Catalogues
from ledger.reporting.steps import AskedStep, take_step
from ledger.reports.published import NAMED, recipients_of
from ledger.reports.recipients import add_recipients, withdraw_recipient
from ledger.setup import Databases
from tests.regulated import ANNUAL, NOON, PARKS, regulated

pytestmark = pytest.mark.anyio
OVER = timedelta(microseconds=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""After whatever the clock of the database says that it is."""


def shown(found: list) -> list[tuple[str, str, str, str]]:  # type: ignore[type-arg]
    return [(one.duty.code, f"{one.period.first:%Y-%m}", one.due.isoformat(), one.state.value) for one in found]


async def test_what_is_due_is_in_the_order_of_days(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        await here.declared(here.operator, PARKS, replace(ANNUAL, bearer=here.neighbour, regulator="province"))
        found = await here.due(park=here.park, last=date(2026, 5, 1))
        assert shown(found) == [
            ("agreed-park-quarter", "2024-10", "2025-01-30", "OVERDUE"),
            ("cn-ets-annual-report", "2024-01", "2025-03-31", "OVERDUE"),
            ("cn-ets-annual-report", "2024-01", "2025-03-31", "OVERDUE"),
            ("agreed-park-quarter", "2025-01", "2025-04-30", "OVERDUE"),
            ("agreed-park-quarter", "2025-04", "2025-07-30", "OVERDUE"),
            ("agreed-park-quarter", "2025-07", "2025-10-30", "OVERDUE"),
            ("agreed-park-quarter", "2025-10", "2026-01-30", "OVERDUE"),
            ("cn-ets-annual-report", "2025-01", "2026-03-31", "OVERDUE"),
            ("cn-ets-annual-report", "2025-01", "2026-03-31", "OVERDUE"),
            ("agreed-park-quarter", "2026-01", "2026-04-30", "NOT_YET_DUE"),
        ]
        annual = [one for one in found if one.duty.code == "cn-ets-annual-report"]
        assert [[one.tenant for one in annual[:2]], [one.tenant for one in annual[2:]]] == [
            await here.by_code(here.tenant, here.neighbour)
        ] * 2
        assert {one.tenant for one in found if one.duty.code == "agreed-park-quarter"} == {here.operator}
        assert {one.period_state for one in found} == {PeriodState.OPEN}


async def test_a_report_goes_through_every_state(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        province = here.as_regulator("province", here.tenant)

        async def state() -> tuple[str, bool]:
            (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), now=LATER)
            return found.state.value, found.is_late

        assert await state() == ("OVERDUE", True)
        first = await here.publish(date(2025, 1, 1), 12, to=["province"], at=datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
        assert await state() == ("PUBLISHED", False), "a minute before the day ended in the park"
        await here.says(province, first, ReceiptState.ACKNOWLEDGED, reference="2026-17")
        assert await state() == ("ACKNOWLEDGED", False)
        await here.says(province, first, ReceiptState.RETURNED, "the boiler is missing")
        assert await state() == ("RETURNED", False)
        second = await here.publish(date(2025, 1, 1), 12, 2, ["province"], before=first)
        assert await state() == ("RESTATED", False)
        await here.says(province, second, ReceiptState.RETURNED, "still missing")
        assert await state() == ("RETURNED", False)
        third = await here.publish(date(2025, 1, 1), 12, 3, ["province"], before=second)
        await here.says(province, third, ReceiptState.ACKNOWLEDGED)
        assert await state() == ("ACKNOWLEDGED", False)
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), now=LATER)
        assert [(one.report, one.version) for one in found.published] == [
            (first.id, 1), (second.id, 2), (third.id, 3)
        ]  # fmt: skip
        assert [(one.report, one.state.value) for one in found.receipts] == [
            (first.id, "ACKNOWLEDGED"), (first.id, "RETURNED"), (second.id, "RETURNED"), (third.id, "ACKNOWLEDGED")
        ]  # fmt: skip


async def test_it_is_late_by_the_day_of_the_park(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        midnight = datetime(2026, 3, 31, 16, tzinfo=UTC)
        await here.publish(date(2025, 1, 1), 12, at=midnight)
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1))
        assert (found.state, found.is_late) == (ObligationState.PUBLISHED, True)
        for on, state in ((date(2026, 3, 31), ObligationState.DUE_SOON), (date(2026, 4, 1), ObligationState.PUBLISHED)):
            (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), on=on)
            assert (found.state, found.on) == (state, on), "judged by what was there when the day ended"
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), now=midnight - OVER)
        assert found.on == date(2026, 3, 31)


async def test_a_receipt_counts_from_its_day_on(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        report = await here.publish(date(2025, 1, 1), 12, at=datetime(2020, 1, 1, tzinfo=UTC))
        receipt = await here.says(here.as_regulator("province", here.tenant), report, ReceiptState.ACKNOWLEDGED)
        day = (receipt.recorded_at + timedelta(hours=8)).date()
        for on, state in ((day - timedelta(1), ObligationState.PUBLISHED), (day, ObligationState.ACKNOWLEDGED)):
            (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), on=on)
            assert found.state is state


async def test_a_report_that_is_addressed_later_counts_from_then(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        report = await here.publish(date(2025, 1, 1), 12, to=["customs"], at=datetime(2020, 1, 1, tzinfo=UTC))
        assert await add_recipients(here.database, report, ["province", "customs"], 2) == ["province"]
        async with here.database.snapshot() as connection:
            told = (await recipients_of(connection, [report.id]))[report.id]
        [since] = [one.since for one in told if one.regulator == "province"]
        day = (since + timedelta(hours=8)).date()
        for on, count in ((day - timedelta(1), 0), (day, 1)):
            (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), on=on)
            assert len(found.published) == count
        with pytest.raises(Refused, match="2 regulators are addressed and 1 would be; accepted are up to 2"):
            await add_recipients(here.database, report, [NAMED], 2)
        await add_recipients(here.database, report, [NAMED], 3)
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), on=day)
        assert [one.at for one in found.published] == [since], "once, from when it was named first"


async def test_a_report_whose_address_was_withdrawn_counts_until_then(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        report = await here.publish(date(2025, 1, 1), 12, to=["province"], at=datetime(2020, 1, 1, tzinfo=UTC))
        assert await withdraw_recipient(here.as_tenant(here.tenant), report, "province", "meant for the city")
        async with here.database.snapshot() as connection:
            told = await (await connection.execute("SELECT max(recorded_at) FROM report_withdrawals")).fetchone()
        assert told is not None
        day = (told[0] + timedelta(hours=8)).date()
        for on, count in ((day - timedelta(1), 1), (day, 0)):
            (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), on=on)
            assert len(found.published) == count


async def test_other_reports_answer_nothing(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        await here.publish(date(2025, 1, 1), 12, to=["customs"])
        await here.publish(date(2025, 1, 1), 12, to=["province"], kind="ISO_14064")
        await here.publish(date(2025, 1, 1), 12, to=["province"], tenant=here.neighbour)
        await here.publish(date(2025, 1, 1), 12, to=["province"], tenant=here.operator, park=here.park, kind="PARK")
        await here.publish(date(2024, 1, 1), 12, to=["province"])
        await here.publish(date(2025, 1, 1), 3, to=["province"])
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1))
        assert (found.state, found.published) == (ObligationState.OVERDUE, ())


async def test_a_park_answers_with_its_own_report(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.operator, PARKS)
        await here.publish(date(2026, 1, 1), 3, tenant=here.operator, kind="PARK")
        published = await here.publish(date(2025, 10, 1), 3, tenant=here.operator, kind="PARK", park=here.park)
        found = await here.due(park=here.park, first=date(2026, 1, 1), last=date(2026, 5, 1))
        assert [one.state.value for one in found] == ["PUBLISHED", "NOT_YET_DUE"]
        assert [edition.report for edition in found[0].published] == [published.id]
        assert await here.due(tenant=here.operator) == [], "what the park owes is asked of the park"


async def test_each_sees_what_concerns_it(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        of_neighbour = replace(ANNUAL, bearer=here.neighbour)
        await here.declared(here.operator, PARKS, of_neighbour, replace(of_neighbour, regulator="city"))
        year = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}

        async def seen(database: object, **more: object) -> list[tuple[str, str]]:
            found = await here.due(database, **year, **more)  # type: ignore[arg-type]
            names = {here.operator: "operator", here.tenant: "tenant", here.neighbour: "neighbour"}
            return sorted((names[one.tenant], one.obligation.regulator) for one in found)

        neighbours = [("neighbour", "city"), ("neighbour", "province")]
        every = [*neighbours, ("operator", "city"), ("tenant", "province")]
        assert await seen(here.as_operator()) == every
        assert await seen(here.as_tenant(here.tenant)) == [("tenant", "province")]
        assert await seen(here.as_tenant(here.neighbour)) == neighbours, "what its operator declares of it, too"
        assert await seen(here.as_tenant(here.neighbour), tenant=here.tenant) == []
        all_named = (here.operator, here.tenant, here.neighbour)
        assert await seen(here.as_regulator("province", *all_named)) == [
            ("neighbour", "province"), ("tenant", "province")
        ]  # fmt: skip
        assert await seen(here.as_regulator("province", here.tenant)) == [("tenant", "province")]
        assert await seen(here.as_regulator("city", here.operator)) == [("operator", "city")]
        assert await seen(here.as_regulator("customs", *all_named)) == []
        assert await seen(here.as_regulator("province")) == []


async def test_how_far_the_period_itself_is(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        for kind, year in ((PeriodKind.YEAR, 2025), (PeriodKind.MONTH, 2024), (PeriodKind.YEAR, 2023)):
            period = ReportingPeriod(kind, date(year, 1, 1))
            asked = AskedStep(here.tenant, period, PeriodStep.SUBMIT, Role.SERVICE)
            await take_step(here.database, Catalogues(), asked, lambda: NOON)
        found = await here.due(tenant=here.tenant)
        assert [(one.period.first.year, one.period_state) for one in found] == [
            (2024, PeriodState.OPEN), (2025, PeriodState.SUBMITTED)
        ]  # fmt: skip


async def test_days_that_no_period_can_be_due_on_are_refused(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        for name, given in (("from", "first"), ("to", "last"), ("on", "on")):
            for day in (date(1989, 12, 31), date(9998, 1, 1)):
                asked: dict[str, object] = {given: day}
                with pytest.raises(Refused, match=f"{name} is {day}; accepted are days of") as refused:
                    await here.due(None, **asked)
                assert (refused.value.code, refused.value.field) == (RefusalCode.BAD_PERIOD, name)
        (found,) = await here.due(first=date(9997, 1, 1), last=date(9997, 12, 31), on=date(9997, 12, 31))
        assert (found.due, found.state) == (date(9997, 3, 31), ObligationState.OVERDUE)
        assert await here.due(first=date(1990, 1, 1), last=date(1990, 12, 31), on=date(1990, 1, 1)) == []


async def test_a_regulator_sees_no_period_and_no_other_declaration(databases: Databases) -> None:
    async with regulated(databases) as here:
        await here.declared(here.tenant, ANNUAL)
        province = here.as_regulator("province", here.tenant)
        (found,) = await here.due(province, first=date(2026, 1, 1))
        assert (found.period_state, found.state) == (None, ObligationState.OVERDUE)
        (found,) = await here.due(here.as_tenant(here.tenant), first=date(2026, 1, 1))
        assert found.period_state is PeriodState.OPEN
        async with province.snapshot() as connection:
            rows = await (await connection.execute("SELECT DISTINCT kind FROM declarations")).fetchall()
        assert rows == [("OBLIGATION",)]


async def test_an_obligation_is_versioned_and_withdrawn_like_any_declaration(databases: Databases) -> None:
    async with regulated(databases) as here:
        (first,) = await declare(here.database, here.tenant, [ANNUAL])
        (again,) = await declare(here.database, here.tenant, [ANNUAL])
        assert (again.id, again.is_new) == (first.id, False)
        (second,) = await declare(here.database, here.tenant, [replace(ANNUAL, document="list of 2026")])
        assert (second.version, second.supersedes) == (2, first.id)
        assert len(await here.due(tenant=here.tenant)) == 2, "one obligation, two years"
        with pytest.raises(Refused, match="cn-ets-annual-report to province is declared from 2024-01-01"):
            await declare(here.database, here.tenant, [replace(ANNUAL, valid_from=date(2025, 1, 1))])
        await withdraw(here.database, here.tenant, second.id, "not on the list any more")
        assert await here.due(tenant=here.tenant) == []
        async with here.database.snapshot() as connection:
            found = await history_of(connection, here.tenant, second.kind)
        assert [one.version for one in found] == [1, 2, 3]


async def test_the_database_takes_the_new_kind_and_no_unknown_one(databases: Databases) -> None:
    query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'declarations_kind_check'"
    with psycopg.connect(databases.owner_url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    assert "'OBLIGATION'" in row[0]


async def test_parks_have_their_own_day(databases: Databases) -> None:
    async with regulated(databases, "Pacific/Kiritimati") as here:
        await here.declared(here.tenant, ANNUAL)
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), now=NOON)
        assert found.on == date(2026, 4, 10), "18 hours into it, on an island 14 hours ahead"
        (found,) = await here.due(tenant=here.tenant, first=date(2026, 1, 1), now=NOON + timedelta(hours=6))
        assert found.on == date(2026, 4, 11)
