"""What regulators say of reports that are published to them: each edition is acknowledged or returned, once.

    acknowledged, then returned    a fault was found later; the return holds
    returned                       is final for the edition: what answers it is the next one
    the same again                 is UNCHANGED, nothing is written: a retry is safe

A regulator writes this and nothing else, and is bound to no tenant while it does: `receive_report` of migration 0022.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from accounting.management.obligations import ReceiptState
from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.reports.published import PublishedReport, ReportNotFound, newest_edition, report_of
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_REASON, LONGEST_TEXT, check_text

_RECEIVE: Final = "SELECT receive_report(%s, %s, %s, %s, %s, %s)"
_RECEIPTS: Final = """
SELECT tenant_id, receipt_id, report_id, regulator, state, comment, reference, actor, recorded_at
FROM report_receipts WHERE report_id = ANY(%s::uuid[]) ORDER BY recorded_at, receipt_id
"""


class NewerEdition(Exception):
    """The report was superseded by one that the caller sees: `report` of `version`. Nothing was written."""

    def __init__(self, old: UUID, report: UUID, version: int) -> None:
        super().__init__(f"report {old} was superseded by edition {version}, {report}; that one is to be looked at")
        self.report = report
        self.version = version


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said of a report; `reference` is the regulator's own number for it, empty for none."""

    report: UUID
    state: ReceiptState
    comment: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """What a regulator said of a report. `is_new` is false where it had said just so before."""

    tenant: UUID
    id: UUID
    report: UUID
    regulator: str
    state: ReceiptState
    comment: str
    reference: str
    actor: str
    recorded_at: datetime
    is_new: bool = False


async def receive(database: Database, said: Said) -> ReportReceipt:
    """Acknowledge or return a report as the regulator that asks.

    Raises `Refused` for a return without comment, for a caller that it is not published to, or where something else was
    said of it; `NewerEdition` where it was superseded; `ReportNotFound`.
    """
    _check(said)
    async with database.receive() as connection:
        report = await report_of(connection, said.report)
        regulator = connection.access.regulator
        if not regulator:
            message = "who asks is no regulator; a report is acknowledged or returned by one that it is published to"
            raise Refused(RefusalCode.NOT_A_RECIPIENT, "reportId", message)
        await take_turn(connection, f"recipients of {said.report}")  # its address stands until this ends
        await take_turn(connection, f"receipts of {said.report} {regulator}")
        known = [one for one in await receipts_of(connection, [said.report]) if one.regulator == regulator]
        return _repeated(known, said) or await _appended(connection, report, said)


async def receipts_of(connection: Connection, reports: Collection[UUID]) -> list[ReportReceipt]:
    """Return what was said of reports, as far as the transaction sees it, in order."""
    rows = await (await connection.execute(_RECEIPTS, (list(reports),))).fetchall()
    return [_read(row) for row in rows]


async def _appended(connection: Connection, report: PublishedReport, said: Said) -> ReportReceipt:
    newest = await newest_edition(connection, report.of)
    if newest is not None and newest.version > report.version:
        raise NewerEdition(report.id, newest.id, newest.version)
    key = new_id()
    given = (report.of.tenant, report.id, key, said.state.value, said.comment.strip(), said.reference.strip())
    row = await (await connection.execute(_RECEIVE, given)).fetchone()
    if row is None or row[0] is None:
        raise ReportNotFound(f"report {report.id} was not published to {connection.access.regulator}")
    (found,) = [one for one in await receipts_of(connection, [said.report]) if one.id == key]
    return replace(found, is_new=True)


def _repeated(known: Sequence[ReportReceipt], said: Said) -> ReportReceipt | None:
    """Return the receipt that says just this; raises `Refused` where something else was said."""
    for one in known:
        if one.state is said.state and (one.comment, one.reference) == (said.comment.strip(), said.reference.strip()):
            return one
    last = known[-1] if known else None
    if last is not None and (last.state is ReceiptState.RETURNED or last.state is said.state):
        message = f"the report was {last.state.lower()} on {last.recorded_at:%Y-%m-%d} as {last.reference or last.id}"
        raise Refused(RefusalCode.ALREADY_RECEIVED, "reportId", f"{message}; what follows is said of its next edition")
    return None


def _check(said: Said) -> None:
    if said.state is ReceiptState.RETURNED and not said.comment.strip():
        message = "a report is returned with a comment that says what is wrong; the comment is empty"
        raise Refused(RefusalCode.TEXT_NOT_ACCEPTED, "comment", message)
    for name, text, longest in (("comment", said.comment, LONGEST_REASON), ("reference", said.reference, LONGEST_TEXT)):
        if text.strip():
            check_text(text, name, longest)


def _read(row: Sequence[Any]) -> ReportReceipt:
    tenant, key, report, regulator, state, *others = row
    return ReportReceipt(tenant, key, report, regulator, ReceiptState(state), *others)
