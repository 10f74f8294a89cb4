"""Which events webhooks tell of, and how they become deliveries: one message for each target and event.

Events are what was recorded, so nothing is written twice; up to the told instant everything that will ever be is there,
so they are taken in the order in which they were seen. The list of kinds is `EVENTS`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ledger.database import Database
from ledger.identifiers import new_id

_REPORTS: Final = """
SELECT tenant_id, report_id AS event_id, {kind} AS event, recorded_at, jsonb_build_object(
    'tenantId', tenant_id, 'reportId', report_id, 'kind', kind, 'cadence', cadence,
    'first', to_char(first_month, 'YYYY-MM'), 'version', version, 'supersedesId', supersedes) AS content
FROM reports WHERE {where}
"""
_ADDRESSED: Final = """
SELECT tenant_id, recipient_id AS event_id, {kind} AS event, recorded_at, jsonb_build_object(
    'tenantId', tenant_id, 'reportId', report_id, 'kind', kind, 'cadence', cadence, 'first',
    to_char(first_month, 'YYYY-MM'), 'version', version, 'supersedesId', supersedes, 'regulator', regulator) AS content
FROM (
    SELECT report.tenant_id, report.report_id, kind, cadence, first_month, version, supersedes, recipient_id, regulator,
        recipient.recorded_at
    FROM report_recipients AS recipient JOIN reports AS report USING (tenant_id, report_id)
    WHERE recipient.recorded_at > report.recorded_at
) AS addressed WHERE {where}
"""
"""To whom a report was addressed after its publication: to them it is published then."""
_RECEIPTS: Final = """
SELECT tenant_id, receipt_id AS event_id, {kind} AS event, recorded_at,
    jsonb_build_object('tenantId', tenant_id, 'reportId', report_id, 'regulator', regulator) AS content
FROM report_receipts WHERE {where}
"""
_PERIODS: Final = """
SELECT tenant_id, event_id, {kind} AS event, recorded_at, jsonb_build_object(
    'tenantId', tenant_id, 'kind', kind, 'first', to_char(first_month, 'YYYY-MM')) AS content
FROM period_events WHERE {where}
"""
EVENTS: Final[Mapping[str, tuple[Sequence[str], str]]] = {
    "REPORT_PUBLISHED": ((_REPORTS, _ADDRESSED), "version = 1"),
    "REPORT_RESTATED": ((_REPORTS, _ADDRESSED), "version > 1"),
    "REPORT_RETURNED": ((_RECEIPTS,), "state = 'RETURNED'"),
    "REPORT_ACKNOWLEDGED": ((_RECEIPTS,), "state = 'ACKNOWLEDGED'"),
    "PERIOD_CLOSED": ((_PERIODS,), "state = 'CLOSED'"),
    "PERIOD_REOPENED": ((_PERIODS,), "state = 'OPEN' AND sequence > 1"),
}
"""Kind -> the queries of its events, and which rows are of it."""
_HAPPENED: Final = " UNION ALL ".join(
    query.format(kind=f"'{kind}'::text", where=f"{where} AND recorded_at > %(since)s AND recorded_at <= %(told)s")
    for kind, (queries, where) in EVENTS.items()
    for query in queries
)
_TO_TELL: Final = f"""
SELECT target.tenant_id, target.target_id, happened.event, happened.event_id, happened.content::text,
    happened.recorded_at
FROM ({_HAPPENED}) AS happened
JOIN tenants AS subject ON subject.tenant_id = happened.tenant_id
JOIN webhook_targets AS target ON happened.event = ANY(target.events) AND happened.recorded_at > target.recorded_at
JOIN tenants AS owner ON owner.tenant_id = target.tenant_id
WHERE (target.tenant_id = happened.tenant_id OR (target.covers = 'PARK' AND owner.park_id = subject.park_id))
    AND NOT EXISTS (SELECT FROM webhook_changes AS ended WHERE ended.tenant_id = target.tenant_id
        AND ended.target_id = target.target_id AND ended.kind IN ('DISABLED', 'REMOVED'))
    AND NOT EXISTS (SELECT FROM webhook_deliveries AS known WHERE known.tenant_id = target.tenant_id
        AND known.target_id = target.target_id AND known.event_id = happened.event_id)
ORDER BY happened.recorded_at, happened.event_id, target.target_id
"""  # noqa: S608  composed of constants
_ADD: Final = """
INSERT INTO webhook_deliveries (tenant_id, delivery_id, target_id, event, event_id, content, happened_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_HAS_TARGETS: Final = "SELECT EXISTS (SELECT FROM webhook_targets)"
_BEGINNING: Final = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


async def make_deliveries(database: Database, since: datetime | None = None) -> tuple[int, datetime | None]:
    """Make a delivery of every event for every target that is to be told of it; return their number and the instant
    that they are up to.

    `since` is what an earlier call returned; it is returned again where no instant could be told.
    """
    told = await database.told_instant()
    if told is None or told == since:
        return 0, since
    async with database.snapshot() as connection:
        if await (await connection.execute(_HAS_TARGETS)).fetchone() != (True,):
            return 0, told
        asked = {"since": since or _BEGINNING, "told": told}
        rows = await (await connection.execute(_TO_TELL.encode(), asked)).fetchall()
    by_tenant: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for tenant, *row in rows:
        by_tenant[tenant].append((tenant, new_id(), *row))
    for tenant, made in by_tenant.items():
        async with database.write_registry(tenant) as connection, connection.cursor() as cursor:
            await cursor.executemany(_ADD.encode(), made)
    return len(rows), told
