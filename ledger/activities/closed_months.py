"""What a closed period keeps from being written: data of months that it covers, unless they are an adjustment.

Whoever writes data asks once in its transaction, and from then on no period of the tenant is closed until that ends:
what was asked still holds when it commits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from accounting.management.reporting_periods import PeriodKind, ReportingPeriod
from accounting.refusals import RefusalCode, Refused
from ledger.connections import Connection

CLOSED: Final = """
SELECT string_agg(
    concat_ws(' ', kind, first_month - date '1970-01-01', (extract(epoch FROM closed_at) * 1000000)::bigint), ','
    ORDER BY first_month, kind COLLATE "C"
) FROM closed_periods(%s)
"""
"""The closed periods of a tenant as one text, for `read_closed`; none is closed from now on until the transaction ends.

One text, because it is the same for every posting of a tenant, and what it says is made once.
"""
_MARK: Final = """
INSERT INTO adjustments (tenant_id, posting_id, months, reason) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING posting_id
"""
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed period, and since when."""

    period: ReportingPeriod
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """The closed periods of a tenant, and the spans that they cover together, on the clock of any site."""

    closings: tuple[Closing, ...] = ()
    spans: tuple[tuple[datetime, datetime], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether a half-open period on a site's clock has a part in a closed month."""
        return any(start < closed_end and closed_start < end for closed_start, closed_end in reversed(self.spans))

    def months(self, start: datetime, end: datetime) -> set[date]:
        """Return the closed months that a period has a part in."""
        found = set()
        for closed_start, closed_end in self.spans:
            month = max(start, closed_start).date().replace(day=1)
            while datetime(month.year, month.month, 1) < min(end, closed_end):  # noqa: DTZ001  a wall clock
                found.add(month)
                month = (month + timedelta(days=31)).replace(day=1)
        return found

    def message(self, start: datetime, end: datetime) -> str:
        """Return what is told of a period that touches a closed month: which, since when, and what can be done."""
        months = self.months(start, end)
        found = [one for one in self.closings if any(one.period.covers(month) for month in months)]
        named = ", ".join(
            f"{one.period.shown}, closed since {one.closed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            for one in found[:_MOST_NAMED]
        )
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        return f"the data lie in {named}{more}; send them as an adjustment with a reason, or have the period reopened"

    def refused(self, start: datetime, end: datetime, field: str) -> Refused:
        """Return the refusal of such a period."""
        return Refused(RefusalCode.PERIOD_CLOSED, field, self.message(start, end))


NONE_CLOSED: Final = ClosedMonths()


async def closed_months(connection: Connection, tenant: UUID) -> ClosedMonths:
    """Return the closed months of a tenant; none of its periods is closed until the transaction ends."""
    return read_closed(await (await connection.execute(CLOSED, (tenant,))).fetchone())


def read_closed(row: Sequence[Any] | None) -> ClosedMonths:
    """Return the closed months of the row of `CLOSED`."""
    return _read(row[0]) if row and row[0] else NONE_CLOSED


@lru_cache(maxsize=1024)
def _read(text: str) -> ClosedMonths:
    closings = tuple(_closing(*one.split(" ")) for one in text.split(","))
    return ClosedMonths(closings, tuple(_spans(one.period for one in closings)))


def _closing(kind: str, days: str, microseconds: str) -> Closing:
    first = date(1970, 1, 1) + timedelta(days=int(days))
    closed_at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(microseconds))
    return Closing(ReportingPeriod(PeriodKind(kind), first), closed_at)


async def mark_adjustment(
    connection: Connection, tenant: UUID, posting: UUID, months: Iterable[date], reason: str
) -> None:
    """Note that a posting changes closed months and why, where it touches any."""
    touched = sorted(months)
    if not touched:
        return
    if await (await connection.execute(_MARK, (tenant, posting, touched, reason))).fetchone() is None:
        raise RuntimeError(f"posting {posting} is marked as an adjustment already")


def _spans(periods: Iterable[ReportingPeriod]) -> list[tuple[datetime, datetime]]:
    """Return what periods cover together, in order; what meets is one span."""
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted((_midnight(one.first), _midnight(one.last_day + timedelta(days=1))) for one in periods):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a wall clock
