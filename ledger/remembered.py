"""Answers as of an instant, kept for whoever asks again: nothing that happens later can change them.

A basis tells as of which instant a question can be asked again (decision 0019), and so names what was known to the
last row. As long as nothing is recorded, everyone who asks the same is told the same instant, and shares the answer;
the next change of anything has a later instant, and the question is worked out anew.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from accounting.footprints import Footprint
from accounting.supply.park_supply import ParkSupply

Found = TypeVar("Found")
MOST_LINES: Final = 20_000
"""Lines and gaps of footprints kept in all, about 30 MB."""
MOST_MONTHS: Final = 120
"""Months of parks' supplies kept in all, and of closed ones besides, about 60 MB each with two dozen parties."""


class Remembered(Generic[Found]):
    """Answers by the whole of what was asked; of more than `most` in all, by the `size` of each, the one that was asked
    for longest ago goes first.
    """

    def __init__(self, most: int, size: Callable[[Found], int]) -> None:
        self._most = most
        self._size = size
        self._kept: OrderedDict[Hashable, Found] = OrderedDict()
        self._whole = 0

    async def of(self, asked: Hashable, compute: Callable[[], Awaitable[Found]]) -> Found:
        """Return the answer kept for a question, or work it out and keep it."""
        if asked in self._kept:
            self._kept.move_to_end(asked)
            return self._kept[asked]
        found = await compute()
        self._keep(asked, found)
        return found

    def _keep(self, asked: Hashable, found: Found) -> None:
        if self._size(found) > self._most or asked in self._kept:
            return
        self._kept[asked] = found
        self._whole += self._size(found)
        while self._whole > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._whole -= self._size(oldest)


def footprints() -> Remembered[Footprint]:
    """Return what keeps footprints."""
    return Remembered(MOST_LINES, lambda found: len(found.lines) + len(found.gaps) + 1)


def months_of_supply() -> "Remembered[ParkSupply | None]":
    """Return what keeps what parks supply internally."""
    return Remembered(MOST_MONTHS, lambda found: len(found.months) + 1 if found else 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What one service process keeps: `footprints` as they were asked for (`ledger.footprints.footprints`), the
    `supplies` of parks that they rest on, and of these the months that were `closed`, as known then
    (`ledger.footprints.park_supplies`).
    """

    footprints: Remembered[Footprint] = field(default_factory=footprints)
    supplies: "Remembered[ParkSupply | None]" = field(default_factory=months_of_supply)
    closed: "Remembered[ParkSupply | None]" = field(default_factory=months_of_supply)
