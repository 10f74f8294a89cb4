"""Arithmetic aside from the loop: what takes long is worked out in a thread, and others are answered meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

_Found = TypeVar("_Found")
MANY: Final = 1_000
"""Cells or lines from which on arithmetic is worked out in a thread; fewer are done before others would notice."""


async def worked_out(cells: int, work: Callable[[], _Found]) -> _Found:
    """Return what `work` does, which is arithmetic on so many cells and nothing else, at once or in a thread."""
    return work() if cells < MANY else await asyncio.to_thread(work)
