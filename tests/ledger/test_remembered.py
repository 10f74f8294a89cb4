"""Answers that are kept: the same object for the same question, bounded, oldest asked first to go."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from accounting.footprints import Footprint
from ledger.remembered import Remembered, footprints


def computing(lines: int, made: list[Footprint]) -> Callable[[], Awaitable[Footprint]]:
    """Return what computes a footprint with a number of lines, and notes it."""
    no_line: Any = None

    async def compute() -> Footprint:
        made.append(Footprint((no_line,) * lines, ()))
        return made[-1]

    return compute


def seven() -> Remembered[Footprint]:
    """Return room for seven lines, of which each answer takes one more than it has."""
    return Remembered(7, lambda found: len(found.lines) + 1)


@pytest.mark.anyio
async def test_a_question_is_computed_once() -> None:
    kept, made = footprints(), list[Footprint]()
    first = await kept.of("a", computing(1, made))
    assert await kept.of("a", computing(1, made)) is first
    assert await kept.of("b", computing(1, made)) is not first
    assert len(made) == 2


@pytest.mark.anyio
async def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept, made = seven(), list[Footprint]()
    for asked in ("a", "b", "a", "c"):  # each weighs 3
        await kept.of(asked, computing(2, made))
    assert len(made) == 3
    await kept.of("a", computing(2, made))
    assert len(made) == 3
    await kept.of("b", computing(2, made))
    assert len(made) == 4


@pytest.mark.anyio
async def test_what_is_larger_than_all_room_is_not_kept() -> None:
    kept, made = seven(), list[Footprint]()
    await kept.of("small", computing(2, made))
    await kept.of("large", computing(7, made))
    await kept.of("small", computing(2, made))
    assert len(made) == 2
    await kept.of("large", computing(7, made))
    assert len(made) == 3


@pytest.mark.anyio
async def test_a_failure_is_not_kept() -> None:
    kept, made = footprints(), list[Footprint]()

    async def failing() -> Footprint:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await kept.of("a", failing)
    await kept.of("a", computing(1, made))
    assert len(made) == 1
