"""What takes long is done only as long as the client waits for it."""

import asyncio

import pytest
from starlette.requests import Request

from api import view
from ledger.database import Database
from ledger.releases import Catalogues
from schema.context import Context, Gone, Service
from schema.errors import BadInput
from tests.world import NOW

pytestmark = pytest.mark.anyio


def context(gone: Gone | None) -> Context:
    """Return a context of a service whose database is never asked."""
    return Context(Service(Database("postgresql://nowhere.invalid/none"), Catalogues(), lambda: NOW), "r", gone=gone)


class Working:
    """Work that ends when it is let go, and notes that it was cancelled."""

    def __init__(self) -> None:
        self.begun, self.free, self.is_cancelled = asyncio.Event(), asyncio.Event(), False

    async def __call__(self) -> str:
        self.begun.set()
        try:
            await self.free.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        return "done"


async def test_a_client_that_goes_ends_what_it_asked_for() -> None:
    working, messages = Working(), [{"type": "http.request"}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, str]:
        await working.begun.wait()
        return messages.pop(0)

    request = Request({"type": "http"}, receive)
    with pytest.raises(BadInput, match="did not wait"):
        await context(lambda: view._gone(request)).while_asked(working())
    assert working.is_cancelled
    assert not messages


async def test_a_client_that_waits_gets_its_answer() -> None:
    working, gone = Working(), Working()

    async def waiting() -> None:
        await gone()

    asked = asyncio.create_task(context(waiting).while_asked(working()))
    await gone.begun.wait()
    working.free.set()
    assert await asked == "done"
    assert gone.is_cancelled


async def test_what_is_cancelled_is_ended_too_and_what_fails_fails() -> None:
    working = Working()
    asked = asyncio.create_task(context(None).while_asked(working()))
    await working.begun.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert working.is_cancelled

    async def failing() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        await context(None).while_asked(failing())
