"""Cells as known at an instant, by each way there is: equal, to the digit, to the sums over the rows known then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest

from accounting.refusals import RefusalCode, Refused
from emission_factors.decimals import EXACT
from ledger import connections
from ledger import database as database_module
from ledger.activities.corrections import NewContent, correct, void
from ledger.activities.rows import Quality
from ledger.cells import known as known_cells
from ledger.cells.change_spans import make_spans
from ledger.cells.known import plans_of
from ledger.cells.sums import Wanted, cell_sums
from ledger.database import Database
from ledger.setup import Databases
from ledger.turns import Turns
from tests.ledger.cells.test_cells import month_parts
from tests.locks import WAITING
from tests.world import NOW, World, opened, row, world

pytestmark = pytest.mark.anyio
FIRST, LAST = date(2022, 1, 1), date(2026, 12, 1)
Sums = dict[tuple[str, str, date], tuple[Decimal, int]]


@dataclass
class Story:
    """Random batches, corrections and voidings, with the instants told in between and the sums seen at them."""

    here: World
    chance: Random
    current: list[UUID] = field(default_factory=list)
    voided: list[UUID] = field(default_factory=list)
    seen: list[tuple[datetime, Sums]] = field(default_factory=list)
    count: int = 0

    async def go_on(self, steps: int) -> None:
        for _ in range(steps):
            await self.step()
            self.seen.append(await told_sums(self.here))

    async def step(self) -> None:
        act = self.chance.choice(["post", "post", "correct", "void", "restore"])
        if act == "void" and self.current:
            key = self.current.pop(self.chance.randrange(len(self.current)))
            place = self.here
            self.voided.append(await void(place.database, place.catalogue, place.tenant, key, "twice", NOW))
        elif act == "correct" and self.current:
            await self._correct(self.current)
        elif act == "restore" and self.voided:
            await self._correct(self.voided)
        else:
            await self._post()

    async def _post(self) -> None:
        self.count += 1
        rows = [
            row(
                f"{self.count}-{number}",
                self._quantity(),
                self.chance.choice(["kWh", "MWh", "GJ", "Btu"]),
                **self._more(),
            )
            for number in range(self.chance.randint(1, 6))
        ]
        outcomes = await self.here.post(*rows)
        self.current += [one.activity_id for one in outcomes if one.activity_id]

    async def _correct(self, among: list[UUID]) -> None:
        key = among.pop(self.chance.randrange(len(among)))
        change = NewContent(quantity=self._quantity(), **self._more())  # type: ignore[arg-type]
        place = self.here
        self.current.append(await correct(place.database, place.catalogue, place.tenant, key, change, "misread", NOW))

    def _quantity(self) -> str:
        return f"{self.chance.randint(0, 10**9)}.{self.chance.randint(0, 10**6)}"

    def _more(self) -> dict[str, object]:
        start = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(hours=self.chance.randint(0, 15_000))
        end = start + timedelta(hours=self.chance.choice([1, 24, 700, 3000]))
        return {
            "period_start": start.isoformat(),
            "period_end": end.isoformat(),
            "supplier": self.chance.choice(["", "A"]),
            "quality": self.chance.choice(list(Quality)),
        }


async def told_sums(here: World) -> tuple[datetime, Sums]:
    """Return the instant a reader is told, and the sums of the cells it sees."""
    async with here.database.told_snapshot() as told:
        assert told.instant is not None
        assert told.is_now
        query = "SELECT supplier, quality, month, quantity, row_count FROM quantity_cells WHERE tenant_id = %s"
        rows = await (await told.connection.execute(query, (here.tenant,))).fetchall()
    return told.instant, {tuple(key): (quantity, count) for *key, quantity, count in rows if count}


async def known(here: World, instant: datetime | None, months: tuple[date, date] = (FIRST, LAST)) -> Sums:
    wanted = Wanted([here.tenant], None, *months, True, True, [], [], instant, keeps_quality=True)
    async with here.database.snapshot() as connection:
        found = await cell_sums(connection, wanted)
    return {(cell.supplier, cell.quality, cell.day): (cell.quantity, cell.row_count) for cell in found}


async def summed_in_python(here: World, instant: datetime) -> Sums:
    """Return the same from the rows, newest version of each known then, split and added without any of the SQL."""
    query = """
    SELECT DISTINCT ON (source_id, external_id) supplier, quality, base_quantity, local_start, local_end, kind
    FROM activities JOIN recordings USING (tenant_id) WHERE tenant_id = %s AND recording_id = posting_id
        AND recordings.recorded_at <= %s
    ORDER BY source_id, external_id, version DESC
    """
    async with here.database.snapshot() as connection:
        rows = await (await connection.execute(query, (here.tenant, instant))).fetchall()
    sums: Sums = {}
    for supplier, quality, quantity, start, end, kind in rows:
        for month, part in month_parts(start, end, quantity) if kind != "VOID" else ():
            key = (supplier, quality, date.fromisoformat(f"{month}-01"))
            before, count = sums.get(key, (Decimal(0), 0))
            sums[key] = (EXACT.add(before, part), count + 1)
    return sums


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_each_way_gives_what_was_seen(databases: Databases, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(databases) as here:
        story = Story(here, Random(seed))  # noqa: S311  a test that can be repeated
        await story.go_on(25)
        assert await make_spans(here.database, 20) >= 2
        await story.go_on(16)
        assert await make_spans(here.database, 15) >= 1
        await story.go_on(5)
        ways = set()
        for few in (10**6, 0):
            monkeypatch.setattr(known_cells, "FEW_ROWS", few)
            for instant, sums in story.seen:
                assert await known(here, instant) == sums
                ways.add((few, *await way(here, instant)))
        assert {found[1:] for found in ways} == {(True, -1), (False, 1), (False, -1)}
        for instant, sums in story.seen[::7]:
            assert await summed_in_python(here, instant) == sums


async def way(here: World, instant: datetime) -> tuple[bool, int]:
    async with here.database.snapshot() as connection:
        [plan] = await plans_of(connection, [here.tenant], FIRST, LAST, instant)
    return plan.is_from_now, plan.sign


async def test_months_apart_add_up_to_the_question_about_all(databases: Databases) -> None:
    async with world(databases) as here:
        story = Story(here, Random(3))  # noqa: S311  a test that can be repeated
        await story.go_on(20)
        await make_spans(here.database, 15)
        await story.go_on(5)
        for instant, sums in story.seen[::4]:
            apart: Sums = {}
            for month in sorted({key[2] for key in sums}):
                apart |= await known(here, instant, (month, month))
            assert apart == sums


async def test_a_span_is_made_once_and_adds_up_to_the_cells(databases: Databases) -> None:
    async with world(databases) as here:
        story = Story(here, Random(4))  # noqa: S311  a test that can be repeated
        await story.go_on(15)
        assert await make_spans(here.database, 1) > 0
        assert await make_spans(here.database, 1) == 0
        query = """
        SELECT supplier, quality, month, sum(quantity), sum(row_count) FROM cell_changes WHERE tenant_id = %s
        GROUP BY 1, 2, 3 HAVING sum(row_count) > 0
        """
        async with here.database.snapshot() as connection:
            rows = await (await connection.execute(query, (here.tenant,))).fetchall()
        assert {tuple(key): (quantity, count) for *key, quantity, count in rows} == story.seen[-1][1]


async def test_too_many_rows_are_refused_with_what_to_do(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async with world(databases) as here:
        instant, _ = await told_sums(here)
        await here.post(*[row(str(number)) for number in range(10)])
        monkeypatch.setattr(known_cells, "MOST_ROWS", 9)
        with pytest.raises(Refused, match="10 rows from the nearest sums, and at most 9") as refused:
            await known(here, instant)
        assert refused.value.code is RefusalCode.SUMS_MISSING
        monkeypatch.setattr(known_cells, "MOST_ROWS", 10)
        assert await known(here, instant) == {}


@asynccontextmanager
async def a_posting_under_way(database: Database, tenant: UUID) -> AsyncIterator[None]:
    """A transaction that has taken its instant and commits when this is left."""
    async with database.write(tenant) as connection:
        await connection.execute("SELECT recorded_instant()")
        yield


async def recorded_at(here: World) -> list[datetime]:
    """Return the instants of what the tenant recorded, the oldest first."""
    async with here.database.snapshot() as connection:
        query = "SELECT recorded_at FROM recordings WHERE tenant_id = %s ORDER BY recorded_at"
        return [instant for (instant,) in await (await connection.execute(query, (here.tenant,))).fetchall()]


async def test_nobody_waits_for_a_commit_under_way_that_is_newer_than_all_that_is_seen(databases: Databases) -> None:
    async with world(databases) as here:
        before = (await recorded_at(here))[-1]
        async with a_posting_under_way(here.database, here.tenant):
            assert await here.database.told_instant() == before
        assert (await recorded_at(here))[-2:] == [before, await here.database.told_instant()]


async def test_who_is_told_waits_for_a_commit_under_way_that_is_older_than_what_is_seen(databases: Databases) -> None:
    """What takes its instant before another that is seen is seen too, however long its commit takes."""
    async with world(databases) as here:
        asked: asyncio.Task[datetime | None]
        before = len(await recorded_at(here))
        async with a_posting_under_way(here.database, here.tenant):
            await here.post(row("a"))
            seen = (await recorded_at(here))[-1]
            asked = asyncio.create_task(here.database.told_instant())
            await waits_for_lock(here.database)
            assert not asked.done()
        assert (await asked, (await recorded_at(here))[-1]) == (seen, seen)
        assert len(await recorded_at(here)) == before + 2


async def waits_for_lock(database: Database) -> None:
    query = f"{WAITING} AND locktype = 'advisory' AND mode = 'ExclusiveLock'".encode()
    async with asyncio.timeout(10):
        while True:
            async with database.snapshot() as connection:
                row_of_now = await (await connection.execute(query)).fetchone()
            if row_of_now and row_of_now[0]:
                return
            await asyncio.sleep(0.01)


async def test_a_writer_that_is_stuck_leaves_readers_an_answer_without_an_instant(databases: Databases) -> None:
    async with world(databases) as here, a_posting_under_way(here.database, here.tenant):
        await here.post(row("a"))
        async with here.database.told_snapshot() as told:
            assert told.instant is None
            assert told.is_now
            assert await (await told.connection.execute("SELECT 1")).fetchone() == (1,)


async def test_a_clock_that_was_set_back_makes_no_instant_of_the_past(databases: Databases) -> None:
    """The lock says when it was, the instant is later than all that is seen: who reads waits, and sees it."""
    async with world(databases) as here:
        async with here.database.write(here.tenant) as connection:
            ahead = "SELECT set_config('app.recorded_at', (clock_timestamp() + interval '1 second')::text, true)"
            await connection.execute(ahead)
            values = "VALUES (%s, gen_random_uuid(), recording_instant(), 0)"
            await connection.execute(
                f"INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count) {values}".encode(),
                (here.tenant,),
            )
        ahead_of_clock = (await recorded_at(here))[-1]
        asked: asyncio.Task[datetime | None]
        async with a_posting_under_way(here.database, here.tenant):
            asked = asyncio.create_task(here.database.told_instant())
            await waits_for_lock(here.database)
        assert await asked == ahead_of_clock
        assert (await recorded_at(here))[-1] == ahead_of_clock + timedelta(microseconds=1)


async def test_a_snapshot_that_saw_more_than_was_told_says_so(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something is recorded between the instant and the snapshot, however often it is tried."""
    async with world(databases) as here:
        rows_of, told_before = connections._rows, [await here.database.told_instant()]
        await here.post(row("1"))

        async def with_an_older_instant(cursor: Any) -> list[Any]:
            (instant,), newest = await rows_of(cursor)
            older = told_before[-1]
            told_before.append(instant)
            if len(told_before) <= 3:
                await here.post(row(str(len(told_before))))
            return [(older,), newest]

        with monkeypatch.context() as patch:
            patch.setattr(connections, "_rows", with_an_older_instant)
            async with here.database.told_snapshot() as told:
                assert (told.is_now, len(told_before)) == (False, 4)
                query = "SELECT sum(row_count) FROM quantity_cells WHERE tenant_id = %s"
                found = await (await told.connection.execute(query, (here.tenant,))).fetchone()
        assert found == (3,), "the snapshot sees more"
        assert sum(rows for _, rows in (await known(here, told.instant)).values()) == 2, "the instant does not"


