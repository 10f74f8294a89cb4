"""Posted rows as bytes, made of texts: each column as PostgreSQL sends it, and a row as a record of its columns.

What an event of the history hashes of them is in `row_digests`. A row has one text for each column and one sequence of
bytes, so that texts which give a digest are those that were stored, to the last zero of a quantity.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from itertools import dropwhile
from struct import error as struct_error
from struct import pack
from typing import Final
from uuid import UUID

from proofs.errors import BadRow


class Kind(IntEnum):
    """The type of a column, by its number in every PostgreSQL (`pg_type.dat`, fixed for types that are built in)."""

    INTEGER = 23
    TEXT = 25
    LOCAL = 1114
    """A time on a wall clock: 2024-03-01T00:00:00, digits of the second as many as there are."""
    DAYS = 1182
    """Days, with a blank between them."""
    INSTANT = 1184
    """2024-03-01T00:00:00Z."""
    NUMERIC = 1700
    """With every zero that was stored: 12.50 is not 12.5."""
    UUID = 2950


@dataclass(frozen=True, slots=True)
class RowForm:
    """What is hashed of a row of one table: its columns in order, and those of them by which rows are ordered."""

    columns: Mapping[str, Kind]
    order: tuple[str, ...]

    def sent(self, row: Mapping[str, str | None]) -> dict[str, bytes | None]:
        """Return the bytes of each column of a row that is given as texts; a null is None, or not there.

        Raises `BadRow` naming the column.
        """
        return {name: _sent(name, kind, row.get(name)) for name, kind in self.columns.items()}

    def record(self, sent: Mapping[str, bytes | None], names: Iterable[str] = ()) -> bytes:
        """Return what `record_send` gives for a row of these columns, or of all."""
        return record((self.columns[name], sent[name]) for name in names or self.columns)


ACTIVITIES: Final = "activities"
READINGS: Final = "interval_readings"
ADJUSTMENTS: Final = "adjustments"
_ID, _TEXT, _WHOLE, _NUMBER = Kind.UUID, Kind.TEXT, Kind.INTEGER, Kind.NUMERIC
TABLES: Final[Mapping[str, RowForm]] = {
    ACTIVITIES: RowForm(
        {
            "activity_id": _ID, "source_id": _ID, "site_id": _ID, "external_id": _TEXT, "version": _WHOLE,
            "kind": _TEXT, "supersedes": _ID, "reason": _TEXT, "activity_type": _TEXT, "supplier": _TEXT,
            "quantity": _NUMBER, "unit": _TEXT, "base_quantity": _NUMBER, "base_unit": _TEXT,
            "period_start": Kind.INSTANT, "period_end": Kind.INSTANT, "local_start": Kind.LOCAL,
            "local_end": Kind.LOCAL, "quality": _TEXT, "document": _TEXT,
        },
        ("activity_id",),
    ),
    READINGS: RowForm(
        {
            "series_id": _ID, "start": Kind.INSTANT, "version": _WHOLE, "value": _NUMBER, "posting_id": _ID,
            "reason": _TEXT,
        },
        ("series_id", "start", "version"),
    ),
    ADJUSTMENTS: RowForm({"posting_id": _ID, "months": Kind.DAYS, "reason": _TEXT}, ("posting_id",)),
}  # fmt: skip
"""Table -> what is hashed of its rows, and the order of rows (`ledger/` hashes them in the database)."""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMERIC: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,9})")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The day that PostgreSQL counts from."""
_GROUP: Final = 4
"""Decimal digits in one digit of a stored numeric, of base 10,000."""
_NEGATIVE: Final = 0x4000
_MICROSECOND: Final = timedelta(microseconds=1)


def record(columns: Iterable[tuple[int, bytes | None]]) -> bytes:
    """Return what PostgreSQL's `record_send` gives for a row of columns, each the number of its type and its bytes."""
    parts = [pack(">Ii", kind, -1) if sent is None else pack(">Ii", kind, len(sent)) + sent for kind, sent in columns]
    return pack(">i", len(parts)) + b"".join(parts)


def _sent(name: str, kind: Kind, text: str | None) -> bytes | None:
    try:
        return None if text is None else _SENT[kind](text)
    except (ValueError, struct_error) as error:
        raise BadRow(f"{name} is {str(text)[:80]!r}: {error}") from None


def _uuid(text: str) -> bytes:
    if not _UUID.fullmatch(text):
        raise ValueError("accepted is a UUID in lower case")
    return UUID(text).bytes


def _integer(text: str) -> bytes:
    if not _INTEGER.fullmatch(text) or not -(2**31) <= int(text) < 2**31 or text == "-0":
        raise ValueError("accepted is an integer of four bytes")
    return pack(">i", int(text))


def _numeric(text: str) -> bytes:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        raise ValueError("accepted is a decimal in plain notation")
    sign, whole, fraction = found[1], found[2], found[3] or ""
    left = whole.zfill(-(-len(whole) // _GROUP) * _GROUP)
    right = fraction.ljust(-(-len(fraction) // _GROUP) * _GROUP, "0")
    digits = left + right
    groups = [int(digits[at : at + _GROUP]) for at in range(0, len(digits), _GROUP)]
    kept = list(dropwhile(lambda group: not group, groups))
    weight = len(left) // _GROUP - 1 - (len(groups) - len(kept))
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        if sign:
            raise ValueError("accepted is 0 without a sign")
        weight = 0
    return pack(f">HhHH{len(kept)}H", len(kept), weight, _NEGATIVE if sign else 0, len(fraction), *kept)


def _instant(text: str) -> bytes:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or instant_text(found) != text:
        raise ValueError("accepted is an instant such as 2024-03-01T00:00:00Z")
    return pack(">q", (found - _EPOCH) // _MICROSECOND)


def _local(text: str) -> bytes:
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None or found.isoformat() != text:
        raise ValueError("accepted is a time such as 2024-03-01T00:00:00")
    return pack(">q", (found.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND)


def _days(text: str) -> bytes:
    days = [date.fromisoformat(one) for one in text.split(" ")]
    if " ".join(one.isoformat() for one in days) != text:
        raise ValueError("accepted are days such as 2024-03-01, a blank between them")
    sent = [pack(">ii", 4, one.toordinal() - _EPOCH.toordinal()) for one in days]
    return pack(">iiIii", 1, 0, 1082, len(days), 1) + b"".join(sent)


_SENT: Final[Mapping[Kind, Callable[[str], bytes]]] = {
    Kind.INTEGER: _integer,
    Kind.TEXT: str.encode,
    Kind.LOCAL: _local,
    Kind.DAYS: _days,
    Kind.INSTANT: _instant,
    Kind.NUMERIC: _numeric,
    Kind.UUID: _uuid,
}


def instant_text(moment: datetime) -> str:
    """Return the one text of an instant, in UTC.

    >>> instant_text(datetime(2024, 3, 1, 8, tzinfo=UTC))
    '2024-03-01T08:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def shown_row(form: RowForm, row: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Return a row as an event shows it in full, PostgreSQL's texts, in the texts of `RowForm.sent`; what cannot be
    read stays as it is.
    """
    return {name: _as_text(form.columns.get(name, Kind.TEXT), value) for name, value in row.items()}


def _as_text(kind: Kind, value: str | None) -> str | None:
    if value is None or kind not in (Kind.INSTANT, Kind.LOCAL):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return instant_text(found) if kind is Kind.INSTANT and found.tzinfo else found.isoformat()
