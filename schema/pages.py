"""Relay pages: connections, edges and opaque keyset cursors that survive rows being added."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import strawberry

from schema.errors import BadInput
from schema.limits import PAGE_DEFAULT, PAGE_MOST

T = TypeVar("T")
S = TypeVar("S")


@strawberry.type(description="Where a page ends and whether more follow.")
class PageInfo:
    """Relay's page information; pages go forward only."""

    has_next_page: bool = strawberry.field(description="Whether items follow after `endCursor`.")
    has_previous_page: bool = strawberry.field(description="Whether the page began after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first item of the page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last item; pass it as `after` for the next page."
    )


@strawberry.type(description="An item with its cursor.")
class Edge(Generic[T]):
    """One item of a page."""

    node: T = strawberry.field(description="The item.")
    cursor: str = strawberry.field(description="Opaque position of the item in this order.")


@strawberry.type(description="One page of items.")
class Connection(Generic[T]):
    """A page of items."""

    edges: list[Edge[T]] = strawberry.field(description="The items with their cursors.")
    nodes: list[T] = strawberry.field(description="The items alone.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


def page_size(first: int | None) -> int:
    """Return how many items a page holds; raises `BadInput` outside 1 to the maximum."""
    size = PAGE_DEFAULT if first is None else first
    if not 1 <= size <= PAGE_MOST:
        raise BadInput(f"first is {size}; accepted is 1 to {PAGE_MOST}")
    return size


def cursor(*position: object) -> str:
    """Return the opaque cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in position]).encode()).decode().rstrip("=")


def position(text: str | None, parts: int) -> list[str] | None:
    """Return the position a cursor stands for; raises `BadInput` for what is no cursor of this list."""
    if text is None:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode((text + "=" * (-len(text) % 4)).encode()))
    except (binascii.Error, UnicodeError, ValueError):
        found = None
    if not isinstance(found, list) or len(found) != parts or not all(isinstance(part, str) for part in found):
        raise _no_cursor(text)
    return found


def id_position(text: str | None) -> UUID | None:
    """Return the id a cursor stands for; raises `BadInput` for what is no cursor of this list."""
    found = position(text, 1)
    try:
        return UUID(found[0]) if found else None
    except ValueError:
        raise _no_cursor(text) from None


def instant_position(text: str | None) -> tuple[datetime, UUID] | None:
    """Return the instant and id a cursor stands for; raises `BadInput` for what is no cursor of this list."""
    found = position(text, 2)
    try:
        return (datetime.fromisoformat(found[0]), UUID(found[1])) if found else None
    except ValueError:
        raise _no_cursor(text) from None


def _no_cursor(text: str | None) -> BadInput:
    return BadInput(f"{str(text)[:60]!r} is not a cursor of this list")


def page(
    found: Sequence[S], size: int, after: str | None, make: Callable[[S], T], at: Callable[[S], str]
) -> Connection[T]:
    """Return a page of at most `size` items from `found`, which holds one more if more follow."""
    shown = found[:size]
    edges = [Edge(node=make(item), cursor=at(item)) for item in shown]
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=len(found) > size,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def sliced(
    items: Sequence[S], first: int | None, after: str | None, make: Callable[[S], T], key: Callable[[S], str]
) -> Connection[T]:
    """Return a page of a list that is whole in memory, by the key of its items; raises `BadInput`."""
    size = page_size(first)
    start = 0
    came_after = position(after, 1)
    if came_after is not None:
        keys = [key(item) for item in items]
        if came_after[0] not in keys:
            raise BadInput("the cursor's item is no longer in this list")
        start = keys.index(came_after[0]) + 1
    return page(items[start : start + size + 1], size, after, make, lambda item: cursor(key(item)))
