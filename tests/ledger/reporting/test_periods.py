"""Reporting periods in the ledger: steps one at a time, what a closing pins, and what is sealed of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from accounting.change.adoption import Adoption
from accounting.consolidation import Approach
from accounting.management.reporting_periods import PeriodStep
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.gases import GwpSet
from ledger.access import Access, NotRegistered
from ledger.declarations import declare
from ledger.history.reading import all_events
from ledger.history.sealing import seal
from ledger.history.verification import verify_history
from ledger.identity.principals import NO_TENANT_ID, Role
from ledger.releases import Catalogues
from ledger.reporting.periods import comments_of, events_of
from ledger.reporting.pinned_bases import as_basis, read_pinned
from ledger.reporting.steps import AskedStep, comment, take_step
from ledger.setup import Databases
from proofs.events import read_event
from proofs.keys import make_key
from tests.conftest import Server
from tests.ledger.reporting.closed_periods import adjust, counts
from tests.periods import MARCH, REVIEWER, SUBMITTER, close, closed, step
from tests.world import NOW, row, world

pytestmark = pytest.mark.anyio


async def test_a_period_goes_from_open_to_closed_and_back(databases: Databases) -> None:
    async with world(databases) as here:
        found = await close(here)
        assert (found.period, found.closed_by) == (MARCH, "submitter")
        await step(here, MARCH, PeriodStep.REOPEN, reason="a meter was misread")
        async with here.database.snapshot() as connection:
            events = await events_of(connection, here.tenant, MARCH)
        assert [(one.sequence, one.state.value, one.actor, one.reason) for one in events] == [
            (1, "SUBMITTED", "submitter", ""),
            (2, "REVIEWED", "reviewer", ""),
            (3, "CLOSED", "submitter", ""),
            (4, "OPEN", "submitter", "a meter was misread"),
        ]
        assert events[2].recorded_at == found.known_at
        assert events[2].basis == found.bases


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (PeriodStep.REVIEW, "PERIOD_STATE"),
        (PeriodStep.CLOSE, "PERIOD_STATE"),
        (PeriodStep.REOPEN, "PERIOD_STATE"),
    ],
)
async def test_what_is_refused_leaves_nothing(databases: Databases, taken: PeriodStep, code: str) -> None:
    async with world(databases) as here:
        before = await counts(here)
        with pytest.raises(Refused) as refused:
            await step(here, MARCH, taken)
        assert refused.value.code.value == code
        assert await counts(here) == before


async def test_who_may_not_is_told_so(databases: Databases) -> None:
    async with world(databases) as here:
        catalogues, before = Catalogues(here.catalogue), await counts(here)
        wrong = AskedStep(here.tenant, MARCH, PeriodStep.SUBMIT, Role.REVIEWER)
        with pytest.raises(Refused, match="SUBMIT is not for a REVIEWER"):
            await take_step(here.database, catalogues, wrong, lambda: NOW)
        narrowed = here.database.within(
            Access(frozenset({here.tenant}), frozenset({here.tenant}), sites=frozenset({here.site}))
        )
        of_site = replace(wrong, role=Role.CONTRIBUTOR)
        with pytest.raises(Refused, match="some sites of the tenant alone"):
            await take_step(narrowed, catalogues, of_site, lambda: NOW)
        with pytest.raises(NotRegistered):
            await take_step(here.database.within(Access()), catalogues, of_site, lambda: NOW)
        with pytest.raises(NotRegistered):
            await take_step(here.database, catalogues, replace(of_site, tenant=NO_TENANT_ID), lambda: NOW)
        with pytest.raises(Refused, match="the reason is empty"):
            await take_step(
                here.database, catalogues, AskedStep(here.tenant, MARCH, PeriodStep.REOPEN, "SERVICE"), lambda: NOW
            )
        assert await counts(here) == before
        await step(here, MARCH, PeriodStep.SUBMIT)
        alone = AskedStep(here.tenant, MARCH, PeriodStep.REVIEW, Role.SERVICE)
        with pytest.raises(Refused, match="submitted by submitter too") as refused:
            await take_step(here.database.written_by(SUBMITTER), catalogues, alone, lambda: NOW)
        assert refused.value.code is RefusalCode.FOUR_EYES


async def test_a_reviewer_writes_the_workflow_and_nothing_else(databases: Databases) -> None:
    async with world(databases) as here:
        await step(here, MARCH, PeriodStep.SUBMIT)
        own = frozenset({here.tenant})
        reviewing = here.database.within(Access(own, reviews=own)).written_by(REVIEWER)
        review = AskedStep(here.tenant, MARCH, PeriodStep.REVIEW, Role.REVIEWER, "looks right")
        await take_step(reviewing, Catalogues(here.catalogue), review, lambda: NOW)
        await comment(reviewing, here.tenant, MARCH, " well done ")
        with pytest.raises(NotRegistered):
            async with reviewing.write(here.tenant):
                pass
        async with here.database.snapshot() as connection:
            said = await comments_of(connection, here.tenant, MARCH)
        assert [(one.comment, one.actor) for one in said] == [("well done", "reviewer")]


async def test_a_period_is_over_by_the_clock_of_the_park(databases: Databases) -> None:
    async with world(databases) as here:
        almost = datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC)
        with pytest.raises(Refused, match="today is 2025-03-31"):
            await step(here, MARCH, PeriodStep.SUBMIT, almost)
        await step(here, MARCH, PeriodStep.SUBMIT, datetime(2025, 3, 31, 16, 0, tzinfo=UTC))


async def test_closing_pins_the_basis_of_every_regime(databases: Databases) -> None:
    async with world(databases) as here:
        adopted = Adoption(RegimeCode.GHG_PROTOCOL, GwpSet.AR5, 2, Approach.EQUITY_SHARE, date(2025, 6, 30), preview="")
        [said] = await declare(here.database, here.tenant, [adopted], "decided")
        found = await close(here)
        newest = here.catalogue.release
        other = found.bases.regimes[RegimeCode.NDRC_910_2025]
        assert set(found.bases.regimes) == set(RegimeCode)
        assert (other.gwp_set, other.approach, other.adopted_by) == (
            REGIMES[RegimeCode.NDRC_910_2025].default_gwp_set,
            None,
            None,
        )
        assert (other.release.number, other.release.content_hash) == (newest.number, newest.content_hash)
        own = found.bases.regimes[RegimeCode.GHG_PROTOCOL]
        assert (own.gwp_set, own.approach, own.published_by, own.release.number, own.proxy_regions) == (
            GwpSet.AR5,
            Approach.EQUITY_SHARE,
            date(2025, 6, 30),
            2,
            ("GB",),
        )
        assert own.adopted_by is not None
        assert (own.adopted_by.tenant, own.adopted_by.declaration) == (here.tenant, said.id)
        assert read_pinned(found.bases.text()) == found.bases
        basis = as_basis(RegimeCode.NDRC_910_2025, other, here.catalogue)
        assert (basis.regime.code, basis.catalogue, basis.proxies) == (
            RegimeCode.NDRC_910_2025,
            here.catalogue,
            ("GB",),
        )
        with pytest.raises(ValueError, match="is not the pinned one, 2"):
            as_basis(RegimeCode.GHG_PROTOCOL, own, here.catalogue)
        await declare(here.database, here.tenant, [replace(adopted, gwp_set=GwpSet.AR6)], "changed my mind")
        assert (await closed(here)).bases == found.bases


async def test_all_of_it_is_sealed(server: Server, worker_id: str) -> None:
    own = server.create(f"periods_{worker_id}")  # one that no service seals by its own key
    async with world(own) as here:
        key = make_key("tests")
        await close(here)
        await comment(here.database, here.tenant, MARCH, "looks right")
        await adjust(here, row("a"), reason="a late bill")
        await step(here, MARCH, PeriodStep.REOPEN, reason="restated")
        await seal(here.database, key)
        async with here.database.snapshot() as connection:
            verdict = await verify_history(connection, here.tenant, key.public)
            texts = [one.text or "" async for one in all_events(connection, here.tenant)]
        assert verdict.holds, verdict.told()
        kinds = [read_event(text.encode()).kind for text in texts[5:]]
        steps = ["submitPeriod", "reviewPeriod", "closePeriod"]
        assert kinds == [*steps, "commentOnPeriod", "postActivities", "reopenPeriod"]
        assert '"adjustments":{"count":1' in texts[9]
    server.drop(f"periods_{worker_id}")
