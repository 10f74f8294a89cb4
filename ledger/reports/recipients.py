"""Regulators to whom a published report is addressed later, and addresses that are withdrawn: events of the history.

The edition stays what it is. Who is addressed already is not addressed again, so that a retry is safe. An address is
withdrawn once and for all of its edition, and not at all where a regulator has said something of the report by it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from accounting.refusals import RefusalCode, Refused
from ledger.access import NO_PARK, NotRegistered
from ledger.connections import Connection
from ledger.database import Database
from ledger.identifiers import new_id
from ledger.reports.published import NAMED, PublishedReport, newest_edition, recipients_of
from ledger.reports.receipts import receipts_of
from ledger.taking_turns import take_turn
from ledger.texts import LONGEST_REASON, check_text

_ADD: Final = """
INSERT INTO report_recipients (tenant_id, recipient_id, report_id, regulator)
SELECT %(tenant)s, recipient, %(report)s, regulator
FROM unnest(%(ids)s::uuid[], %(regulators)s::text[]) AS given (recipient, regulator)
ON CONFLICT DO NOTHING
"""
_WITHDRAW: Final = """
INSERT INTO report_withdrawals (tenant_id, withdrawal_id, report_id, regulator, reason) VALUES (%s, %s, %s, %s, %s)
"""
_WITHDRAWN: Final = "SELECT regulator, recorded_at FROM report_withdrawals WHERE tenant_id = %s AND report_id = %s"


async def add_recipients(
    database: Database, report: PublishedReport, regulators: Collection[str], most: int
) -> list[str]:
    """Address the newest edition of a report to regulators as well, by the systems of their grants (`NAMED` for each
    that is named for the tenant); return those to whom it was not addressed before.

    Raises `NotRegistered` for a report that is not the caller's to publish, `Refused` for an edition that was
    superseded, an address that was withdrawn, or where more than `most` would be addressed.
    """
    _check_park(database, report)
    async with database.write(report.of.tenant) as connection:
        await take_turn(connection, f"recipients of {report.id}")
        await _check_newest(connection, report)
        known = {one.regulator for one in (await recipients_of(connection, [report.id]))[report.id]}
        added = sorted(set(regulators) - known)
        for regulator, at in (await _withdrawn(connection, report)).items():
            if regulator in added:
                message = f"the address to {_named(regulator)} was withdrawn on {at:%Y-%m-%d}, for all of this edition"
                raise Refused(RefusalCode.BAD_REPORT, "regulators", f"{message}; the next edition may be addressed")
        if len(added) + len(known) > most:
            message = f"{len(known)} regulators are addressed and {len(added)} would be; accepted are up to {most}"
            raise Refused(RefusalCode.BAD_REPORT, "regulators", message)
        if added:
            given = {"tenant": report.of.tenant, "report": report.id, "regulators": added}
            await connection.execute(_ADD, given | {"ids": [new_id() for _ in added]})
    return added


async def withdraw_recipient(database: Database, report: PublishedReport, regulator: str, reason: str) -> bool:
    """Withdraw the address of a report to a regulator (`NAMED` for that to each that is named), and return whether it
    was not withdrawn before: the regulator sees the report no longer, unless another address is for it too.

    Raises `NotRegistered` for a report that is not the caller's to publish, `Refused` where it is not addressed so, who
    sees it by this address has said something of it, or the reason is none.
    """
    _check_park(database, report)
    check_text(reason, "reason", LONGEST_REASON)
    async with database.write(report.of.tenant) as connection:
        await take_turn(connection, f"recipients of {report.id}")
        if regulator in await _withdrawn(connection, report):
            return False
        known = {one.regulator for one in (await recipients_of(connection, [report.id]))[report.id]}
        _check_known(report, known, regulator)
        await _check_unsaid(connection, report, known - {regulator}, regulator)
        await connection.execute(_WITHDRAW, (report.of.tenant, new_id(), report.id, regulator, reason.strip()))
    return True


async def _withdrawn(connection: Connection, report: PublishedReport) -> dict[str, datetime]:
    return dict(await (await connection.execute(_WITHDRAWN, (report.of.tenant, report.id))).fetchall())


def _check_known(report: PublishedReport, known: Collection[str], regulator: str) -> None:
    if regulator in known:
        return
    others = ", ".join(_named(one) for one in sorted(known)) or "nobody"
    message = f"edition {report.version} is not addressed to {_named(regulator)}; it is to {others}"
    raise Refused(RefusalCode.NOT_A_RECIPIENT, "regulator", message)


async def _check_unsaid(
    connection: Connection, report: PublishedReport, others: Collection[str], regulator: str
) -> None:
    """Raise `Refused` where somebody who would see the report no longer has acknowledged or returned it."""
    for one in await receipts_of(connection, [report.id]):
        if regulator in (one.regulator, NAMED) and not {one.regulator, NAMED} & set(others):
            message = f"{one.regulator} has {one.state.lower()} the report on {one.recorded_at:%Y-%m-%d}"
            raise Refused(RefusalCode.ALREADY_RECEIVED, "regulator", f"{message}; what was received stays addressed")


def _named(regulator: str) -> str:
    return repr(regulator) if regulator != NAMED else "every regulator that is named"


def _check_park(database: Database, report: PublishedReport) -> None:
    if report.of.park is not None and not database.access.has_whole_park(report.of.park):
        raise NotRegistered(NO_PARK)


async def _check_newest(connection: Connection, report: PublishedReport) -> None:
    newest = await newest_edition(connection, report.of)
    if newest is not None and newest.version > report.version:
        message = f"edition {report.version} is superseded; the newest is edition {newest.version}"
        raise Refused(RefusalCode.REPORT_SUPERSEDED, "reportId", message)
