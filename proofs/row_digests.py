"""The digest of the rows of a posting that an event of the history states, made again from texts, without a database.

    form 1      SHA-256(record of row 1 || record of row 2 || ...)
    form 2      the same but for activities: SHA-256(record of (record of row 1, streams, texts))

Streams are bytes, and so are texts, in the order of rows; of the first row they have only what stands last of it here:

    common      of each row its id, then 0 where it says of `_COMMON` what the first row says and supersedes nothing,
                otherwise 1 and the record of `_COMMON`
    streams     the ids of sources; start and end on either clock; quantity and base quantity
    texts       of a column the character whose code is the length in bytes and one, then the text

`ledger/history/sealed_activities.py` makes the same of what is stored. A form is never changed: a new one gets a new
number.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from proofs.errors import BadRow
from proofs.row_forms import ACTIVITIES, TABLES, Kind, record

FORMS: Final = (1, 2)
"""The forms that are known; which one stands in every event."""
_BYTES: Final = 17
"""The number of PostgreSQL's type of bytes."""
_COMMON: Final = ("site_id", "version", "kind", "supersedes", "reason", "supplier", "quality", "document")
"""Columns that rows mostly have in common with the first of their posting."""
_COMPARED: Final = tuple(name for name in _COMMON if name != "supersedes")
_STREAMS: Final = (
    ("", "source_id"), ("period_start", "period_end"), ("local_start", "local_end"), ("quantity", "base_quantity"),
)  # fmt: skip
"""What stands before, and what stands last."""
_TEXTS: Final = ("external_id", "activity_type", "unit", "base_unit")
_LONGEST: Final = 50_000
"""Bytes beyond which a code says no more; the ledger's texts have far fewer."""
_Sent = Mapping[str, bytes | None]


class RowDigest:
    """Takes the rows of a posting in their order; of activities in form 2 it keeps about 150 bytes a row."""

    def __init__(self, form: int, table: str) -> None:
        """Begin the digest of a table's rows in one of `FORMS`."""
        self._of = TABLES[table]
        self._hash = sha256()
        self._columns = _Columns() if form > 1 and table == ACTIVITIES else None
        self.count = 0

    def add(self, row: Mapping[str, str | None]) -> bytes:
        """Add the next row, given as texts, and return its record. Raises `BadRow` naming the column."""
        sent = self._of.sent(row)
        whole = self._of.record(sent)
        if self._columns is None:
            self._hash.update(whole)
        else:
            self._columns.add(sent, whole, self._of.record(sent, _COMMON))
        self.count += 1
        return whole

    def hexdigest(self) -> str:
        """Return the digest of the rows so far."""
        return self._hash.hexdigest() if self._columns is None else self._columns.hexdigest()


class _Columns:
    """The parts of form 2."""

    def __init__(self) -> None:
        self._record = b""
        self._first: _Sent = {}
        self._common = bytearray()
        self._streams = [bytearray() for _ in _STREAMS]
        self._texts = [bytearray() for _ in _TEXTS]

    def add(self, sent: _Sent, whole: bytes, common: bytes) -> None:
        is_first = not self._record
        if is_first:
            self._record, self._first = whole, sent
        is_same = sent["supersedes"] is None and all(sent[name] == self._first[name] for name in _COMPARED)
        self._common += (b"" if is_first else _given(sent, "activity_id")) + (b"\0" if is_same else b"\1" + common)
        for (before, last), stream in zip(_STREAMS, self._streams, strict=True):
            stream.extend((b"" if is_first or not before else _given(sent, before)) + _given(sent, last))
        for name, stream in zip(_TEXTS, self._texts, strict=True):
            text = _given(sent, name)
            stream.extend((b"" if is_first else chr(min(len(text), _LONGEST) + 1).encode()) + text)

    def hexdigest(self) -> str:
        streams = [(_BYTES, bytes(part)) for part in (self._record, self._common, *self._streams)]
        return sha256(record([*streams, *((Kind.TEXT, bytes(part)) for part in self._texts)])).hexdigest()


def _given(sent: _Sent, name: str) -> bytes:
    found = sent[name]
    if found is None:
        raise BadRow(f"{name} is null; every activity has one")
    return found
