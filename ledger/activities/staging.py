"""Checked rows as one array of `staged_activity` in binary form, written once for what many rows have in common.

The rows of a batch share their sources, units and periods, so most columns of a row are bytes that an earlier row had
already. The values themselves are written by psycopg's own dumpers; a test compares the whole with psycopg's.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from struct import Struct
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

from ledger.activities.rows import CheckedRow
from ledger.periods import Period

TYPES: Final = [
    *("uuid", "text", "text", "text"),
    *("uuid", "uuid", "text", "text", "text"),
    *("timestamptz", "timestamptz", "timestamp", "timestamp"),
    *("text", "text", "text"),
]
"""The types of the columns of `staged_activity`. Quantities are texts, because PostgreSQL reads the digits of a decimal
in a tenth of the time that it takes to write one in binary form here.
"""

_OIDS: Final = [psycopg.adapters.types[name].oid for name in TYPES]
_TEXT: Final = _OIDS[1]
_ARRAY: Final = Struct("!5i").pack
"""Dimensions, no nulls, the type of an element, which PostgreSQL knows better, their number, and the first index."""
_FIELD: Final = Struct("!Ii").pack
"""The type and the length of a column."""
_ROW: Final = Struct("!iiIi16s").pack
"""The length of a row, the number of its columns, and the first of them."""
_ROW_BYTES: Final = 4 + 8 + 16

Dump = Callable[[Any], Any]


class Staged(bytes):
    """Rows to be posted: what a statement takes as `staged_activity[]`."""

    __slots__ = ()


class _StagedDumper(Dumper):
    format = Format.BINARY
    oid = 0  # the statement says which type it is; its number is another in every database

    def dump(self, obj: Staged) -> bytes:
        return obj


psycopg.adapters.register_dumper(Staged, _StagedDumper)


def columns(activity_id: UUID, row: CheckedRow) -> tuple[object, ...]:
    """Return the values of the columns of `staged_activity`."""
    counted = row.place.source_id, row.place.site_id, row.activity_type, row.unit, row.base_unit
    noted = row.quality, row.supplier, row.document
    return activity_id, row.external_id, str(row.quantity), str(row.base_quantity), *counted, *row.period, *noted


def staged(rows: Collection[tuple[UUID, CheckedRow]]) -> Staged:
    """Return rows as an array in PostgreSQL's binary form."""
    counted: dict[tuple[int, str, str, str], bytes] = {}
    periods: dict[int, bytes] = {}
    noted: dict[tuple[str, str, str], bytes] = {}
    parts = [_ARRAY(1, 0, 0, len(rows), 1)]
    for activity_id, row in rows:  # objects of the rows live as long as the rows, so their addresses are keys
        count = id(row.place), row.activity_type, row.unit, row.base_unit
        note = row.quality, row.supplier, row.document
        own = _texts(row.external_id, str(row.quantity), str(row.base_quantity))
        of_count = counted.get(count) or counted.setdefault(count, _counted(row))
        of_period = periods.get(id(row.period)) or periods.setdefault(id(row.period), _period(row.period))
        of_note = noted.get(note) or noted.setdefault(note, _texts(*note))
        length = _ROW_BYTES + len(own) + len(of_count) + len(of_period) + len(of_note)
        parts += (_ROW(length, len(TYPES), _OIDS[0], 16, activity_id.bytes), own, of_count, of_period, of_note)
    return Staged(b"".join(parts))


def _counted(row: CheckedRow) -> bytes:
    ids = (row.place.source_id.bytes, row.place.site_id.bytes)
    return b"".join(_FIELD(_OIDS[0], 16) + one for one in ids) + _texts(row.activity_type, row.unit, row.base_unit)


def _period(period: Period) -> bytes:
    instant, wall_clock = _dumper(datetime, "timestamptz"), _dumper(datetime, "timestamp")
    dumped = (instant(period.start), instant(period.end), wall_clock(period.local_start), wall_clock(period.local_end))
    return b"".join(_FIELD(oid, len(one)) + bytes(one) for oid, one in zip(_OIDS[9:13], dumped, strict=True))


def _texts(*texts: str) -> bytes:
    written = [text.encode() for text in texts]
    return b"".join([part for one in written for part in (_FIELD(_TEXT, len(one)), one)])


def _dumper(of: type, as_type: str) -> Dump:
    """Return psycopg's function that writes values of a type in binary form."""
    adapters = psycopg.adapters
    return adapters.get_dumper_by_oid(adapters.types[as_type].oid, Format.BINARY)(of).dump
