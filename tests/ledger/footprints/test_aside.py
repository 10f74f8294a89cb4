"""Arithmetic aside from the loop: in a thread where there is much of it, with the loop's decimals, and others go on."""

import asyncio
import threading
from decimal import Decimal, getcontext, localcontext

import pytest

from ledger.footprints.aside import MANY, worked_out

pytestmark = pytest.mark.anyio
PATIENCE_S = 30


@pytest.mark.parametrize(("cells", "is_aside"), [(0, False), (MANY - 1, False), (MANY, True)])
async def test_it_is_a_thread_s_where_there_is_much(cells: int, is_aside: bool) -> None:
    assert (await worked_out(cells, threading.current_thread) is not threading.current_thread()) == is_aside


async def test_others_are_answered_meanwhile() -> None:
    begun, answered = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return answered.wait(PATIENCE_S)

    working = asyncio.create_task(worked_out(MANY, work))
    assert await asyncio.to_thread(begun.wait, PATIENCE_S)
    assert not working.done()
    answered.set()
    assert await working


async def test_decimals_are_worked_out_as_on_the_loop() -> None:
    with localcontext() as context:
        context.prec = 3
        assert await worked_out(MANY, lambda: Decimal(1) / 3) == Decimal("0.333")
        assert getcontext() is context


@pytest.mark.parametrize("cells", [0, MANY])
async def test_what_fails_fails_where_it_was_asked(cells: int) -> None:
    with pytest.raises(ZeroDivisionError):
        await worked_out(cells, lambda: 1 // 0)
