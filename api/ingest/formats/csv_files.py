"""CSV (RFC 4180): blocks of whole records, parsed by polars where they are regular and one by one where not."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import polars

from accounting.management.ingest_profiles import IngestProfile
from api.ingest.formats import encodings, lines
from api.ingest.formats.blocks import WHOLE_ROW, Places, RawBlock, Unread, quoted
from api.ingest.formats.codings import ContentCoding, pieces
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile
from api.ingest.formats.headings import layout, recognised

DELIMITERS: Final = (",", ";", "\t", "|")


class CsvFile:
    """A CSV file. Making it reads the header; `prove` reads all of it and keeps nothing."""

    def __init__(self, path: Path, coding: ContentCoding, profile: IngestProfile, limits: Limits) -> None:
        self._path, self._coding, self._profile, self._limits = path, coding, profile, limits
        first = next(self._text(), b"")
        if not first.strip():
            raise UnreadableFile(FileFault.EMPTY, "the file is empty; accepted is a header and a row for each fact")
        self._header_line, header, self._begin = _header(first, profile)
        self._delimiter = profile.delimiter or _found_delimiter(header, profile)
        headers = _cells(header, self._delimiter)
        self.layout = layout(headers, profile, limits)
        self._names = [(column.place, column.field) for column in self.layout.columns]
        self._regular = re.compile(_grammar(self._delimiter, self.layout.width))

    def prove(self) -> int:
        """Return about how many rows there are; raises `UnreadableFile` wherever in the file it is damaged."""
        rows = sum(block.count(b"\n") for block in self._text()) - self._header_line
        if rows < 1:
            raise UnreadableFile(FileFault.EMPTY, "the file has a header and no row under it")
        return rows

    def raw(self) -> Iterator[RawBlock]:
        """Return the rows in blocks."""
        line, begin = self._header_line + 1, self._begin
        for text in self._text():
            body = text[begin:]
            begin = 0
            yield from self._parsed(body, line)
            line += body.count(b"\n")

    def _text(self) -> Iterator[bytes]:
        unpacked = pieces(self._path, self._coding, self._limits)
        return lines.blocks(encodings.utf8(unpacked, self._profile.encoding), self._limits, is_quoted=True)

    def _parsed(self, body: bytes, line: int) -> Iterator[RawBlock]:
        count = body.count(b"\n")
        frame = self._fast(body, count)
        if frame is None:
            yield self._careful(body.decode(), line)
        elif not frame.is_empty():
            yield _without_blanks(RawBlock(frame, Places("line", range(line, line + count), self.layout)))

    def _fast(self, body: bytes, count: int) -> polars.DataFrame | None:
        """Return the columns of a block in which every line is a record as wide as the header; or None."""
        width = self.layout.width
        if width == 1:  # a blank line could be a row of one empty cell
            return None
        if b'"' in body:
            # Only where each record is a line do line numbers count the rows, so quoted line ends go the careful way.
            is_regular = self._regular.fullmatch(body) is not None
        else:
            is_regular = body.count(self._delimiter.encode()) == count * (width - 1)
        if not is_regular or not body:
            return None
        schema = {f"column {place}": polars.String for place in range(width)}
        try:
            frame = polars.read_csv(
                body,
                has_header=False,
                separator=self._delimiter,
                quote_char='"' if b'"' in body else None,
                schema=schema,
                eol_char="\n",
            )
        except polars.exceptions.PolarsError:  # one line has more cells, another fewer
            return None
        if frame.height != count:
            return None
        return frame.select(polars.col(f"column {place}").alias(name) for place, name in self._names)

    def _careful(self, body: str, line: int) -> RawBlock:
        rows: list[list[str]] = []
        numbers: list[int] = []
        unread: list[Unread] = []
        for number, record in _records(body, line):
            try:
                cells = _cells(record, self._delimiter)
            except csv.Error as error:
                cells = []
                fault = f"the double quotes are not regular: {quoted(record)} ({error}); write one within a cell as two"
            else:
                if not any(cells):
                    continue
                fault = self._wrong_width(record, cells)
            if fault:
                unread.append(Unread(len(rows), WHOLE_ROW, fault))
            rows.append([""] * self.layout.width if fault else cells)
            numbers.append(number)
        columns = {name: [row[place] for row in rows] for place, name in self._names}
        frame = polars.DataFrame(columns, schema={name: polars.String for _, name in self._names})
        return RawBlock(frame, Places("line", numbers, self.layout), tuple(unread))

    def _wrong_width(self, record: str, cells: Sequence[str]) -> str:
        """Return what is wrong with a record of too few or too many cells."""
        width = self.layout.width
        if len(cells) == width:
            return ""
        message = f"{len(cells)} cells where the header has {width}: {quoted(record)}"
        for other in DELIMITERS:
            if other != self._delimiter and record.count(other) == width - 1 > 0:
                return f"{message}; it is separated by {other!r} and the header by {self._delimiter!r}"
        return message


def _grammar(delimiter: str, width: int) -> bytes:
    """Return the pattern of records of `width` cells, each on one line, with quotes as RFC 4180 has them."""
    mark = re.escape(delimiter.encode())
    cell = rb'(?:"[^"\n]*+(?:""[^"\n]*+)*+"|[^"\n' + mark + rb"]*+)"
    return rb"(?:" + cell + rb"(?:" + mark + cell + rb"){%d}\n)*+" % (width - 1)


def _without_blanks(raw: RawBlock) -> RawBlock:
    """Drop rows without any cell, which spreadsheets leave under a table."""
    is_blank = raw.frame.select(polars.all_horizontal(polars.all().is_null() | (polars.all() == ""))).to_series()
    if not is_blank.any():
        return raw
    kept = (~is_blank).arg_true().to_list()
    numbers = [raw.places.numbers[place] for place in kept]
    return RawBlock(raw.frame.filter(~is_blank), Places("line", numbers, raw.places.layout))


def _header(first: bytes, profile: IngestProfile) -> tuple[int, str, int]:
    """Return the last line of the header record, the record, and where the rows begin; raises `UnreadableFile`."""
    end = 0
    line = 0
    for index, (number, record) in enumerate(_records(first.decode(), 1), start=1):
        end += len(record.encode())
        line = number + record.count("\n") - 1
        if index == profile.header_row:
            if not record.strip():
                break
            return line, record, end
    message = f"line {profile.header_row} holds no header; a profile's header_row says which line does"
    raise UnreadableFile(FileFault.HEADER, message)


def _found_delimiter(header: str, profile: IngestProfile) -> str:
    """Return the separator under which most columns are known, or else there are most."""

    def known(delimiter: str) -> tuple[int, int]:
        cells = _cells(header, delimiter, is_strict=False)
        return recognised(cells, profile), len(cells)

    return max(DELIMITERS, key=known)


def _records(text: str, line: int) -> Iterator[tuple[int, str]]:
    """Return the records of a text with the line each begins on, line ends included."""
    held: list[str] = []
    first, is_open = line, False
    for number, one in enumerate(io.StringIO(text, newline="\n"), start=line):
        if not held:
            first = number
        held.append(one)
        if one.count('"') % 2:
            is_open = not is_open
        if not is_open:
            yield first, "".join(held)
            held = []
    if held:
        yield first, "".join(held)


def _cells(record: str, delimiter: str, *, is_strict: bool = True) -> list[str]:
    """Return the cells of one record; raises `csv.Error`."""
    return next(csv.reader(io.StringIO(record, newline="\n"), delimiter=delimiter, strict=is_strict), [])
