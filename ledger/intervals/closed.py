"""Readings of closed months: which of those that were written lie in one, by the clock of their series' site."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ledger.activities.closed_months import ClosedMonths, mark_adjustment
from ledger.connections import Connection
from ledger.intervals.series import IntervalSeries
from ledger.intervals.spans import Span
from ledger.periods import zone_of

_WRITTEN: Final = """
SELECT series_id, start FROM interval_readings
WHERE tenant_id = %(tenant)s AND series_id = ANY(%(series)s::uuid[]) AND start BETWEEN %(first)s AND %(last)s
    AND posting_id = %(posting)s
ORDER BY start, series_id
"""

Series = Mapping[UUID, IntervalSeries]


def on_the_clock(series: IntervalSeries, start: datetime) -> tuple[datetime, datetime]:
    """Return an interval on the clock of its site."""
    local = start.astimezone(zone_of(series.time_zone)).replace(tzinfo=None)
    return local, local + timedelta(minutes=series.minutes)


async def check_written(
    connection: Connection, tenant: UUID, posting: UUID, spans: Iterable[Span], series: Series, closed: ClosedMonths,
    adjustment: str,
) -> None:  # fmt: skip
    """Raise `Refused` where a posting wrote readings of closed months and says no reason; note them where it does.

    Asked after writing, because a reading that was there already is not written: a late retry changes nothing.
    """
    if not closed:
        return
    late = [span for span in spans if closed.touches(*_ends(span, series[span.series]))]
    if not late:
        return
    asked = {
        "tenant": tenant,
        "posting": posting,
        "series": list({span.series for span in late}),
        "first": min(span.start for span in late),
        "last": max(span.at(len(span.values) - 1) for span in late),
    }
    months = set()
    for key, start in await (await connection.execute(_WRITTEN, asked)).fetchall():
        period = on_the_clock(series[key], start)
        if closed.touches(*period):
            if not adjustment:
                raise closed.refused(*period, "readings")
            months |= closed.months(*period)
    await mark_adjustment(connection, tenant, posting, months, adjustment)


def _ends(span: Span, series: IntervalSeries) -> tuple[datetime, datetime]:
    return on_the_clock(series, span.start)[0], on_the_clock(series, span.at(len(span.values) - 1))[1]