async def test_instants_told_while_many_post_are_exact(databases: Databases) -> None:
    """Readers beside writers: what each saw with its instant is what the instant gives afterwards."""
    async with world(databases) as here, opened(databases) as elsewhere:
        seen: list[tuple[datetime, Sums]] = []
        is_done = False

        async def read() -> None:
            while not is_done:
                async with elsewhere.told_snapshot() as told:
                    assert told.instant is not None
                    query = "SELECT coalesce(sum(row_count), 0) FROM quantity_cells WHERE tenant_id = %s"
                    found = await (await told.connection.execute(query, (here.tenant,))).fetchone()
                    if told.is_now and found:
                        seen.append((told.instant, {("", "", FIRST): (Decimal(0), int(found[0]))}))

        async def write(name: int) -> None:
            for number in range(12):
                outcomes = await here.post(*[row(f"{name}-{number}-{one}") for one in range(3)])
                given = NewContent(quantity=str(number))
                first = outcomes[0].activity_id
                assert first is not None
                await correct(here.database, here.catalogue, here.tenant, first, given, "misread", NOW)

        reading = asyncio.create_task(read())
        await asyncio.gather(*(write(name) for name in range(4)))
        is_done = True
        await reading
        assert len({instant for instant, _ in seen}) > 10
        for instant, sums in seen:
            counted = sum(count for _, count in (await known(here, instant)).values())
            assert counted == sums[("", "", FIRST)][1]


