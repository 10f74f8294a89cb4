"""Footprints as of an instant, kept for whoever asks again: nothing that happens later can change them.

A basis tells as of which instant a question can be asked again (decision 0019), and so names what was known to the
last row. As long as nothing is recorded, everyone who asks the same is told the same instant, and shares the answer;
the next change of anything has a later instant, and the question is computed anew.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final

from accounting.footprints import Footprint

MOST_LINES: Final = 20_000
"""Lines and gaps kept in all, about 30 MB; the footprint that was asked for longest ago goes first."""


class Remembered:
    """Footprints by the whole of what was asked."""

    def __init__(self, most_lines: int = MOST_LINES) -> None:
        self._most = most_lines
        self._kept: OrderedDict[Hashable, Footprint] = OrderedDict()
        self._lines = 0

    async def of(self, asked: Hashable, compute: Callable[[], Awaitable[Footprint]]) -> Footprint:
        """Return the footprint kept for a question, or compute it and keep it."""
        if asked in self._kept:
            self._kept.move_to_end(asked)
            return self._kept[asked]
        found = await compute()
        self._keep(asked, found)
        return found

    def _keep(self, asked: Hashable, found: Footprint) -> None:
        if _size(found) > self._most or asked in self._kept:
            return
        self._kept[asked] = found
        self._lines += _size(found)
        while self._lines > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._lines -= _size(oldest)


def _size(found: Footprint) -> int:
    return len(found.lines) + len(found.gaps) + 1
