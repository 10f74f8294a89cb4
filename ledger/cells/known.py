"""Quantity cells as they were known at an instant, from the nearest sums there are and few rows.

    cells of now       minus what was recorded since                          an instant of today
    spans up to one    plus what was recorded between its end and the instant  any earlier instant
    spans up to one    minus what was recorded between the instant and its end

`plans_of` counts the rows of each way for the months asked about and takes the least, tenant by tenant. The sums are
exact whichever way is taken: a change is the row itself, less the version it supersedes, split over months by the one
rule. Spans are written by `ledger.upkeep.maintenance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.cells.cells import PARTS_OF_FACTS
from ledger.connections import Connection

FEW_ROWS: Final = 5_000
"""Rows recorded since the instant up to which no other way is looked for."""
MOST_ROWS: Final = 2_000_000
"""Rows one question may read besides sums. Spans keep it far below; only a ledger without maintenance gets there."""
BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
"""Before anything was recorded: where the first span begins."""
END: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the cells of one tenant are found: the cells of now, or the spans that end by `spans_until`, with the rows
    recorded after `after` and up to `until` added (`sign` 1) or taken away (-1). `row_count` is how many at most;
    `is_archived`, that some of them were archived, so that this is no way.
    """

    tenant: UUID
    is_from_now: bool
    spans_until: datetime
    after: datetime
    until: datetime
    sign: int
    row_count: int
    is_archived: bool


_VERSION: Final = (
    "tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity, kind"
)
CHANGES: Final = f"""
changed AS (
    SELECT activity.*, plan.sign
    FROM plan JOIN recordings AS recording ON recording.tenant_id = plan.tenant_id
        AND recording.recorded_at > plan.after AND recording.recorded_at <= plan.until AND recording.row_count > 0
        AND recording.first_month <= %(last)s AND recording.last_month >= %(first)s
    CROSS JOIN LATERAL (
        SELECT * FROM activities
        WHERE tenant_id = recording.tenant_id AND activity_id BETWEEN recording.first_id AND recording.last_id
            AND posting_id = recording.recording_id OFFSET 0
    ) AS activity
), versions AS (
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, local_start, local_end, base_quantity,
           sign, kind FROM changed
    UNION ALL
    SELECT old.tenant_id, old.site_id, old.activity_type, old.supplier, old.base_unit, old.quality, old.local_start,
           old.local_end, old.base_quantity, -changed.sign, old.kind
    FROM changed CROSS JOIN LATERAL (
        SELECT {_VERSION} FROM activities
        WHERE tenant_id = changed.tenant_id AND activity_id = changed.supersedes
        UNION ALL
        SELECT {_VERSION} FROM archived_versions
        WHERE tenant_id = changed.tenant_id AND activity_id = changed.supersedes OFFSET 0
    ) AS old
    WHERE changed.supersedes IS NOT NULL
), facts AS (
    SELECT * FROM versions
    WHERE kind <> 'VOID' AND local_start < (%(last)s::date + interval '1 month') AND local_end > %(first)s::date
), changes AS (
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, sum(sign * part) AS quantity,
           sum(sign) AS row_count
    FROM ({PARTS_OF_FACTS}) AS parts WHERE month BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7
)
"""  # noqa: S608  composed of constants
"""What the rows of `plan` (tenant_id, after, until, sign) change in the cells of the months asked about.

OFFSET 0 keeps the look-ups look-ups: joined freely, a table without statistics is read whole.
"""

KNOWN: Final = f"""
WITH plan AS (
    SELECT * FROM unnest(%(plan_tenants)s::uuid[], %(plan_is_from_now)s::boolean[],
        %(plan_spans_until)s::timestamptz[], %(plan_after)s::timestamptz[], %(plan_until)s::timestamptz[],
        %(plan_sign)s::integer[]) AS plan (tenant_id, is_from_now, spans_until, after, until, sign)
), {CHANGES}, known_cells AS (
    SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, sum(quantity) AS quantity,
           sum(row_count) AS row_count
    FROM (
        SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count
        FROM quantity_cells JOIN plan USING (tenant_id)
        WHERE plan.is_from_now AND month BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count
        FROM cell_changes JOIN plan USING (tenant_id)
        WHERE NOT plan.is_from_now AND until_at <= plan.spans_until AND month BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT tenant_id, site_id, activity_type, supplier, base_unit, quality, month, quantity, row_count FROM changes
    ) AS sums
    GROUP BY 1, 2, 3, 4, 5, 6, 7
)
"""  # noqa: S608  composed of constants
"""The relation `known_cells`, as `quantity_cells` were at an instant; takes `plan_parameters`, `first` and `last`."""

_ARCHIVED: Final = """
coalesce(bool_or(recording.first_id < (
    SELECT id_bound(((max(month) + interval '1 month') AT TIME ZONE 'UTC')) FROM archived_months
    WHERE relation = 'activities'
)){}, false)
"""
"""Whether rows of recordings lie in months that were archived, which are all up to one."""

