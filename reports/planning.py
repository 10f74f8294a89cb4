"""What is known of a report before the history is sealed: whose it is, its closed period, the edition that it
supersedes, and the instant whose knowledge counts.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from accounting.regimes import RegimeCode
from ledger.access import NO_PARK, NO_TENANT
from ledger.connections import Connection
from ledger.database import Database
from ledger.registry import NotRegistered, parks_where, tenants_where
from ledger.reporting.periods import ClosedPeriod, closed_period
from ledger.reports.published import (
    NAMED,
    Editions,
    PublishedReport,
    content_of,
    newest_edition,
    recipients_of,
    report_of,
)
from ledger.tables import Park, Tenant
from reports.asked_reports import Asked
from reports.assembling.forms import REGIMES_OF
from reports.assembling.heads import STATED_HEADS
from reports.bases import is_upper_of, known_at_of
from reports.document import Document
from reports.reading import read_document


@dataclass(frozen=True, slots=True)
class Place:
    """Of whom a report is: the tenant whose row it becomes, its park, and the tenants whose ledgers count."""

    writer: Tenant
    park: Park
    tenants: Sequence[UUID]
    of: Editions


@dataclass(frozen=True, slots=True)
class Before:
    """The edition that is superseded."""

    report: PublishedReport
    document: Document
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before the history is sealed."""

    place: Place
    closed: ClosedPeriod
    before: Before | None
    asked: Asked


async def planned(database: Database, asked: Asked) -> Plan:
    """Return what is known of a report that is asked for; raises as `publishing.publish` does."""
    async with database.snapshot() as connection:
        place = await _place(connection, asked)
        newest = await newest_edition(connection, place.of)
        before = await _before(connection, asked, place.of, newest)
        closed = await closed_period(connection, place.writer.tenant_id, asked.period.kind, asked.first)
    if closed is None:
        whose = f"{place.writer.code}, which operates the park," if asked.park else place.writer.code
        message = f"{whose} has not closed {asked.period.shown}; a report is of what is closed. reportPreview shows it"
        raise Refused(RefusalCode.PERIOD_NOT_CLOSED, "first", message)
    return Plan(place, closed, before, _completed(asked, before))


async def _place(connection: Connection, asked: Asked) -> Place:
    """Find whose report it is. What the caller does not write, and what does not exist, is refused alike."""
    access = connection.access
    if asked.tenant is not None:
        access.check_write(asked.tenant)
        found = await tenants_where(connection, tenant_id=asked.tenant)
        if not found:
            raise NotRegistered(NO_TENANT)
        writer, tenants = found[0], [asked.tenant]
    else:
        found = await tenants_where(connection, park_id=asked.park)
        if not found or asked.park is None or not access.has_whole_park(asked.park):
            raise NotRegistered(NO_PARK)
        writer, tenants = _operator(found), [one.tenant_id for one in found]
        access.check_write(writer.tenant_id)
    (park,) = await parks_where(connection, park_id=writer.park_id)
    of = Editions(writer.tenant_id, asked.park, asked.kind.value, asked.cadence.value, asked.first)
    return Place(writer, park, tenants, of)


def _operator(tenants: Sequence[Tenant]) -> Tenant:
    """Return the tenant whose row a park's report becomes: the one that operates it, the first where several do."""
    for one in tenants:
        if one.is_operator:
            return one
    message = "no tenant operates the park, so that nobody closes its periods; register one with isOperator"
    raise Refused(RefusalCode.BAD_REPORT, "parkId", message)


async def _before(connection: Connection, asked: Asked, of: Editions, newest: PublishedReport | None) -> Before | None:
    """Return what is superseded; raises `Refused` unless it is the newest edition, or there is none to name."""
    if asked.supersedes is None:
        if newest is None:
            return None
        message = f"edition {newest.version} was published; another supersedes it, with a reason"
        raise Refused(RefusalCode.ALREADY_PUBLISHED, "supersedes", message)
    named = await report_of(connection, asked.supersedes)
    if named.of != of or newest is None:
        message = "what is to be superseded is a report of another subject, kind or period"
        raise Refused(RefusalCode.BAD_REPORT, "supersedes", message)
    if named.id != newest.id:
        message = f"edition {named.version} is superseded already; the newest is edition {newest.version}"
        raise Refused(RefusalCode.REPORT_SUPERSEDED, "supersedes", message)
    document = await asyncio.to_thread(read_document, await content_of(connection, named))
    recipients = (await recipients_of(connection, [named.id]))[named.id]
    return Before(named, document, tuple(one.regulator for one in recipients))


def _completed(asked: Asked, before: Before | None) -> Asked:
    """Return what is asked with what it leaves out as in the edition before."""
    if before is None:
        named = (NAMED,) if asked.regulators is None else asked.regulators
        regime = asked.regime or REGIMES_OF[asked.kind][0]
        return replace(asked, regime=regime, regulators=named, identifiers=asked.identifiers or {})
    document = before.document
    stated = {name: text for name, text in document.subject.identifiers.items() if name in STATED_HEADS}
    return replace(
        asked,
        regime=asked.regime or RegimeCode(document.rests.basis["regime"]),
        regulators=before.recipients if asked.regulators is None else asked.regulators,
        identifiers=stated if asked.identifiers is None else asked.identifiers,
        is_upper=is_upper_of(document.rests) if asked.is_upper is None else asked.is_upper,
    )


async def known_at(database: Database, plan: Plan) -> datetime:
    """Return the instant whose knowledge counts: of a first edition that of the closing, otherwise the one named or
    that of now. Raises `Refused` for one before the closing, before the superseded edition's, or yet to come.
    """
    if plan.before is None:
        return plan.closed.known_at
    told = await database.told_instant()
    if told is None:
        message = "a change is being written that does not come to its end, so that what is known now cannot be told"
        raise Refused(RefusalCode.CANNOT_SIGN, "", message)
    earliest = max(plan.closed.known_at, known_at_of(plan.before.document.rests))
    found = plan.asked.known_at or told
    if not earliest <= found <= told:
        accepted = f"{earliest.isoformat()}, known to the closing and to the edition before, to {told.isoformat()}, now"
        message = f"known at {found.isoformat()}; accepted is {accepted}"
        raise Refused(RefusalCode.BAD_REPORT, "knownAt", message)
    return found
