"""As of which instant an operation reads, and which it tells, from what its snapshot was told."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ledger.connections import Told
from schema.context import Context, Knowledge

pytestmark = pytest.mark.anyio
TOLD = datetime(2026, 3, 31, 12, tzinfo=UTC)
EARLIER, LATER = TOLD - timedelta(days=1), TOLD + timedelta(days=1)


class Opened:
    """A snapshot that was told what the test says."""

    def __init__(self, told: Told) -> None:
        self._told = told

    async def told(self) -> Told:
        return self._told


@pytest.mark.parametrize(
    ("instant", "is_now", "asked", "knowledge"),
    [
        (TOLD, True, None, Knowledge(None, TOLD)),
        (TOLD, True, EARLIER, Knowledge(EARLIER, EARLIER)),
        (TOLD, True, TOLD, Knowledge(None, TOLD)),
        (TOLD, True, LATER, Knowledge(None, TOLD)),
        (TOLD, False, None, Knowledge(TOLD, TOLD)),
        (TOLD, False, EARLIER, Knowledge(EARLIER, EARLIER)),
        (TOLD, False, LATER, Knowledge(TOLD, TOLD)),
        (None, True, None, Knowledge(None, None)),
        (None, True, EARLIER, Knowledge(EARLIER, None)),
    ],
)
async def test_knowledge(instant: datetime | None, is_now: bool, asked: datetime | None, knowledge: Knowledge) -> None:
    context = Context(cast(Any, SimpleNamespace(within=lambda *_: None)), "request")
    context.snapshot = cast(Any, Opened(Told(cast(Any, None), instant, is_now)))
    assert await context.knowledge(asked) == knowledge
