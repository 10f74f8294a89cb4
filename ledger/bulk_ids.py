"""Identifiers of many rows at once, as text: what `ledger.identifiers` makes one by one, in columns."""

from typing import Final

import numpy as np
import polars as pl

from ledger.identifiers import ID_BYTES, reserved

_HEX: Final = np.array([list(f"{byte:02x}".encode()) for byte in range(256)], np.uint8)
_LENGTH: Final = len("01234567-89ab-7def-8123-456789abcdef")
_DASHES: Final = (8, 13, 18, 23)
_DIGITS: Final = [place for place in range(_LENGTH) if place not in _DASHES]


def id_texts(count: int) -> pl.Series:
    """Return as many ids in their order, each a UUIDv7 as text."""
    first, random = reserved(count)
    ticks = np.arange(first, first + count, dtype=np.uint64)
    milliseconds, fraction = ticks >> np.uint64(12), ticks & np.uint64(0xFFF)
    high = milliseconds << np.uint64(16) | np.uint64(0x7000) | fraction
    low = np.frombuffer(random, ">u8").astype(np.uint64) >> np.uint64(2) | np.uint64(1 << 63)
    both = np.stack([high, low], axis=1).astype(">u8").view(np.uint8).reshape(count, ID_BYTES)
    return pl.Series("activity_id", _texts(both).view(f"S{_LENGTH}").ravel(), pl.Binary).cast(pl.String)


def _texts(ids: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    texts = np.full((len(ids), _LENGTH), ord("-"), np.uint8)
    texts[:, _DIGITS] = _HEX[ids].reshape(len(ids), 2 * ID_BYTES)
    return texts
