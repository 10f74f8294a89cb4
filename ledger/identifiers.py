"""Identifiers: UUIDv7, which begin with the instant they were made (RFC 9562 section 5.7)."""

import os
import time
from threading import Lock
from typing import Final
from uuid import UUID

_LOCK: Final = Lock()
_last = 0


def new_id() -> UUID:
    """Return a UUIDv7 that sorts after every earlier one of this process.

    The 12 bits after the milliseconds count on within a millisecond (RFC 9562 section 6.2, method 3), so the order of
    ids is the order of making; 62 bits are random.
    """
    global _last  # noqa: PLW0603  the last instant given out, the reason for the lock
    with _LOCK:
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    milliseconds, fraction = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)
