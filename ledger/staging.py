"""Checked rows as the bytes of a binary COPY into the stage, written once for what many rows have in common.

The rows of a batch share their sources, units and periods, so most columns of a row are bytes that an earlier row had
already. The values themselves are written by psycopg's own dumpers; a test compares the whole with psycopg's COPY.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from struct import Struct
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.adapt import PyFormat
from psycopg.pq import Format

from ledger.periods import Period
from ledger.rows import CheckedRow

COPY: Final = """
COPY stage (activity_id, external_id, quantity, base_quantity, source_id, site_id, activity_type, unit, base_unit,
    period_start, period_end, local_start, local_end, quality, supplier, document) FROM STDIN (FORMAT BINARY)
"""
TYPES: Final = [
    *("uuid", "text", "text", "text"),
    *("uuid", "uuid", "text", "text", "text"),
    *("timestamptz", "timestamptz", "timestamp", "timestamp"),
    *("text", "text", "text"),
]
"""The types of the columns of `COPY`."""

_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_LENGTH: Final = Struct("!i").pack
_ROW: Final = Struct("!hi16si").pack
"""The number of columns, the first of them, and the length of the second."""

Dump = Callable[[Any], Any]


def columns(activity_id: UUID, row: CheckedRow) -> tuple[object, ...]:
    """Return the values of the columns of `COPY`."""
    counted = row.place.source_id, row.place.site_id, row.activity_type, row.unit, row.base_unit
    noted = row.quality, row.supplier, row.document
    return activity_id, row.external_id, str(row.quantity), str(row.base_quantity), *counted, *row.period, *noted


def copied(rows: Iterable[tuple[UUID, CheckedRow]]) -> bytes:
    """Return rows as the data of `COPY`, from its signature to its end."""
    counted: dict[tuple[int, str, str, str], bytes] = {}
    periods: dict[int, bytes] = {}
    noted: dict[tuple[str, str, str], bytes] = {}
    parts = [_BEGIN]
    for activity_id, row in rows:  # objects of the rows live as long as the rows, so their addresses are keys
        count = id(row.place), row.activity_type, row.unit, row.base_unit
        note = row.quality, row.supplier, row.document
        text = row.external_id.encode()
        quantity, base = str(row.quantity).encode(), str(row.base_quantity).encode()
        parts += (
            _ROW(len(TYPES), 16, activity_id.bytes, len(text)),
            text,
            _LENGTH(len(quantity)),
            quantity,
            _LENGTH(len(base)),
            base,
            counted.get(count) or counted.setdefault(count, _counted(row)),
            periods.get(id(row.period)) or periods.setdefault(id(row.period), _period(row.period)),
            noted.get(note) or noted.setdefault(note, b"".join(_field(text.encode()) for text in note)),
        )
    parts.append(_END)
    return b"".join(parts)


def _counted(row: CheckedRow) -> bytes:
    ids = (row.place.source_id.bytes, row.place.site_id.bytes)
    texts = (row.activity_type.encode(), row.unit.encode(), row.base_unit.encode())
    return b"".join(map(_field, ids + texts))


def _period(period: Period) -> bytes:
    instant, wall_clock = _dumper(datetime, "timestamptz"), _dumper(datetime, "timestamp")
    dumped = (instant(period.start), instant(period.end), wall_clock(period.local_start), wall_clock(period.local_end))
    return b"".join(map(_field, dumped))


def _field(data: Any) -> bytes:
    return _LENGTH(len(data)) + bytes(data)


def _dumper(of: type, as_type: str = "") -> Dump:
    """Return psycopg's function that writes values of a type in binary form."""
    adapters = psycopg.adapters
    if as_type:
        return adapters.get_dumper_by_oid(adapters.types[as_type].oid, Format.BINARY)(of).dump
    return adapters.get_dumper(of, PyFormat.BINARY)(of).dump
