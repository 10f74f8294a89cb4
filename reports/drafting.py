"""What a report is made of, read in one snapshot, and the document made of it: an edition, or a preview of one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounting.basis import Basis
from accounting.indicators.inputs import BadIndicatorInput
from accounting.management.reporting_periods import PeriodState
from accounting.refusals import RefusalCode, Refused
from accounting.reporting.inputs import ReportInputs
from ledger.connections import Connection
from ledger.releases import Catalogues, UnknownRelease
from ledger.reporting.periods import newest_events
from ledger.reporting.pinned_bases import as_basis
from ledger.reports.heads import covering_heads
from ledger.reports.inputs import AskedReport, report_inputs
from ledger.reports.published import now_of
from ledger.tables import Park
from reports.assembling.documents import BadReport, Edition, assemble
from reports.assembling.forms import REGIMES_OF
from reports.bases import basis_of, is_upper_of
from reports.changes import changes_table
from reports.document import Document, ReportKind
from reports.planning import Plan


@dataclass(frozen=True, slots=True)
class Values:
    """What an edition is made of; `before` are the values of the superseded one, `now` is the database's time."""

    inputs: ReportInputs
    heads: Sequence[str]
    gaps: Collection[str]
    before: ReportInputs | None
    now: datetime


async def read_values(connection: Connection, catalogues: Catalogues, plan: Plan, known_at: datetime) -> Values:
    """Read what an edition is made of, as known at an instant. Raises `Refused`."""
    on = await _basis(connection, catalogues, plan, known_at)
    day = day_in(plan.place.park, known_at)
    inputs = await read_inputs(connection, on, _asked(plan, day, plan.asked.is_upper))
    heads = await covering_heads(connection, list(inputs.parties), known_at)
    if set(heads) != set(inputs.parties):
        raise Refused(RefusalCode.CANNOT_SIGN, "", "what the report rests on is not sealed; try again")
    before = await _read_again(connection, catalogues, plan)
    gaps = await _not_closed(connection, plan, known_at, inputs)
    return Values(inputs, sorted(heads.values(), key=_origin), gaps, before, await now_of(connection))


def drafted(plan: Plan, values: Values) -> Document:
    """Return the document of an edition; raises `Refused` for what cannot be assembled."""
    before, asked = plan.before, plan.asked
    try:
        changes = changes_table(before.document, values.before, values.inputs) if before and values.before else None
        edition = Edition(
            version=before.report.version + 1 if before else 1,
            supersedes=before.report.sha256 if before else None,
            reason=asked.reason,
            identifiers=asked.identifiers or {},
            changes=changes,
            heads=values.heads,
            gaps=tuple(values.gaps),
        )
        return assemble(values.inputs, asked.kind, edition)
    except BadReport as error:
        raise Refused(RefusalCode.BAD_REPORT, error.field, str(error)) from None


def previewed(inputs: ReportInputs, kind: ReportKind, identifiers: Mapping[str, str]) -> Document:
    """Return the document that a first edition would be of values, which rests on no head. Raises `Refused`."""
    try:
        return assemble(inputs, kind, Edition(identifiers=identifiers))
    except BadReport as error:
        raise Refused(RefusalCode.BAD_REPORT, error.field, str(error)) from None


async def read_inputs(connection: Connection, on: Basis, asked: AskedReport) -> ReportInputs:
    """Read the values of a report. Raises `Refused`, also where what is stated for indicators contradicts itself."""
    try:
        return await report_inputs(connection, on, asked)
    except BadIndicatorInput as error:
        raise Refused(RefusalCode.BAD_REPORT, "", str(error)) from None


def day_in(park: Park, known_at: datetime) -> date:
    """Return the day in a park on which it is judged what was due: that of the instant whose knowledge counts."""
    return known_at.astimezone(ZoneInfo(park.time_zone)).date()


async def _basis(connection: Connection, catalogues: Catalogues, plan: Plan, known_at: datetime) -> Basis:
    """Return the basis that the closing pins for the regime."""
    regime = plan.asked.regime or REGIMES_OF[plan.asked.kind][0]
    pinned = plan.closed.bases.regimes[regime]
    try:
        catalogue = await catalogues.get(connection, pinned.release.number)
        return replace(as_basis(regime, pinned, catalogue), known_at=known_at, told_at=known_at)
    except (UnknownRelease, ValueError) as error:
        raise Refused(RefusalCode.BAD_REPORT, "regime", str(error)) from None


async def _read_again(connection: Connection, catalogues: Catalogues, plan: Plan) -> ReportInputs | None:
    """Return the values of the superseded edition, on its basis and as known at its instant."""
    if plan.before is None:
        return None
    rests = plan.before.document.rests
    on = basis_of(rests, await catalogues.get(connection, rests.factor_release))
    asked = _asked(plan, date.fromisoformat(rests.judged_on), is_upper_of(rests))
    return await read_inputs(connection, replace(on, told_at=on.known_at), asked)


def _asked(plan: Plan, on: date, is_upper: bool | None) -> AskedReport:
    period = plan.asked.period
    return AskedReport(plan.place.park.park_id, plan.asked.tenant, period.first, period.last, on, is_upper)


async def _not_closed(connection: Connection, plan: Plan, known_at: datetime, inputs: ReportInputs) -> Collection[str]:
    """Return, for a park, which of its tenants had not closed the period themselves."""
    if plan.asked.park is None:
        return ()
    period = plan.asked.period
    events = await newest_events(connection, list(inputs.parties), period.kind, period.first, known_at)
    closed = {event.tenant for event in events if event.state is PeriodState.CLOSED}
    open_ones = [party.code for tenant, party in inputs.parties.items() if tenant not in closed]
    return [f"{code}: {period.shown} was not closed by the tenant" for code in open_ones]


def _origin(note: str) -> str:
    return note.partition("\n")[0]
