"""Workbooks (XLSX, ECMA-376): what stands beside the cells. Sheets by name, shared texts, which styles are dates.

Read as a stream by expat out of the zip, not by calamine or openpyxl: calamine makes a table of the rectangle around
all cells, so a file of 9 kB with two cells far apart asks for 200 GB and ends the process; openpyxl took five times as
long; and both give numbers as binary ones and a formula without a value as an empty cell.
"""

import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers import expat

from api.ingest.formats.codings import check_size
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile, sized

_PIECE: Final = 1 << 16
_MOST_ENTRIES: Final = 10_000
_LONGEST_PART: Final = 4096
_OLE2: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_DATES: Final = frozenset({14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58})
"""Number formats of ECMA-376 part 1, 18.8.30, that show a day; 22 shows its time too."""
_WITH_TIME: Final = frozenset({22})
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|s\.0+', re.IGNORECASE)
"""Parts of a number format that are literal, a colour or a space; and fractions of a second, whose 0 is no digit."""

Start = Callable[[str, dict[str, str]], object]
End = Callable[[str], object]
Text = Callable[[str], object]


class Entries:
    """The entries of a workbook's zip, each read as a stream of XML within limits."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits, self._received = limits, path.stat().st_size
        with path.open("rb") as file:
            begin = file.read(4)
        if begin == _OLE2:
            message = "the file is an old workbook (.xls) or has a password; accepted is .xlsx without one"
            raise UnreadableFile(FileFault.FORMAT, message)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, OSError):
            raise _no_workbook("it is no zip, or not whole") from None
        if len(self._zip.infolist()) > _MOST_ENTRIES:
            raise _no_workbook(f"it has more than {_MOST_ENTRIES} entries")
        self.names = {info.filename: info for info in self._zip.infolist()}

    def parse(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
        """Parse an entry piece by piece, calling the handlers; raises `UnreadableFile`."""
        parser = _parser(start, end, text)
        fed = 0
        for data in self._pieces(name):
            fed += len(data)
            try:
                parser.Parse(data)
            except expat.ExpatError as error:
                raise _no_workbook(f"{name} is no XML: {error}") from None
            if fed - parser.CurrentByteIndex > self._limits.line_bytes:  # expat holds the whole of a tag or comment
                message = f"{name} has a part of more than {sized(self._limits.line_bytes)}, the most accepted"
                raise UnreadableFile(FileFault.LINE_TOO_LONG, message)
            yield
        try:
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _no_workbook(f"{name} is not whole: {error}") from None

    def _pieces(self, name: str) -> Iterator[bytes]:
        info = self.names.get(name)
        if info is None:
            raise _no_workbook(f"it has no {name}")
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _no_workbook(f"{name} is encrypted or packed in an unusual way")
        unpacked = 0
        try:
            with self._zip.open(info) as file:
                while data := file.read(_PIECE):
                    unpacked += len(data)
                    check_size(unpacked, self._received, self._limits)
                    yield data
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            message = f"the workbook is damaged in {name}: {str(error)[:120]}"
            raise UnreadableFile(FileFault.COMPRESSION, message) from None


def _parser(start: Start, end: End | None, text: Text | None) -> expat.XMLParserType:
    """Return a parser that calls the handlers with names without prefix; few writers give elements any."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.CharacterDataHandler = text

    def first(name: str, attributes: dict[str, str]) -> None:
        has_prefix = ":" in name
        parser.StartElementHandler = (lambda one, at: start(_bare(one), at)) if has_prefix else start
        if end is not None:
            parser.EndElementHandler = (lambda one: end(_bare(one))) if has_prefix else end
        start(_bare(name), attributes)

    parser.StartElementHandler = first
    return parser


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


class Texts:
    """A table of texts in two arrays: a tenth of what as many Python texts would take."""

    def __init__(self, limits: Limits) -> None:
        self._bytes, self._ends, self._limits = bytearray(), array("Q"), limits

    def append(self, text: str) -> None:
        """Add a text; raises `UnreadableFile` where the table grows too large."""
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > self._limits.shared_text_bytes:
            most = sized(self._limits.shared_text_bytes)
            message = f"the workbook has more than {most} of different texts; send it in parts, or as CSV"
            raise UnreadableFile(FileFault.TOO_LARGE, message)

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends):
            raise IndexError
        begin = self._ends[number - 1] if number else 0
        return self._bytes[begin : self._ends[number]].decode()

    def __len__(self) -> int:
        return len(self._ends)


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a sheet's cells refer to. `dates` are style numbers that show a day, with whether they show a time."""

    entries: Entries
    sheet: str
    entry: str
    texts: Texts
    dates: dict[int, bool]
    is_1904: bool
    is_uncalculated: bool


