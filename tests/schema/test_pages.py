"""Cursors stand for a position in one list, and what stands for none is refused as an argument, not as a bug."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from schema.errors import BadInput
from schema.pages import cursor, id_position, instant_position, position

KEY = UUID(int=7)
MOMENT = datetime(2024, 3, 1, 12, 30, 0, 5, tzinfo=UTC)


def test_a_position_comes_back_from_its_cursor() -> None:
    assert id_position(cursor(KEY)) == KEY
    assert instant_position(cursor(MOMENT, KEY)) == instant_position(cursor(MOMENT.isoformat(), KEY)) == (MOMENT, KEY)
    assert position(cursor("a", "b"), 2) == ["a", "b"]


@pytest.mark.parametrize("read", [id_position, instant_position])
def test_no_cursor_is_no_position(read: Callable[[str | None], object]) -> None:
    assert read(None) is None


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (id_position, "xx"),
        (id_position, ""),
        (id_position, cursor("x")),
        (id_position, cursor()),
        (id_position, cursor(MOMENT, KEY)),
        (instant_position, cursor(KEY)),
        (instant_position, cursor("x", KEY)),
        (instant_position, cursor(MOMENT, "x")),
    ],
)
def test_what_is_no_cursor_of_the_list_is_refused(read: Callable[[str | None], object], text: str) -> None:
    with pytest.raises(BadInput, match="is not a cursor of this list") as refused:
        read(text)
    assert repr(text[:60]) in str(refused.value)
