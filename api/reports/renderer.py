"""Files made beside the service's loop: two at a time in threads, few that wait, and what was rendered lately kept.

A rendering of a report is the same bytes whenever it is made, so that one that is kept is never out of date.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from api.faults import Fault, Refused
from reports.reading import read_document
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.renderings import Form, Rendered, render

AT_ONCE: Final = 2
"""Files that are made at a time: each takes a processor."""
WAITING: Final = 16
"""Requests that may wait for one."""
RETRY_AFTER_S: Final = 2
"""Seconds after which a place is likely to be free: a file takes about one."""
KEPT_BYTES: Final = 32 * 1024 * 1024
"""Bytes of renderings that are kept."""


class Wanted(NamedTuple):
    """A rendering: of a document by the hash of its bytes, in a form and language."""

    sha256: str
    form: Form
    language: Language


class Renderer:
    """The renderings of one service."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._asked = 0
        self._kept: OrderedDict[Wanted, Rendered] = OrderedDict()
        self._bytes = 0

    async def rendered(self, wanted: Wanted, content: Callable[[], Awaitable[bytes]]) -> Rendered:
        """Return a rendering; `content` gives the document's bytes where it has to be made.

        Raises `Refused` where too many wait, or the form cannot show the document.
        """
        if found := self._found(wanted):
            return found
        async with self.turn():
            return self._found(wanted) or await self._made(wanted, await content())

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn to make a file; raises `Refused` where too many wait."""
        if self._asked >= AT_ONCE + WAITING:
            raise Refused(Fault.BUSY, f"{self._asked} files are being made; try again in some seconds", RETRY_AFTER_S)
        self._asked += 1
        try:
            async with self._turns:
                yield
        finally:
            self._asked -= 1

    async def _made(self, wanted: Wanted, content: bytes) -> Rendered:
        try:
            made = await asyncio.to_thread(_render, content, wanted.form, wanted.language)
        except CannotRender as error:
            raise Refused(Fault.CANNOT_RENDER, str(error)) from None
        self._keep(wanted, made)
        return made

    def _found(self, wanted: Wanted) -> Rendered | None:
        found = self._kept.get(wanted)
        if found:
            self._kept.move_to_end(wanted)
        return found

    def _keep(self, wanted: Wanted, made: Rendered) -> None:
        """Keep a rendering, and let go of those that were asked for longest ago."""
        if len(made.content) > KEPT_BYTES or wanted in self._kept:  # two may have begun before either was through
            return
        self._kept[wanted] = made
        self._bytes += len(made.content)
        while self._bytes > KEPT_BYTES:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.content)


def _render(content: bytes, form: Form, language: Language) -> Rendered:
    return render(read_document(content), form, language)
