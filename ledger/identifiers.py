"""Identifiers: UUIDv7, which begin with the instant they were made (RFC 9562 section 5.7)."""

import os
import time
from threading import Lock
from typing import Final
from uuid import UUID

_LOCK: Final = Lock()
_last = 0
ID_BYTES: Final = 16


def new_id() -> UUID:
    """Return a UUIDv7 that sorts after every earlier one of this process.

    The 12 bits after the milliseconds count on within a millisecond (RFC 9562 section 6.2, method 3), so the order of
    ids is the order of making; 62 bits are random.
    """
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """Return as many ids in their order, as `new_id` makes them; the clock and the random source are asked once."""
    first, random = reserved(count)
    return [_uuid7(first + number, random[8 * number : 8 * number + 8]) for number in range(count)]


def reserved(count: int) -> tuple[int, bytes]:
    """Return what `count` ids are made of: the first of as many instants that nobody else is given, in 4096ths of a
    millisecond, and 8 random bytes for each.
    """
    global _last  # noqa: PLW0603  the last instant given out, the reason for the lock
    with _LOCK:
        first = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = first + count - 1
    return first, os.urandom(8 * count)


def _uuid7(ticks: int, random: bytes) -> UUID:
    milliseconds, fraction = divmod(ticks, 4096)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | int.from_bytes(random) >> 2)
