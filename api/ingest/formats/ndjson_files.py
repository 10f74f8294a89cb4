"""NDJSON: one JSON object per line, its keys the fields of the API; parsed by polars where regular, else one by one.

Numbers are taken as they are written, never through a binary number, so 0.1 is a tenth.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars

from accounting.management.ingest_profiles import FIELDS, NUMBERS, PERIOD, IngestProfile
from api.ingest.formats import encodings, lines, numerals
from api.ingest.formats.blocks import WHOLE_ROW, Places, RawBlock, Unread, quoted
from api.ingest.formats.codings import ContentCoding, pieces
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile
from api.ingest.formats.headings import Column, Layout

_NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
"""A number of JSON (RFC 8259 section 6) without an exponent."""


class _Number(str):
    """A number as it stands in the text."""

    __slots__ = ()


class NdjsonFile:
    """An NDJSON file; which keys it has is seen row by row."""

    def __init__(self, path: Path, coding: ContentCoding, profile: IngestProfile, limits: Limits) -> None:
        self._path, self._coding, self._profile, self._limits = path, coding, profile, limits
        self._fields = _keys(profile)
        self._ignored = {one.header for one in profile.columns if not one.field}
        columns = [Column(place, key, field) for place, (key, field) in enumerate(self._fields)]
        self.layout = Layout(len(columns), tuple(columns), ())
        self._schema = {key: polars.String for key, _ in self._fields}
        self._known = {key: field for key, field in self._fields if not field.startswith("id ")}
        self._known = {**dict(self._fields), **self._known}
        keys = "|".join(
            re.escape(json.dumps(key, ensure_ascii=False)) for key, field in self._fields if field in NUMBERS
        )
        self._numbers = re.compile(rf"({keys})(: ?)({_NUMBER})(?=[,}} ])".encode()) if keys else None

    def prove(self) -> int:
        """Return how many lines there are; raises `UnreadableFile` wherever in the file it is damaged."""
        rows, is_first = 0, True
        for block in self._text():
            if is_first and block.lstrip()[:1] == b"[":
                message = "the file is a JSON list; accepted is NDJSON: one object on each line, no list around them"
                raise UnreadableFile(FileFault.FORMAT, message)
            rows, is_first = rows + block.count(b"\n"), False
        if not rows:
            raise UnreadableFile(FileFault.EMPTY, "the file is empty; accepted is one JSON object on each line")
        return rows

    def raw(self) -> Iterator[RawBlock]:
        """Return the rows in blocks."""
        line = 1
        for block in self._text():
            count = block.count(b"\n")
            frame = self._fast(block, count)
            if frame is None:
                yield self._careful(block.decode(), line)
            else:
                yield RawBlock(frame, Places("line", range(line, line + count), self.layout))
            line += count

    def _text(self) -> Iterator[bytes]:
        unpacked = pieces(self._path, self._coding, self._limits)
        return lines.blocks(encodings.utf8(unpacked, self._profile.encoding), self._limits, is_quoted=False)

    def _fast(self, block: bytes, count: int) -> polars.DataFrame | None:
        """Return the columns of a block in which every line is an object of known keys, each once, with texts; or None.

        The keys of the first line are tried before all that there may be, as a column that no line has costs as much as
        any. polars would drop an unknown key, keep one of two equal ones, and read a number as binary. As every key
        shows as `":` and every text as `":"`, the counts say whether a block has any of these.
        """
        if b"\\" in block and (b"\\ud" in block or b"\\uD" in block):  # half a surrogate pair would become NUL
            return None
        texts, keys = _counts(block)
        if texts != keys and self._numbers is not None and self._profile.decimal_mark == ".":
            block = self._numbers.sub(rb'\1\2"\3"', block)
            texts, keys = _counts(block)
        if texts != keys:
            return None
        first = block[: block.index(b"\n")].decode()
        likely = {key: kind for key, kind in self._schema.items() if json.dumps(key, ensure_ascii=False) in first}
        frame = self._read(block, likely, count, keys) if likely else None
        return self._read(block, self._schema, count, keys) if frame is None else frame

    def _read(self, block: bytes, schema: Mapping[str, Any], count: int, keys: int) -> polars.DataFrame | None:
        """Return the columns of a block that has only keys of the schema, so many in all; or None."""
        try:
            frame = polars.read_ndjson(block, schema=schema)
        except (polars.exceptions.PolarsError, polars.exceptions.PanicException):
            return None
        said = sum(frame.height - column.null_count() for column in frame)
        return self._renamed(frame) if frame.height == count and said == keys else None

    def _renamed(self, frame: polars.DataFrame) -> polars.DataFrame:
        return frame.select(
            (polars.col(key) if key in frame.columns else polars.lit(None, polars.String)).alias(field)
            for key, field in self._fields
        )

    def _careful(self, block: str, line: int) -> RawBlock:
        rows: list[dict[str, str | None]] = []
        numbers: list[int] = []
        unread: list[Unread] = []
        for number, text in enumerate(block.split("\n"), start=line):
            if not text.strip():
                continue
            row, faults = self._row(text)
            unread += [Unread(len(rows), field, message) for field, message in faults]
            rows.append(row)
            numbers.append(number)
        columns = {key: [row.get(key) for row in rows] for key in self._schema}
        frame = self._renamed(polars.DataFrame(columns, schema=self._schema))
        return RawBlock(frame, Places("line", numbers, self.layout), tuple(unread))

    def _row(self, text: str) -> tuple[dict[str, str | None], list[tuple[str, str]]]:
        """Return the texts of a line by key, and what is wrong with it: field and message."""
        try:
            pairs = _pairs(text)
        except (ValueError, RecursionError) as error:
            return {}, [(WHOLE_ROW, f"{quoted(text)} is no JSON object: {error or 'nested too deep'}")]
        known = self._known
        row: dict[str, str | None] = {}
        faults: list[tuple[str, str]] = []
        for key, value in pairs:
            if key in row:
                faults.append((WHOLE_ROW, f"the key {quoted(key)} comes twice"))
            elif key in known:
                row[key], fault = self._text_of(value, known[key])
                faults += [(known[key], f"{quoted(key)} {fault}")] if fault else []
            elif key not in self._ignored:
                faults.append((WHOLE_ROW, f"the key {quoted(key)} is unknown; accepted are {', '.join(known)}"))
        return row, faults

    def _text_of(self, value: Any, field: str) -> tuple[str | None, str]:
        """Return a value as text, or what is wrong with it."""
        if value is None:
            return None, ""
        if isinstance(value, _Number):
            return (numerals.as_written(value, self._profile) if field in NUMBERS else str(value)), ""
        if not isinstance(value, str):
            shown = (
                "true or false" if isinstance(value, bool) else "an object" if isinstance(value, _Object) else "a list"
            )
            return None, f"is {shown}; accepted is a text or a number"
        try:
            value.encode()
        except UnicodeEncodeError:
            return None, f"holds half a character: {value[:60]!r}"
        return value, ""


def _keys(profile: IngestProfile) -> list[tuple[str, str]]:
    """Return key and field: what the profile names, and the fields of the API under their own names."""
    declared = [(one.header, one.field) for one in profile.columns if one.field]
    parts = [(header, f"id {number}") for number, header in enumerate(profile.id_columns)]
    filled = {field for _, field in declared} | {one.field for one in profile.fixed}
    filled |= {"externalId"} if profile.id_columns else set()
    filled |= {"periodStart", "periodEnd"} if PERIOD in filled else set()
    taken = {one.header for one in profile.columns}
    own = [(name, name) for name in FIELDS[profile.dataset] if name not in filled and name not in taken]
    return [*declared, *own, *parts]


def _counts(block: bytes) -> tuple[int, int]:
    """Return how many keys have a text, and how many keys there are."""
    keys, close = block.count(b'":'), block.count(b'":"')
    return keys if close == keys else close + block.count(b'": "'), keys


def _pairs(text: str) -> list[tuple[str, Any]]:
    found = json.loads(
        text, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant, object_pairs_hook=_Object
    )
    if not isinstance(found, _Object):
        raise ValueError("a line holds one object in braces")
    return list(found)


class _Object(list[tuple[str, Any]]):
    """An object's keys and values in their order, equal keys included."""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