def workbook(path: Path, sheet: str, limits: Limits) -> Workbook:
    """Return a workbook with one of its sheets, the first if none is named; raises `UnreadableFile`."""
    entries = Entries(path, limits)
    about = _About()
    _drained(entries.parse(_WORKBOOK, about.start))
    targets: dict[str, str] = {}
    _drained(entries.parse(_RELATIONS, lambda _, at: targets.update({at.get("Id", ""): at.get("Target", "")})))
    name, relation = _chosen(about.sheets, sheet)
    target = targets.get(relation, "")
    entry = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return Workbook(
        entries, name, entry, _texts(entries, limits), _dates(entries), about.is_1904, about.is_uncalculated
    )


class _About:
    """What the workbook says of itself."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.is_1904 = self.is_uncalculated = False

    def start(self, name: str, at: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in at.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((at.get("name", ""), relation))
        elif name == "workbookPr":
            self.is_1904 = at.get("date1904") in ("1", "true")
        elif name == "calcPr":
            self.is_uncalculated = at.get("fullCalcOnLoad") in ("1", "true")


def _chosen(sheets: list[tuple[str, str]], wanted: str) -> tuple[str, str]:
    if not sheets:
        raise UnreadableFile(FileFault.SHEET, "the workbook has no sheet")
    if not wanted:
        return sheets[0]
    for sheet in sheets:
        if sheet[0].strip().casefold() == wanted.strip().casefold():
            return sheet
    names = ", ".join(repr(name) for name, _ in sheets[:20])
    raise UnreadableFile(FileFault.SHEET, f"the workbook has no sheet {wanted!r}; it has {names}")


def _texts(entries: Entries, limits: Limits) -> Texts:
    """Return the shared texts: what `t` holds in each `si`, without how it is read aloud (`rPh`)."""
    found = Texts(limits)
    if "xl/sharedStrings.xml" not in entries.names:
        return found
    parts: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            parts.clear()
        elif name in state:
            state[name] = True

    def end(name: str) -> None:
        if name == "si":
            found.append("".join(parts))
        elif name in state:
            state[name] = False

    def text(data: str) -> None:
        if state["t"] and not state["rPh"]:
            parts.append(data)

    _drained(entries.parse("xl/sharedStrings.xml", start, end, text))
    return found


def _dates(entries: Entries) -> dict[int, bool]:
    """Return style number -> whether a time is shown, for the styles that show a day."""
    if "xl/styles.xml" not in entries.names:
        return {}
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside: list[str] = []

    def start(name: str, at: dict[str, str]) -> None:
        with suppress(ValueError):
            if name == "numFmt":
                codes[int(at.get("numFmtId", ""))] = at.get("formatCode", "")[:_LONGEST_PART]
            elif name == "cellXfs":
                inside.append(name)
            elif name == "xf" and inside:
                styles.append(int(at.get("numFmtId", "0")))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside.clear()

    _drained(entries.parse("xl/styles.xml", start, end))
    shown = {style: _shows(number, codes.get(number)) for style, number in enumerate(styles)}
    return {style: has_time for style, (is_date, has_time) in shown.items() if is_date}


def _shows(number: int, code: str | None) -> tuple[bool, bool]:
    """Return whether a number format shows a day, and a time."""
    if code is None:
        return number in _DATES, number in _WITH_TIME
    bare = _NOT_SHOWN.sub("", code).lower()
    is_date = any(mark in bare for mark in "yd年月日") and not any(mark in bare for mark in "#0?")
    return is_date, "h" in bare


def _drained(steps: Iterator[None]) -> None:
    for _ in steps:
        pass


def _refuse_doctype(*_: object) -> None:
    raise _no_workbook("its XML has a document type, which a workbook never has")


def _no_workbook(why: str) -> UnreadableFile:
    return UnreadableFile(FileFault.FORMAT, f"the file is no workbook (.xlsx) that can be read: {why}")
