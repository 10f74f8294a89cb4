"""Identifiers of many rows at once, as text: what `ledger.identifiers` makes one by one, in columns."""

from typing import Final

import numpy as np
import polars as pl

from ledger.identifiers import ID_BYTES, reserved

_LENGTH: Final = len("01234567-89ab-7def-8123-456789abcdef")
_PARTS: Final = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
"""The digits between the dashes."""


def id_texts(count: int) -> pl.Series:
    """Return as many ids in their order, each a UUIDv7 as text."""
    first, random = reserved(count)
    ticks = np.arange(first, first + count, dtype=np.uint64)
    milliseconds, fraction = ticks >> np.uint64(12), ticks & np.uint64(0xFFF)
    high = milliseconds << np.uint64(16) | np.uint64(0x7000) | fraction
    low = np.frombuffer(random, ">u8").astype(np.uint64) >> np.uint64(2) | np.uint64(1 << 63)
    digits = np.stack([high, low], axis=1).astype(">u8").tobytes().hex()
    return pl.Series("activity_id", _dashed(digits, count).view(f"S{_LENGTH}").ravel(), pl.Binary).cast(pl.String)


def _dashed(digits: str, count: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    bare = np.frombuffer(digits.encode(), np.uint8).reshape(count, 2 * ID_BYTES)
    texts = np.full((count, _LENGTH), ord("-"), np.uint8)
    for dashes, (first, end) in enumerate(_PARTS):
        texts[:, first + dashes : end + dashes] = bare[:, first:end]
    return texts
