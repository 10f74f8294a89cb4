"""The months the demo park has bills for, and the periods its bills span."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""The park's clock; a bill's day begins and ends by it."""


@dataclass(frozen=True, slots=True)
class Window:
    """`count` whole months, the last of them beginning on `last`."""

    last: date
    count: int

    @property
    def first(self) -> date:
        """First day of the first month."""
        return months_after(self.last, 1 - self.count)

    @property
    def months(self) -> tuple[date, ...]:
        """First day of each month, oldest first."""
        return tuple(months_after(self.first, number) for number in range(self.count))

    @property
    def full_year(self) -> int:
        """The last calendar year that ends with the window or before."""
        return self.last.year if self.last.month == 12 else self.last.year - 1

    @property
    def full_years(self) -> tuple[int, ...]:
        """The calendar years of which the window has every month."""
        first = self.first.year if self.first.month == 1 else self.first.year + 1
        return tuple(range(first, self.full_year + 1))

    def months_back(self, month: date) -> int:
        """Return how many months a month lies before the last one."""
        return (self.last.year - month.year) * 12 + self.last.month - month.month


@dataclass(frozen=True, slots=True)
class BillPeriod:
    """What one bill spans, from `start` up to `end`, the first day that is not part of it; `months` are those whose
    quantity it bills, `label` is what it is called by.
    """

    label: str
    start: date
    end: date
    months: tuple[date, ...]


def window_before(day: date, count: int) -> Window:
    """Return the last `count` months that are complete on a day."""
    return Window(months_after(day, -1), count)


def window_from(first: date, count: int) -> Window:
    """Return the `count` months from the month of a day on."""
    return Window(months_after(first, count - 1), count)


def months_after(day: date, number: int) -> date:
    """Return the first day of the month `number` months after a day's."""
    index = day.year * 12 + day.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def day_of(text: str, window: Window) -> date:
    """Return a day written to hold for any window: months as `0/07`, the July of the last full year, `-1/07` of the
    year before, `first` and `last` of the window, `last-22`; `/18` after any of them is the 18th, otherwise the first.
    """
    if text.startswith(("first", "last")):
        name, _, day = text.partition("/")
        month = window.first if name == "first" else months_after(window.last, int(name.removeprefix("last") or 0))
        return month.replace(day=int(day or 1))
    year, number, *rest = (int(part) for part in text.split("/"))
    return date(window.full_year + year, number, *rest or (1,))


def bill_periods(cycle: str, window: Window) -> list[BillPeriod]:
    """Return the bills of a cycle: each `month`; `mid`, from the 16th of the month before to the 15th; each `quarter`
    or `year` that lies in the window whole.
    """
    if cycle == "month":
        return [BillPeriod(f"{month:%Y-%m}", month, months_after(month, 1), (month,)) for month in window.months]
    if cycle == "mid":
        return [
            BillPeriod(f"{month:%Y-%m}", months_after(month, -1).replace(day=16), month.replace(day=16), (month,))
            for month in window.months
        ]
    length = {"quarter": 3, "year": 12}[cycle]
    starts = [month for month in window.months if (month.month - 1) % length == 0]
    return [_long(start, length) for start in starts if months_after(start, length - 1) <= window.last]


def midnight(day: date) -> datetime:
    """Return the beginning of a day on the park's clock."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _long(start: date, length: int) -> BillPeriod:
    label = f"{start.year}" if length == 12 else f"{start.year}-Q{start.month // 3 + 1}"
    return BillPeriod(
        label, start, months_after(start, length), tuple(months_after(start, number) for number in range(length))
    )
