"""What a source measured by intervals against what it posted month by month: two records of one meter must agree."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from emission_factors import decimals
from ledger.connections import Connection
from ledger.recordings import WAS_KNOWN


@dataclass(frozen=True, slots=True)
class IntervalDifference:
    """A month in which the intervals of a series and the activities of its source differ, in `unit`, exactly.

    `posted` is None where the source posted nothing of `activity_type`; `missing` counts the intervals of the month
    without a reading, which may be all the difference there is.
    """

    tenant: UUID
    source: UUID
    source_code: str
    site: UUID
    series: UUID
    month: date
    activity_type: str
    unit: str
    metered: Decimal
    missing: int
    posted: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """Metered less posted; None where nothing was posted."""
        return None if self.posted is None else decimals.EXACT.subtract(self.metered, self.posted)


_DIFFERENCES: Final = f"""
WITH asked AS (
    SELECT series.tenant_id, series.series_id, series.source_id, source.code, source.site_id, site.time_zone,
           series.minutes, series.activity_type
    FROM interval_series AS series JOIN sources AS source USING (tenant_id, source_id)
    JOIN sites AS site USING (tenant_id, site_id)
    WHERE series.tenant_id = ANY(%(tenants)s::uuid[]) AND series.activity_type <> ''
), months AS (
    SELECT asked.*, month::date AS month, month AT TIME ZONE time_zone AS starts,
           (month + interval '1 month') AT TIME ZONE time_zone AS ends
    FROM asked CROSS JOIN generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') AS month
), metered AS (
    SELECT months.*, found.metered, found.known
    FROM months CROSS JOIN LATERAL (
        SELECT sum(newest.value) AS metered, count(newest.value) AS known FROM (
            SELECT DISTINCT ON (reading.start) reading.value FROM interval_readings AS reading
            WHERE reading.tenant_id = months.tenant_id AND reading.series_id = months.series_id
                AND reading.start >= months.starts AND reading.start < months.ends
                AND {WAS_KNOWN.format(posting="reading.posting_id")}
            ORDER BY reading.start, reading.version DESC
        ) AS newest
    ) AS found
    WHERE found.known > 0
), known AS (
    SELECT DISTINCT ON (tenant_id, source_id, external_id) tenant_id, site_id, source_id, activity_type, supplier,
           base_unit, quality, local_start, local_end, base_quantity, kind
    FROM activities JOIN (SELECT DISTINCT tenant_id, source_id FROM metered) AS own USING (tenant_id, source_id)
    WHERE {WAS_KNOWN.format(posting="posting_id")}
    ORDER BY tenant_id, source_id, external_id, version DESC
), posted AS (
    SELECT known.tenant_id, known.source_id, known.activity_type, parts.month, sum(parts.part) AS posted
    FROM known CROSS JOIN LATERAL month_parts(known.local_start, known.local_end, known.base_quantity) AS parts
    WHERE known.kind <> 'VOID' AND known.base_unit = 'MJ' GROUP BY 1, 2, 3, 4
)
SELECT metered.tenant_id, metered.source_id, metered.code, metered.site_id, metered.series_id, metered.month,
       metered.activity_type, metered.metered,
       (extract(epoch FROM metered.ends - metered.starts) / 60 / metered.minutes)::integer - metered.known,
       posted.posted
FROM metered LEFT JOIN posted USING (tenant_id, source_id, activity_type, month)
WHERE metered.metered IS DISTINCT FROM posted.posted
ORDER BY metered.tenant_id, metered.series_id, metered.month
"""  # noqa: S608  composed of constants


async def interval_differences(
    connection: Connection, tenants: Collection[UUID], first: date, last: date, known_at: datetime | None = None
) -> list[IntervalDifference]:
    """Return the months, from that of `first` to that of `last`, in which intervals and activities differ.

    Compared are series that name the activity type they meter, on the wall clock of their site; a bill over several
    months is split by days as in the quantity cells. A month without any reading is not compared. How far they may
    differ is for the caller to say: a meter read by hand is not read at midnight.
    """
    asked = {
        "tenants": list(tenants),
        "first": first.replace(day=1),
        "last": last.replace(day=1),
        "known_at": known_at,
    }
    rows = await (await connection.execute(_DIFFERENCES, asked)).fetchall()
    return [
        IntervalDifference(tenant, source, code, site, series, month, activity_type, "MJ", metered, missing, posted)
        for tenant, source, code, site, series, month, activity_type, metered, missing, posted in rows
    ]
