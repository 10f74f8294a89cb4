"""Closed months of supply: which instant's knowledge the factors of a supplier's month stand on.

A closing freezes what a unit of the supplier's pools carries as it was known when the month was closed. Closing the
month again is the restatement: its customers' scope 2 then stands on what is known at the new instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from accounting.declarations import DeclarationKind


class BadClosing(ValueError):
    """A closing cannot be as declared."""


@dataclass(frozen=True, slots=True)
class SupplyClosing:
    """A month of the declaring tenant's supply, closed for the `number`th time. Raises `BadClosing`."""

    kind: ClassVar[DeclarationKind] = DeclarationKind.SUPPLY_CLOSING

    month: date
    number: int

    def __post_init__(self) -> None:
        if self.month.day != 1:
            raise BadClosing(f"{self.month} is no first day of a month")
        if self.number < 1:
            raise BadClosing(f"the closing has number {self.number}; accepted is 1 or more")

    @property
    def subject(self) -> str:
        """The month."""
        return f"{self.month:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Closing:
    """One version of a closing as it was recorded; `is_open` where it was withdrawn."""

    tenant: UUID
    month: date
    at: datetime
    is_open: bool


Closed = Mapping[date, Mapping[UUID, datetime]]
"""month -> tenant -> when it closed the month."""


def closed_before(history: Iterable[Closing], instant: datetime | None = None) -> dict[date, dict[UUID, datetime]]:
    """Return what was closed just before an instant, or what is closed now; `history` in the order of recording."""
    found: dict[date, dict[UUID, datetime]] = {}
    for one in history:
        if instant is None or one.at < instant:
            of_month = found.setdefault(one.month, {})
            of_month.pop(one.tenant, None)
            if not one.is_open:
                of_month[one.tenant] = one.at
    return {month: of_month for month, of_month in found.items() if of_month}


def instants(history: Sequence[Closing]) -> dict[datetime, list[date]]:
    """Return instant -> the months whose supply has to be known as it was then, earliest first.

    Those are the closings in force, and what was closed before each of them: a supplier that closes a month may have
    bought from another that had closed it already.
    """
    found: set[tuple[datetime, date]] = set()
    following = _pairs(closed_before(history))
    while following:
        at, month = following.pop()
        if (at, month) not in found:
            found.add((at, month))
            following |= {pair for pair in _pairs(closed_before(history, at)) if pair[1] == month}
    months: dict[datetime, list[date]] = {}
    for at, month in sorted(found):
        months.setdefault(at, []).append(month)
    return months


def _pairs(closed: Closed) -> set[tuple[datetime, date]]:
    return {(at, month) for month, of_month in closed.items() for at in of_month.values()}