async def test_instants_told_while_commits_are_slow_are_exact(databases: Databases) -> None:
    """Whatever commits when, after whatever instant: what is told is what can be seen up to it, for ever."""
    chance = Random(7)  # noqa: S311  a test that can be repeated
    async with world(databases) as here, database_module.opened(databases.service_url, 4) as elsewhere:
        told: list[tuple[datetime, bool, list[datetime]]] = []
        is_done = False

        async def read() -> None:
            while not is_done:
                async with elsewhere.told_snapshot() as one:
                    assert one.instant is not None
                    query = "SELECT recorded_at FROM recordings WHERE tenant_id = %s ORDER BY 1"
                    found = await (await one.connection.execute(query, (here.tenant,))).fetchall()
                    told.append((one.instant, one.is_now, [instant for (instant,) in found]))

        async def write() -> None:
            for _ in range(25):
                async with here.database.write(here.tenant) as connection:
                    await connection.execute("SELECT recorded_instant(), pg_sleep(%s)", (chance.random() * 0.02,))

        here.database.turns, before = Turns(6), len(await recorded_at(here))
        reading = [asyncio.create_task(read()) for _ in range(3)]
        await asyncio.gather(*(write() for _ in range(6)))
        is_done = True
        await asyncio.gather(*reading)
        all_of_them = await recorded_at(here)
        assert len(all_of_them) == before + 150
        assert len({instant for instant, _, _ in told}) > 10
        for instant, is_now, seen in told:
            assert [one for one in all_of_them if one <= instant] == (
                seen if is_now else [one for one in seen if one <= instant]
            )
