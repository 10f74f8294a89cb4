"""What a service tells of its sealing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from api import sealer
from ledger.database import Database
from proofs.keys import make_key

pytestmark = pytest.mark.anyio


class Unreached(Database):
    """A database of which nothing is asked."""

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:  # type: ignore[override]
        yield


async def test_it_tells_where_what_was_recorded_waits_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter([0, sealer.LATE_S, sealer.LATE_S + 1])

    async def seal(*_: object) -> tuple[int, datetime | None]:
        return 0, None

    async def waiting_s(_: object) -> int:
        found = next(waits, None)
        if found is None:
            raise asyncio.CancelledError
        return found

    monkeypatch.setattr(sealer, "seal", seal)
    monkeypatch.setattr(sealer, "waiting_s", waiting_s)
    monkeypatch.setattr(sealer, "EVERY_S", 0)
    with capture_logs() as told, pytest.raises(asyncio.CancelledError):
        await sealer.sealed_continually(Unreached(""), make_key("tests"))
    assert told == [
        {"event": "what was recorded waits to be sealed", "seconds": sealer.LATE_S + 1, "log_level": "warning"}
    ]
