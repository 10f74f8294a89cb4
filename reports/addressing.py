"""Addressing a published report to further regulators, and withdrawing an address: the same bytes, to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.database import Database
from ledger.reports.published import NAMED, PublishedReport, report_of
from ledger.reports.recipients import add_recipients, withdraw_recipient
from reports.asked_reports import MOST_RECIPIENTS, check_regulators


@dataclass(frozen=True, slots=True)
class Addressed:
    """A report, and to whom it was not addressed before."""

    report: PublishedReport
    added: Sequence[str]


async def address(database: Database, key: UUID, regulators: Sequence[str] | None) -> Addressed:
    """Address a published report to regulators too, by the systems of their grants; None is every one that is named.

    Raises `Refused` (BAD_REPORT, REPORT_SUPERSEDED, TEXT_NOT_ACCEPTED), `ReportNotFound`, and `NotRegistered` for one
    that is not the caller's to publish.
    """
    wanted = (NAMED,) if regulators is None else regulators
    check_regulators(wanted)
    if not wanted:
        raise Refused(RefusalCode.BAD_REPORT, "regulators", "nobody is named; accepted are 1 or more regulators")
    async with database.snapshot() as connection:
        report = await report_of(connection, key)
    return Addressed(report, await add_recipients(database, report, wanted, MOST_RECIPIENTS))


async def withdraw_address(
    database: Database, key: UUID, regulator: str | None, reason: str
) -> tuple[PublishedReport, bool]:
    """Withdraw the address of a published report to a regulator, by the system of its grant; None is that to every one
    that is named. Return the report, and whether it was not withdrawn before.

    Raises `Refused` (NOT_A_RECIPIENT, ALREADY_RECEIVED, TEXT_NOT_ACCEPTED), `ReportNotFound`, and `NotRegistered` for
    one that is not the caller's to publish.
    """
    if regulator is not None:
        check_regulators([regulator])
    async with database.snapshot() as connection:
        report = await report_of(connection, key)
    is_new = await withdraw_recipient(database, report, NAMED if regulator is None else regulator, reason)
    return report, is_new
