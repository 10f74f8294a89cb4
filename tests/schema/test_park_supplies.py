"""What a park's tenants supply to each other is worked out once in an operation, whatever it asks about it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ledger.footprints.park_supplies import AskedSupply
from schema.context import Context

pytestmark = pytest.mark.anyio
BASIS: Any = "a basis"
YEAR = AskedSupply((), date(2024, 1, 1), date(2024, 12, 1), is_whole=True)
MONTH = AskedSupply((), date(2024, 1, 1), date(2024, 1, 1), is_whole=True)


@asynccontextmanager
async def used() -> AsyncIterator[None]:
    yield


def begun(context: Context) -> Context:
    """Return the context at the begin of an operation, with a snapshot that is not looked into."""
    context.begin_operation()
    context.snapshot = cast(Any, SimpleNamespace(use=used))
    return context


async def test_an_operation_works_it_out_once_for_each_period(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[AskedSupply] = []

    async def supplies_of(_connection: object, _basis: object, asked: AskedSupply) -> list[object]:
        read.append(asked)
        return [object()]

    monkeypatch.setattr("schema.context.supplies_of", supplies_of)
    service: Any = SimpleNamespace(within=lambda *_: SimpleNamespace(database=None))
    context = begun(Context(service, "request"))
    first, second = await asyncio.gather(*(context.park_supplies.load((BASIS, YEAR)) for _ in range(2)))
    assert first is second
    assert await context.park_supplies.load((BASIS, YEAR)) is first
    assert await context.park_supplies.load((BASIS, MONTH)) is not first
    assert read == [YEAR, MONTH]
    assert await begun(context).park_supplies.load((BASIS, YEAR)) is not first, "another operation has another snapshot"
    assert read == [YEAR, MONTH, YEAR]
