"""Turns: few writes at a time, one while anything is read, in the order they came; reads wait for nobody."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledger.turns import Overloaded, Turns

pytestmark = pytest.mark.anyio


class Writers:
    """Writers that begin when they have their turn and end when they are told to."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.begun: list[str] = []

    async def come(self, *names: str) -> None:
        """Let writers come and wait for their turns, one after the other."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.ensure_future(self._write(name))
            await settled()

    async def end(self, *names: str) -> None:
        """Let writers end."""
        for name in names:
            self._ends[name].set()
        await settled()

    async def _write(self, name: str) -> None:
        async with self._turns.writing():
            self.begun.append(name)
            await self._ends[name].wait()


async def settled() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


@contextmanager
def reading(turns: Turns, count: int) -> Iterator[None]:
    """Be so many who read."""
    if not count:
        yield
        return
    with turns.reading(), reading(turns, count - 1):
        yield


async def test_so_many_write_at_a_time_in_the_order_they_came() -> None:
    writers = Writers(Turns(2))
    await writers.come("a", "b", "c", "d")
    assert writers.begun == ["a", "b"]
    await writers.end("b")
    assert writers.begun == ["a", "b", "c"]
    await writers.end("a", "c", "d")
    assert writers.begun == ["a", "b", "c", "d"]
    await asyncio.gather(*writers.tasks.values())


@pytest.mark.parametrize("readers", [1, 3])
async def test_one_writes_while_anything_is_read(readers: int) -> None:
    turns = Turns(3)
    writers = Writers(turns)
    with reading(turns, readers):
        await writers.come("a", "b", "c", "d")
        assert writers.begun == ["a"]
        await writers.end("a")
        assert writers.begun == ["a", "b"]
    await settled()
    assert writers.begun == ["a", "b", "c", "d"]
    await writers.end("b", "c", "d")


async def test_whoever_gives_up_waiting_takes_no_turn() -> None:
    writers = Writers(Turns(1))
    await writers.come("a", "b", "c")
    writers.tasks["b"].cancel()
    await settled()
    await writers.end("a")
    assert writers.begun == ["a", "c"]


async def test_a_turn_given_to_one_who_is_gone_goes_to_the_next() -> None:
    writers = Writers(Turns(1))
    await writers.come("a", "b", "c")
    writers._ends["a"].set()
    while not writers.tasks["a"].done():
        await asyncio.sleep(0)
    writers.tasks["b"].cancel()
    await settled()
    assert writers.begun in (["a", "c"], ["a", "b", "c"])
    await writers.end("c")
    await asyncio.wait_for(writers.tasks["c"], 5)


async def test_a_write_that_fails_gives_its_turn_back() -> None:
    turns = Turns(1)
    with pytest.raises(KeyError):
        async with turns.writing():
            raise KeyError
    async with asyncio.timeout(5), turns.writing():
        pass


def test_no_turn_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Turns(0)


async def test_what_else_is_ready_goes_on_between_writes_that_come_together() -> None:
    turns, order = Turns(2), []

    async def come(name: str) -> None:
        await turns.come(1000)
        order.append(name)

    async def read() -> None:
        for _ in range(8):
            await asyncio.sleep(0)
        order.append("read")

    await asyncio.gather(*(come(str(number)) for number in range(20)), read())
    assert [name for name in order if name != "read"] == [str(number) for number in range(20)]
    assert order.index("read") < 10, "a read waits for a few of them, not for all"


async def test_a_batch_lets_what_is_being_read_end_first() -> None:
    turns = Turns(2)
    with turns.reading():
        coming = asyncio.ensure_future(turns.come(100))
        await settled()
        assert not coming.done()
    await settled()
    assert coming.done(), "nothing is being read any more"


@pytest.mark.parametrize("rows", [0, 1, 1_000_000])
async def test_a_batch_never_stands_still_while_somebody_reads(rows: int) -> None:
    turns = Turns(2)
    with turns.reading():
        await asyncio.wait_for(turns.come(rows), 5)


async def test_where_as_many_wait_as_may_the_next_is_told_at_once() -> None:
    turns = Turns(1, waiting=2)
    writers = Writers(turns)
    await writers.come("a", "b", "c")
    with pytest.raises(Overloaded, match="2 writes wait"):
        turns.check()
    await writers.come("d")
    with pytest.raises(Overloaded):
        await writers.tasks["d"]
    assert writers.begun == ["a"]
    await writers.end("a")
    await writers.come("e")
    await writers.end("b", "c", "e")
    assert writers.begun == ["a", "b", "c", "e"], "nobody who waited has lost its turn"
    turns.check()
