"""The parts of a footprint that its uncertainty and data quality are computed from, read when they are first asked for.

They are the same whatever `groupBy` says. Arithmetic that takes its time runs beside the event loop, one piece of a
footprint after another, so that one question never holds more than one thread.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from accounting import grouping
from accounting.basis import Basis
from accounting.grouping import Dimension
from accounting.judgement.footprint_uncertainty import Part, parts_of
from ledger.footprints.footprints import Boundary
from ledger.footprints.uncertainties import LinesApart, lines_apart
from schema.context import Context

T = TypeVar("T")
Parts = Sequence[Part]
GroupKey = tuple[object, ...]


class FootprintDetail:
    """The detail of one footprint."""

    def __init__(self, basis: Basis, boundary: Boundary, first: date, last: date, by: Sequence[Dimension]) -> None:
        self._basis = basis
        self._boundary = boundary
        self._months = (first, last)
        self._by = by
        self._reading = asyncio.Lock()
        self._working = asyncio.Lock()
        self._lines: dict[bool, LinesApart] = {}
        self._parts: Parts | None = None
        self._groups: dict[GroupKey, Parts] | None = None

    async def parts(self, context: Context) -> Parts:
        """Return the parts of the whole footprint, largest first."""
        async with self._reading:
            if self._parts is None:
                apart = await self._apart(context, keeps_months=False)
                self._parts = await self.beside(lambda: parts_of(apart.lines, apart.known, apart.operators))
        return self._parts

    async def parts_of_group(self, context: Context, key: Mapping[Dimension, object]) -> Parts:
        """Return the parts of one group, largest first."""
        async with self._reading:
            if self._groups is None:
                apart = await self._apart(context, keeps_months=Dimension.MONTH in self._by)
                self._groups = await self.beside(lambda: _by_group(apart, self._by))
        return self._groups.get(tuple(key[dimension] for dimension in self._by), ())

    async def beside(self, work: Callable[[], T]) -> T:
        """Do work beside the event loop, after what this footprint is working on."""
        async with self._working:
            return await asyncio.to_thread(work)

    async def _apart(self, context: Context, *, keeps_months: bool) -> LinesApart:
        if keeps_months not in self._lines:
            async with context.read() as connection:
                self._lines[keeps_months] = await lines_apart(
                    connection, self._basis, self._boundary, *self._months, keeps_months=keeps_months
                )
        return self._lines[keeps_months]


def _by_group(apart: LinesApart, by: Sequence[Dimension]) -> dict[GroupKey, Parts]:
    groups = grouping.members(apart.lines, by)
    return {key: parts_of(lines, apart.known, apart.operators) for key, lines in groups.items()}
