"""A way to the database that can be cut, as a network is between a service and its server."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import make_url

PIECE: Final = 1 << 16


class Way(threading.Thread):
    """Passes bytes on between `url` and a server, until it is told not to."""

    def __init__(self, server_url: str) -> None:
        super().__init__(name="way to the database", daemon=True)
        self._server = make_url(server_url)
        self._ready = threading.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._is_cut = self._is_silent = False
        self.fray: random.Random | None = None
        """Where set, one piece in a hundred is the last of its connection, and passed on in part."""
        self.refused = threading.Semaphore(0)
        """Released at each connection that is closed as it comes."""
        self.cuts = 0

    @property
    def url(self) -> str:
        """The server's URL, over this way."""
        return self._server.set(host="127.0.0.1", port=self._port, query={}).render_as_string(hide_password=False)

    def cut(self) -> int:
        """Cut every connection, and let none come; return how many were cut."""
        self._is_cut = True
        before = self.cuts
        asyncio.run_coroutine_threadsafe(self._abort(), self._loop).result(30)
        return self.cuts - before

    def silence(self) -> None:
        """Take what comes, and pass nothing on."""
        self._is_silent = True

    def mend(self) -> None:
        """Let connections come again."""
        self._is_cut = self._is_silent = False

    def run(self) -> None:
        """Pass bytes on until `end`."""
        asyncio.run(self._serve())

    def begin(self) -> None:
        """Start, and return once connections may come."""
        self.start()
        assert self._ready.wait(30)

    def end(self) -> None:
        """Cut everything for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._ended.set)
        self.join(timeout=30)

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._ended.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            self.refused.release()
            return
        theirs, server = await self._to_server()
        ends = {writer, server}
        self._open |= ends
        try:
            await asyncio.gather(self._pass(reader, server, writer), self._pass(theirs, writer, server))
        finally:
            self._open -= ends

    async def _to_server(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._server.query.get("host") or self._server.host, self._server.port
        port = port or int(str(self._server.query.get("port", 5432)))
        if str(host).startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(str(host), port)

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, back: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            while piece := await source.read(PIECE):
                if self._is_silent:
                    continue
                if self.fray and self.fray.random() < 0.01:
                    self.cuts += 1
                    target.write(piece[: self.fray.randrange(len(piece))])
                    break
                target.write(piece)
                await target.drain()
        for end in (target, back):
            end.close()

    async def _abort(self) -> None:
        for writer in self._open:
            writer.transport.abort()
            self.cuts += 1


@contextmanager
def way_to(server_url: str) -> Iterator[Way]:
    """Lay a way to a server."""
    way = Way(server_url)
    way.begin()
    try:
        yield way
    finally:
        way.end()
