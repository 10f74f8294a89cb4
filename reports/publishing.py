"""Publishing: a closed period's report is assembled as known at one instant, signed, and appended whole or not at all.

    period closed? edition to come?  ->  history sealed up to the instant  ->  one snapshot: values, heads, what the
    edition before rested on  ->  document  ->  canonical bytes, signature  ->  one transaction: row and recording

A first edition is known at the instant at which its period was closed, whatever came after. One that supersedes is a
restatement: on the basis that the closing pins, as known when it is published or at an instant that is named, so that
it has the adjustments made since. Nothing is written before the last step. Values are read beside the service's loop.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from accounting.refusals import RefusalCode, Refused
from ledger.database import Database
from ledger.releases import Catalogues
from ledger.reports.heads import sealed_until
from ledger.reports.published import NewReport, PublishedReport, add_report
from proofs.keys import PrivateKey
from proofs.signatures import sign_document
from reports.asked_reports import Asked, checked
from reports.bases import known_at_of
from reports.document import FORMAT, Document
from reports.drafting import drafted, read_values
from reports.planning import Plan, known_at, planned
from reports.rendering.canonical_json import to_canonical_json


@dataclass(frozen=True, slots=True)
class Desk:
    """Who publishes: the database as far as the caller reaches, catalogues, and the key, None where there is none."""

    database: Database
    catalogues: Catalogues
    key: PrivateKey | None = field(repr=False)


async def publish(desk: Desk, asked: Asked) -> PublishedReport:
    """Publish an edition. Two who publish one at once: one wins.

    Raises `Refused` (PERIOD_NOT_CLOSED, ALREADY_PUBLISHED, REPORT_SUPERSEDED, BAD_REPORT, CANNOT_SIGN and others),
    `NotRegistered` for a tenant or park that is not the caller's to report on, `ReportNotFound` for what it supersedes,
    `Overloaded` where too many reports are being read.
    """
    if desk.key is None:
        message = "this service has no key to sign with; publish where the history is signed"
        raise Refused(RefusalCode.CANNOT_SIGN, "", f"{message} (PARKLEDGER_SIGNING_KEY_FILE)")
    plan = await planned(desk.database, checked(asked))
    instant = await known_at(desk.database, plan)
    await sealed_until(desk.database, desk.key, plan.place.tenants, instant)
    document, content, now = await _assembled(desk, plan, instant)
    return await add_report(desk.database, _signed(plan, document, content, now, desk.key))


async def _assembled(desk: Desk, plan: Plan, instant: datetime) -> tuple[Document, bytes, datetime]:
    """Return the document of an edition, its canonical bytes, and the database's time; the service's loop is free."""
    catalogues = desk.catalogues.beside()
    async with desk.database.beside.turn() as turn:
        values = await desk.database.read_beside(turn, lambda found: read_values(found, catalogues, plan, instant))
        document = await asyncio.to_thread(drafted, plan, values)
        return document, await asyncio.to_thread(to_canonical_json, document), values.now


def _signed(plan: Plan, document: Document, content: bytes, now: datetime, key: PrivateKey) -> NewReport:
    published_at = now.replace(microsecond=0)  # as a signature tells it
    return NewReport(
        of=plan.place.of,
        last=document.last_month,
        version=document.version,
        supersedes=plan.before.report.id if plan.before else None,
        reason=document.reason,
        known_at=known_at_of(document.rests),
        content=content,
        signature=sign_document(content, key, FORMAT, published_at),
        signed_by=str(key.public),
        published_at=published_at,
        recipients=tuple(sorted(set(plan.asked.regulators or ()))),
    )
