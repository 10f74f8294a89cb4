"""Work beside the loop: the loop goes on, turns are few and end with their threads, and who is cancelled is let go."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from ledger.beside import Beside
from ledger.turns import Overloaded

pytestmark = pytest.mark.anyio
PATIENCE_S = 10


class Held:
    """Work that blocks its thread until it is let go, and says where it ran."""

    def __init__(self) -> None:
        self.begun, self.free = threading.Event(), threading.Event()
        self.threads: list[int] = []

    async def __call__(self) -> str:
        self.threads.append(threading.get_ident())
        self.begun.set()
        assert self.free.wait(PATIENCE_S)
        return "done"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0)


async def in_a_turn(beside: Beside, held: Held) -> str:
    async with beside.turn() as turn:
        return await turn.run(held)


async def test_the_loop_goes_on_while_a_thread_is_blocked() -> None:
    held = Held()
    asked = asyncio.create_task(in_a_turn(Beside(), held))
    await until(held.begun.is_set)
    assert not asked.done(), "this loop runs while the thread stands still"
    held.free.set()
    assert await asked == "done"
    assert held.threads != [threading.get_ident()]


async def test_more_than_may_wait_are_told_so_and_the_others_come_in_their_order() -> None:
    beside, held, came = Beside(at_once=1, waiting=2), Held(), []

    async def noted(number: int) -> None:
        async with beside.turn() as turn:
            came.append(number)
            await turn.run(held)

    asked = [asyncio.create_task(noted(number)) for number in range(3)]
    await until(held.begun.is_set)
    with pytest.raises(Overloaded, match="3 reports are being read"):
        await noted(3)
    assert came == [0]
    held.free.set()
    await asyncio.gather(*asked)
    assert came == [0, 1, 2]
    await noted(4)


async def test_who_gives_up_waiting_leaves_room_for_another() -> None:
    beside, held = Beside(at_once=1, waiting=1), Held()
    first = asyncio.create_task(in_a_turn(beside, held))
    await until(held.begun.is_set)
    second = asyncio.create_task(in_a_turn(beside, held))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    third = asyncio.create_task(in_a_turn(beside, held))
    held.free.set()
    assert await first == await third == "done"


async def test_a_turn_that_is_given_up_ends_with_its_thread() -> None:
    beside, held, came = Beside(at_once=1), Held(), asyncio.Event()

    async def next_one() -> None:
        async with beside.turn():
            came.set()

    first = asyncio.create_task(in_a_turn(beside, held))
    await until(held.begun.is_set)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(next_one())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not came.is_set(), "the thread of the first still works"
    held.free.set()
    await second


async def test_what_is_given_up_is_cancelled_where_it_waits() -> None:
    begun, cancelled = threading.Event(), threading.Event()

    async def waits() -> None:
        begun.set()
        try:
            await asyncio.sleep(PATIENCE_S)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def asked() -> None:
        async with Beside().turn() as turn:
            await turn.run(waits)

    task = asyncio.create_task(asked())
    await until(begun.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(cancelled.is_set)


async def test_what_fails_fails_for_who_asked_and_gives_its_turn_back() -> None:
    beside = Beside(at_once=1)

    async def failing() -> None:
        raise ValueError("no such thing")

    for _ in range(2):
        async with beside.turn() as turn:
            with pytest.raises(ValueError, match="no such thing"):
                await turn.run(failing)