_SINCE: Final = f"""
SELECT asked.tenant_id, coalesce(sum(recording.row_count), 0), {_ARCHIVED.format("")}
FROM unnest(%(tenants)s::uuid[]) AS asked (tenant_id) LEFT JOIN recordings AS recording
    ON recording.tenant_id = asked.tenant_id AND recording.recorded_at > %(known_at)s AND recording.row_count > 0
    AND recording.first_month <= %(last)s AND recording.last_month >= %(first)s
GROUP BY 1 ORDER BY 1
"""  # noqa: S608  composed of constants
_BETWEEN: Final = f"""
SELECT asked.tenant_id, coalesce(before.until_at, %(beginning)s), coalesce(later.until_at, %(end)s),
       coalesce(sum(recording.row_count) FILTER (WHERE recording.recorded_at <= %(known_at)s), 0),
       {_ARCHIVED.format(" FILTER (WHERE recording.recorded_at <= %(known_at)s)")},
       coalesce(sum(recording.row_count) FILTER (WHERE recording.recorded_at > %(known_at)s), 0),
       {_ARCHIVED.format(" FILTER (WHERE recording.recorded_at > %(known_at)s)")}
FROM unnest(%(tenants)s::uuid[]) AS asked (tenant_id)
CROSS JOIN LATERAL (
    SELECT max(until_at) AS until_at FROM change_spans AS span
    WHERE span.tenant_id = asked.tenant_id AND span.until_at <= %(known_at)s
) AS before
CROSS JOIN LATERAL (
    SELECT min(until_at) AS until_at FROM change_spans AS span
    WHERE span.tenant_id = asked.tenant_id AND span.until_at > %(known_at)s
) AS later
LEFT JOIN recordings AS recording ON recording.tenant_id = asked.tenant_id AND recording.row_count > 0
    AND recording.recorded_at > coalesce(before.until_at, %(beginning)s)
    AND recording.recorded_at <= coalesce(later.until_at, %(end)s)
    AND recording.first_month <= %(last)s AND recording.last_month >= %(first)s
GROUP BY 1, 2, 3 ORDER BY 1
"""  # noqa: S608  composed of constants
"""The spans around the instant, and how many rows lie before and after it between them."""


async def plans_of(
    connection: Connection, tenants: Sequence[UUID], first: date, last: date, known_at: datetime
) -> list[Plan]:
    """Return how the cells of `tenants` at `known_at` are found, for the months from `first` to `last`, both included.

    Raises `Refused` where more than `MOST_ROWS` would have to be read, or rows that were archived.
    """
    asked = {"tenants": list(tenants), "known_at": known_at, "first": first, "last": last}
    since = await (await connection.execute(_SINCE, asked)).fetchall()
    found = [_from_now(tenant, known_at, int(count), is_archived) for tenant, count, is_archived in since]
    far = [plan for plan in found if plan.row_count > FEW_ROWS or plan.is_archived]
    if far:
        asked |= {"tenants": [plan.tenant for plan in far], "beginning": BEGINNING, "end": END}
        rows = await (await connection.execute(_BETWEEN, asked)).fetchall()
        found = [plan for plan in found if plan not in far]
        found += [_nearest(plan, known_at, row) for plan, row in zip(far, rows, strict=True)]
    _check(found, known_at)
    return found


def plan_parameters(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return what `KNOWN` takes of plans."""
    return {
        "plan_tenants": [plan.tenant for plan in plans],
        "plan_is_from_now": [plan.is_from_now for plan in plans],
        "plan_spans_until": [plan.spans_until for plan in plans],
        "plan_after": [plan.after for plan in plans],
        "plan_until": [plan.until for plan in plans],
        "plan_sign": [plan.sign for plan in plans],
    }


def _from_now(tenant: UUID, known_at: datetime, since: int, is_archived: bool) -> Plan:
    return Plan(tenant, True, BEGINNING, known_at, END, -1, since, is_archived)


def _nearest(from_now: Plan, known_at: datetime, row: Sequence[Any]) -> Plan:
    """Return the way with the fewest rows; the cells of now, where it is a tie."""
    tenant, before, later, rows_before, is_before_archived, rows_after, is_after_archived = row
    ways = [from_now, Plan(tenant, False, before, before, known_at, 1, int(rows_before), is_before_archived)]
    if later != END:
        ways.append(Plan(tenant, False, later, known_at, later, -1, int(rows_after), is_after_archived))
    return min(ways, key=lambda plan: (plan.is_archived, plan.row_count))


def _check(plans: Sequence[Plan], known_at: datetime) -> None:
    if any(plan.is_archived for plan in plans):
        message = (
            f"{known_at.astimezone(UTC).isoformat()} lies among activities that were archived, and no sums end there; "
            "a later instant can be asked for, or the archive itself"
        )
        raise Refused(RefusalCode.ARCHIVED, "knownAt", message)
    count = sum(plan.row_count for plan in plans)
    if count > MOST_ROWS:
        message = (
            f"{known_at.astimezone(UTC).isoformat()} is {count} rows from the nearest sums, and at most {MOST_ROWS} "
            "are read; `parkledger maintain` makes the sums that answer for this instant"
        )
        raise Refused(RefusalCode.SUMS_MISSING, "knownAt", message)
