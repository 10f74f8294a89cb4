"""Publishing by the reports' own functions, in a database that no service seals: bytes, heads, damage, who may not."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from accounting.change.adoption import Adoption
from accounting.consolidation import Approach
from accounting.refusals import Refused
from accounting.regimes import RegimeCode
from emission_factors.gases import GwpSet
from ledger.access import Access
from ledger.activities.posting import post
from ledger.beside import Beside
from ledger.connections import Connection
from ledger.declarations import declare
from ledger.history import sealing
from ledger.history.heads import HistoryDamaged
from ledger.history.reading import NotSealed, newest_head
from ledger.history.sealing import seal
from ledger.history.verification import verify_history
from ledger.releases import Catalogues
from ledger.reports import heads as report_heads
from ledger.reports.proofs import proof_of
from ledger.reports.published import PublishedReport, ReportDamaged, content_of
from ledger.reports.staleness import Moved, StaleReason, moved_since
from ledger.setup import Databases
from ledger.turns import Overloaded
from proofs.keys import make_key
from proofs.signatures import verify_document
from reports import publishing
from reports.asked_reports import Asked, checked
from reports.document import FORMAT, Cadence, ReportKind
from reports.drafting import Values, drafted, read_values
from reports.packages import packed
from reports.planning import Plan, known_at, planned
from reports.publishing import Desk, publish
from reports.reading import read_document
from reports.rendering.canonical_json import to_canonical_json
from reports.verifying import verify_report
from tests.conftest import Server
from tests.ledger.history.sealed_world import floor, superuser
from tests.periods import MARCH, close
from tests.world import NOW, World, row, world

pytestmark = pytest.mark.anyio
KEY = make_key("tests")
TABLES = ("reports", "report_recipients", "recordings")


@pytest.fixture(scope="module")
def own(server: Server, worker_id: str) -> Iterator[Databases]:
    """A database that no service seals."""
    yield server.create(f"publishing_{worker_id}")
    server.drop(f"publishing_{worker_id}")


@dataclass(frozen=True, slots=True)
class Closed:
    """A tenant whose March 2025 is closed, and who publishes of it."""

    here: World
    desk: Desk
    databases: Databases

    def asked(self, **more: object) -> Asked:
        given = {"kind": ReportKind.GHG_PROTOCOL, "cadence": Cadence.MONTH, "first": MARCH.first}
        return Asked(**{**given, "tenant": self.here.tenant, **more})  # type: ignore[arg-type]

    async def plan(self, **more: object) -> Plan:
        return await planned(self.here.database, checked(self.asked(**more)))

    async def assembled(self, plan: Plan) -> bytes:
        """Assemble once more what a plan says."""
        instant = await known_at(self.here.database, plan)
        async with self.here.database.snapshot() as connection:
            values = await read_values(connection, self.desk.catalogues, plan, instant)
        return to_canonical_json(drafted(plan, values))

    async def content(self, report: PublishedReport) -> bytes:
        async with self.here.database.snapshot() as connection:
            return await content_of(connection, report)

    async def adjust(self, external_id: str) -> None:
        """Post into the closed month."""
        catalogues, rows = Catalogues(self.here.catalogue), [row(external_id, "7")]
        await post(self.here.database, catalogues, self.here.tenant, uuid4(), rows, NOW, "late bill")

    def counts(self) -> list[object]:
        with psycopg.connect(self.databases.owner_url) as connection:
            return [connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in TABLES]


async def stale(connection: Connection, report: PublishedReport, release: int) -> list[Moved] | None:
    [found] = await moved_since(connection, [(report, release)])
    return found


@asynccontextmanager
async def a_closed_month(databases: Databases) -> AsyncIterator[Closed]:
    async with world(databases) as here:
        await here.post(row("a", "1000", "MWh"), row("b", "500", "L", activity_type="stationary.diesel"))
        await close(here)
        desk = Desk(here.database, Catalogues(here.catalogue), KEY)
        yield Closed(here, desk, databases)


async def test_the_same_instant_gives_the_same_bytes_whatever_comes_after(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        plan = await closed.plan()
        report = await publish(closed.desk, closed.asked())
        content = await closed.content(report)
        assert await closed.assembled(plan) == content
        await closed.adjust("late")
        may = {"period_start": "2025-05-01T00:00:00+08:00", "period_end": "2025-06-01T00:00:00+08:00"}
        await closed.here.post(row("c", "9", **may))
        await declare(closed.here.database, closed.here.tenant, [floor("40")], "counted")
        await seal(closed.here.database, KEY)
        assert await closed.assembled(plan) == content
        assert read_document(content).rests.known_at == report.known_at.isoformat(timespec="microseconds")
        later = await closed.plan(supersedes=report.id, reason="late bill")
        assert await closed.assembled(later) != content


async def test_it_rests_on_the_first_head_that_covers_what_is_known(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        report = await publish(closed.desk, closed.asked())
        [head] = read_document(await closed.content(report)).rests.heads
        async with closed.here.database.snapshot() as connection:
            newest = await newest_head(connection, closed.here.tenant)
            assert newest is not None
            assert head == newest.note
            assert newest.size == 5 + 1 + 3, "registry, one posting, three steps of the period"
            with pytest.raises(NotSealed, match="is not sealed yet"):
                await proof_of(closed.here.database, report, [head])


async def test_the_signature_is_over_the_stored_bytes_and_the_package_verifies(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        report = await publish(closed.desk, closed.asked())
        content = await closed.content(report)
        signed = verify_document(content, report.signature, FORMAT, [KEY.public])
        assert signed.signed_at == report.published_at
        assert report.signed_by == str(KEY.public)
        assert report.known_at - timedelta(seconds=1) < report.published_at <= report.recorded_at
        await seal(closed.here.database, KEY)
        heads = read_document(content).rests.heads
        file = packed(report, content, await proof_of(closed.here.database, report, heads))
        assert verify_report(file, [KEY.public]).holds
        await closed.adjust("more")
        await seal(closed.here.database, KEY)
        assert packed(report, content, await proof_of(closed.here.database, report, heads)) == file


async def test_what_a_superuser_changes_is_found(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        report = await publish(closed.desk, closed.asked())
        await seal(closed.here.database, KEY)
        async with closed.here.database.snapshot() as connection:
            assert (await verify_history(connection, closed.here.tenant, KEY.public)).holds
        for change in (
            "content = set_byte(content, 100, get_byte(content, 100) # 1)",
            "signature = 'x'",
            "reason = 'another'",
        ):
            async with superuser(own) as connection:
                await connection.execute("ALTER TABLE reports DISABLE TRIGGER ALL")
                await connection.execute("ALTER TABLE reports DROP CONSTRAINT reports_content_check")
                await connection.execute(f"UPDATE reports SET {change} WHERE report_id = %s".encode(), (report.id,))
                verdict = await verify_history(connection, closed.here.tenant, KEY.public)
                assert verdict.first_bad_index == verdict.event_count - 1, change
                if change.startswith("content"):
                    with pytest.raises(ReportDamaged):
                        await content_of(connection, report)


async def test_without_a_key_or_a_sound_history_nothing_is_published(
    own: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_closed_month(own) as closed:
        before = closed.counts()
        with pytest.raises(Refused, match="no key to sign with"):
            await publish(replace(closed.desk, key=None), closed.asked())
        monkeypatch.setattr(report_heads, "TRIES", 1)
        monkeypatch.setattr(report_heads, "WAIT_S", 0)
        async with closed.here.database.write_registry(closed.here.tenant) as other:
            await other.execute(sealing._LOCK)
            with pytest.raises(Refused, match="being sealed by another process"):
                await publish(closed.desk, closed.asked())

        async def damaged(*_: object) -> bool:
            raise HistoryDamaged("the history has 3 events")

        monkeypatch.setattr(report_heads, "seal_tenants", damaged)
        with pytest.raises(Refused, match="the history has 3 events"):
            await publish(closed.desk, closed.asked())
        assert closed.counts() == before


async def test_a_publication_waits_for_another_sealer(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        async with closed.here.database.write_registry(closed.here.tenant) as other:
            await other.execute(sealing._LOCK)
            publishing = asyncio.create_task(publish(closed.desk, closed.asked()))
            await asyncio.sleep(0)
            assert not publishing.done()
        assert (await publishing).version == 1


async def test_many_who_publish_at_once_take_turns_and_all_come_through(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        database = closed.here.database
        database.beside = Beside(at_once=1)
        kinds = (ReportKind.GHG_PROTOCOL, ReportKind.ISO_14064, ReportKind.ESRS_E1)
        first = await asyncio.gather(*(publish(closed.desk, closed.asked(kind=kind)) for kind in kinds))
        again = [{"kind": ReportKind(one.of.kind), "supersedes": one.id, "reason": "late bill"} for one in first]
        twice = await asyncio.gather(
            *(publish(closed.desk, closed.asked(**more)) for more in again * 2), return_exceptions=True
        )
        assert [type(one) for one in twice].count(Refused) == 3, "of two of a kind one wins"
        assert {(one.of.kind, one.version) for one in twice if isinstance(one, PublishedReport)} == {
            (kind.value, 2) for kind in kinds
        }


async def test_where_too_many_publish_one_is_told_so_and_nothing_is_written(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        closed.here.database.beside = Beside(at_once=1, waiting=0)
        before = closed.counts()
        async with closed.here.database.beside.turn():
            with pytest.raises(Overloaded, match="1 reports are being read"):
                await publish(closed.desk, closed.asked())
        assert closed.counts() == before
        assert (await publish(closed.desk, closed.asked())).version == 1


async def test_who_gives_up_a_publication_leaves_nothing(own: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_closed_month(own) as closed:
        before, begun = closed.counts(), threading.Event()

        async def held(*_: object) -> Values:
            begun.set()
            await asyncio.sleep(60)
            raise AssertionError("it was not cancelled")

        monkeypatch.setattr(publishing, "read_values", held)
        asked = asyncio.create_task(publish(closed.desk, closed.asked()))
        assert await asyncio.to_thread(begun.wait, 10)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert closed.counts() == before


async def test_the_basis_is_the_one_that_the_closing_pinned(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        adopted = Adoption(RegimeCode.GHG_PROTOCOL, GwpSet.AR5, 3, Approach.OPERATIONAL_CONTROL, None)
        await declare(closed.here.database, closed.here.tenant, [adopted], "customers ask for AR5")
        report = await publish(closed.desk, closed.asked())
        assert read_document(await closed.content(report)).rests.basis["gwpSet"] == "AR6"
        second = await publish(closed.desk, closed.asked(supersedes=report.id, reason="late bill"))
        assert read_document(await closed.content(second)).rests.basis["gwpSet"] == "AR6"


async def test_a_newer_release_makes_it_stale_and_who_reads_less_is_told_nothing(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        report = await publish(closed.desk, closed.asked())
        release = closed.here.catalogue.release.number
        async with closed.here.database.snapshot() as connection:
            assert await stale(connection, report, release) == []
            found = await stale(connection, report, release - 1)
            assert found is not None
            assert [(one.reason, one.count) for one in found] == [(StaleReason.FACTOR_RELEASE, 1)]
        stranger = closed.here.database.within(Access(named=frozenset({closed.here.tenant})))
        async with stranger.snapshot() as connection:
            assert await stale(connection, report, release) is None


async def test_many_changes_are_counted_to_an_end(own: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.reports.staleness.MOST", 2)
    async with a_closed_month(own) as closed:
        report = await publish(closed.desk, closed.asked())
        for number in range(3):
            await closed.adjust(f"late {number}")
        async with closed.here.database.snapshot() as connection:
            found = await stale(connection, report, closed.here.catalogue.release.number)
        assert found is not None
        assert [(one.reason, one.count) for one in found] == [(StaleReason.ACTIVITIES, 2)]
        assert found[0].since > report.known_at


async def test_a_page_of_reports_costs_as_many_statements_as_one(
    own: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_closed_month(own) as closed:
        release = closed.here.catalogue.release.number
        first = await publish(closed.desk, closed.asked())
        await closed.adjust("late")
        kinds = (ReportKind.ISO_14064, ReportKind.ESRS_E1)
        others = [await publish(closed.desk, closed.asked(kind=kind)) for kind in kinds]
        second = await publish(closed.desk, closed.asked(supersedes=first.id, reason="late bill"))
        counted: list[object] = []
        execute = Connection.execute

        async def noted(*given: Any, **more: Any) -> Any:
            counted.append(given)
            return await execute(*given, **more)

        async with closed.here.database.snapshot() as connection:
            monkeypatch.setattr(Connection, "execute", noted)
            [of_one] = await moved_since(connection, [(first, release)])
            alone = len(counted)
            counted.clear()
            found = await moved_since(connection, [(one, release) for one in (second, *others, first)])
        assert len(counted) == alone
        reasons = [[(one.reason, one.count) for one in moved or ()] for moved in found]
        assert reasons == [
            [],
            [(StaleReason.ACTIVITIES, 1)],
            [(StaleReason.ACTIVITIES, 1)],
            [(StaleReason.ACTIVITIES, 1), (StaleReason.SUPERSEDED, 1)],
        ]
        assert found[3] == of_one


async def test_a_row_without_its_bytes_is_refused_by_the_database(own: Databases) -> None:
    async with a_closed_month(own) as closed:
        await publish(closed.desk, closed.asked())
        same = "cadence, first_month, last_month, version, reason, known_at, sha256, signature, signed_by, published_at"
        copied = f"tenant_id, gen_random_uuid(), 'ISO_14064', content || '\\x20'::bytea, {same}"
        columns = f"tenant_id, report_id, kind, content, {same}"
        async with closed.here.database.write(closed.here.tenant) as connection:
            query = f"INSERT INTO reports ({columns}) SELECT {copied} FROM reports".encode()
            with pytest.raises(psycopg.errors.CheckViolation, match="reports_content_check"):
                await connection.execute(query)
            await connection.rollback()


async def test_a_parks_report_is_a_row_of_who_operates_the_park(own: Databases) -> None:
    async with a_closed_month(own) as closed, world(own) as other:
        await publish(closed.desk, closed.asked())
        same = "cadence, first_month, last_month, version, reason, known_at, sha256, signature, signed_by, published_at"
        query = (
            f"INSERT INTO reports (tenant_id, report_id, kind, content, park_id, {same}) "
            f"SELECT tenant_id, gen_random_uuid(), kind, content, %s, {same} FROM reports WHERE tenant_id = %s"
        ).encode()
        before = closed.counts()
        for park in (closed.here.park, other.park, uuid4()):
            async with closed.here.database.write(closed.here.tenant) as connection:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
                    await connection.execute(query, (park, closed.here.tenant))
                await connection.rollback()
        for park in (other.park, uuid4()):
            with psycopg.connect(own.owner_url) as owner:
                owner.execute("ALTER TABLE reports NO FORCE ROW LEVEL SECURITY")
                owner.execute("SELECT set_config('app.tenant', %s, true)", (str(closed.here.tenant),))
                with pytest.raises(psycopg.errors.ForeignKeyViolation, match="reports_park_fkey"):
                    owner.execute(query, (park, closed.here.tenant))
                owner.rollback()
        assert closed.counts() == before
