"""Reporting periods of a world, on their way by the ledger's own functions: two who take the steps in turn."""

from datetime import date, datetime

from accounting.management.reporting_periods import PeriodKind, PeriodStep, ReportingPeriod
from ledger.authors import Author
from ledger.identity.principals import Role
from ledger.releases import Catalogues
from ledger.reporting.periods import ClosedPeriod, closed_period
from ledger.reporting.steps import AskedStep, take_step
from tests.world import NOW, World

SUBMITTER, REVIEWER = Author("submitter"), Author("reviewer")
MARCH = ReportingPeriod(PeriodKind.MONTH, date(2025, 3, 1))


async def step(here: World, period: ReportingPeriod, taken: PeriodStep, now: datetime = NOW, reason: str = "") -> None:
    """Take a step as whoever usually does, with all rights."""
    by = here.database.written_by(REVIEWER if taken is PeriodStep.REVIEW else SUBMITTER)
    said = reason or ("a test" if taken is PeriodStep.REOPEN else "")
    asked = AskedStep(here.tenant, period, taken, Role.SERVICE, said)
    await take_step(by, Catalogues(here.catalogue), asked, lambda: now)


async def close(here: World, period: ReportingPeriod = MARCH) -> ClosedPeriod:
    """Submit, review and close a period."""
    for taken in (PeriodStep.SUBMIT, PeriodStep.REVIEW, PeriodStep.CLOSE):
        await step(here, period, taken)
    return await closed(here, period)


async def closed(here: World, period: ReportingPeriod = MARCH) -> ClosedPeriod:
    """Return a period that is closed."""
    async with here.database.snapshot() as connection:
        found = await closed_period(connection, here.tenant, period.kind, period.first)
    assert found is not None
    return found
