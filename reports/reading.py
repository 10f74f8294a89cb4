"""A document read back from its canonical bytes: the exact inverse of `rendering.canonical_json`.

So the published bytes are the only thing that is stored: whatever is rendered later is made of them. Strict: each
member is there, of its kind and spelled as it would be written; anything else is refused by its place.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from emission_factors.decimals import EXACT, plain
from proofs.canonical import Json, read_canonical
from proofs.errors import NotCanonical
from reports.document import (
    FORMAT,
    Bilingual,
    Cadence,
    CellKind,
    Column,
    Document,
    InventoryLine,
    LineSum,
    ReportKind,
    Rests,
    Row,
    RowRole,
    Subject,
    Table,
    Value,
)
from reports.recomputing import NotADocument

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class BadDocument(NotADocument):
    """What was given are not the canonical bytes of a report; the message names the member that is wrong."""


def read_document(data: bytes) -> Document:
    """Return the document whose canonical bytes are `data`: its own canonical bytes are `data` again.

    Raises `BadDocument` for bytes that are not canonical, a document of another format, a member that is missing,
    unknown or of another kind.
    """
    try:
        value = read_canonical(data)
    except NotCanonical as error:
        raise BadDocument(f"this is no canonical JSON: {error}") from None
    found = _Members(value, "the document")
    if found.text("format") != FORMAT:
        raise BadDocument(f"the format is {found.text('format')!r}; accepted is {FORMAT!r}")
    return found.all(
        Document(
            kind=found.one_of("kind", ReportKind),
            cadence=found.one_of("cadence", Cadence),
            subject=found.part("subject", _subject),
            first_month=found.day("firstMonth"),
            last_month=found.day("lastMonth"),
            version=found.whole("version"),
            supersedes=None if found["supersedes"] is None else found.text("supersedes"),
            reason=found.text("reason"),
            rests=found.part("rests", _rests),
            totals=found.numbers("totals"),
            tables=found.each("tables", _table),
            lines=found.each("lines", _line),
            gaps=found.each("gaps", _text),
        )
    )


class _Members:
    """The members of an object, each taken by its kind; `all` refuses those that were not."""

    def __init__(self, value: Json, where: str) -> None:
        if not isinstance(value, Mapping):
            raise BadDocument(f"{where} is {value!r:.60}; accepted is an object")
        self._value, self._where = value, where
        self._taken: set[str] = set()

    def __getitem__(self, name: str) -> Json:
        self._taken.add(name)
        if name not in self._value:
            raise BadDocument(f"{self._where} has no {name!r}")
        return self._value[name]

    def all(self, made: T) -> T:
        """Return what was made, if every member was taken."""
        unknown = sorted(set(self._value) - self._taken)
        if unknown:
            raise BadDocument(f"{self._where} has {unknown[0]!r}, which no report has")
        return made

    def text(self, name: str) -> str:
        return _text(self[name], self._at(name))

    def whole(self, name: str) -> int:
        found = self[name]
        if isinstance(found, bool) or not isinstance(found, int):
            raise BadDocument(f"{self._at(name)} is {found!r:.60}; accepted is a whole number")
        return found

    def number(self, name: str) -> Decimal:
        return _number(self[name], self._at(name))

    def day(self, name: str) -> date:
        return _day(self[name], self._at(name))

    def one_of(self, name: str, of: type[E]) -> E:
        found = self.text(name)
        if found not in of.__members__:
            raise BadDocument(f"{self._at(name)} is {found!r:.60}; accepted are {', '.join(of)}")
        return of(found)

    def part(self, name: str, read: Callable[[Json, str], T]) -> T:
        return read(self[name], self._at(name))

    def maybe(self, name: str, read: Callable[[Json, str], T]) -> T | None:
        return None if self[name] is None else self.part(name, read)

    def each(self, name: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
        found = _list(self[name], self._at(name))
        return tuple([read(one, f"{self._where}.{name}[{at}]") for at, one in enumerate(found)])

    def numbers(self, name: str) -> dict[str, Decimal]:
        return _mapping(self[name], self._at(name), _number)

    def _at(self, name: str) -> str:
        return f"{self._where}.{name}"


def _subject(value: Json, where: str) -> Subject:
    found = _Members(value, where)
    names = found.part("name", _bilingual)
    return found.all(Subject(found.text("kind"), found.text("code"), names, found.part("identifiers", _texts)))


def _rests(value: Json, where: str) -> Rests:
    found = _Members(value, where)
    return found.all(
        Rests(
            basis=found.part("basis", _texts),
            factor_release=found.whole("factorRelease"),
            factor_release_hash=found.text("factorReleaseHash"),
            method_version=found.text("methodVersion"),
            known_at=found.text("knownAt"),
            judged_on=found.text("judgedOn"),
            heads=found.each("heads", _text),
        )
    )


def _table(value: Json, where: str) -> Table:
    found = _Members(value, where)
    columns = found.each("columns", _column)
    kinds = [column.kind for column in columns]
    rows = found.each("rows", lambda one, place: _row(one, place, kinds))
    title, note = found.part("title", _bilingual), found.maybe("note", _bilingual)
    return found.all(Table(found.text("code"), title, columns, rows, note))


def _column(value: Json, where: str) -> Column:
    found = _Members(value, where)
    heading, kind = found.part("heading", _bilingual), found.one_of("kind", CellKind)
    return found.all(Column(found.text("code"), heading, kind, found.text("unit")))


def _row(value: Json, where: str, kinds: Sequence[CellKind]) -> Row:
    found = _Members(value, where)
    cells = _list(found["cells"], f"{where}.cells")
    if len(cells) != len(kinds):
        raise BadDocument(f"{where} has {len(cells)} cells; its table has {len(kinds)} columns")
    return found.all(
        Row(
            code=found.text("code"),
            heading=found.part("heading", _bilingual),
            cells=tuple([_cell(one, where, kind) for one, kind in zip(cells, kinds, strict=True)]),
            role=found.one_of("role", RowRole),
            concepts=found.maybe("concepts", _texts),
            sums=found.maybe("sums", lambda one, place: _mapping(one, place, _sum)),
            adds=found.maybe("adds", lambda one, place: _mapping(one, place, _sign)),
        )
    )


def _cell(value: Json, where: str, kind: CellKind) -> Value:
    return None if value is None else _CELLS[kind](value, where)


def _sum(value: Json, where: str) -> LineSum:
    found = _Members(value, where)
    of = found.part("where", lambda one, place: _mapping(one, place, _several))
    return found.all(LineSum(found.text("measure"), of, found.number("times")))


def _sign(value: Json, where: str) -> int:
    if value not in (1, -1) or isinstance(value, bool):
        raise BadDocument(f"{where} is {value!r:.60}; accepted are 1 and -1")
    return 1 if value == 1 else -1


def _line(value: Json, where: str) -> InventoryLine:
    found = _Members(value, where)
    made = {field: read(found, name) for field, (name, read) in _LINE.items()}
    return found.all(InventoryLine(**made))


_Read = Callable[[_Members, str], Any]
_LINE: Final[Mapping[str, tuple[str, _Read]]] = {
    "code": ("code", _Members.text),
    "tenant": ("tenant", _Members.text),
    "site": ("site", _Members.text),
    "month": ("month", _Members.day),
    "activity_type": ("activityType", _Members.text),
    "line": ("line", _Members.text),
    "total": ("total", _Members.text),
    "category": ("category", _Members.text),
    "quantity": ("quantity", _Members.number),
    "unit": ("unit", _Members.text),
    "share": ("share", _Members.number),
    "sign": ("sign", _Members.whole),
    "co2e_per_unit": ("co2ePerUnit", _Members.number),
    "co2e": ("co2e", _Members.number),
    "gases": ("gases", _Members.numbers),
    "biogenic_co2": ("biogenicCo2", _Members.number),
    "factors": ("factors", lambda found, name: found.each(name, _text)),
    "row_count": ("rowCount", _Members.whole),
    "iso_category": ("isoCategory", _Members.text),
    "supplier": ("supplier", _Members.text),
    "region": ("region", _Members.text),
    "quality": ("quality", _Members.text),
    "gas_co2e": ("gasCo2e", _Members.numbers),
    "outside_gases": ("outsideGases", _Members.numbers),
    "outside_co2e": ("outsideCo2e", _Members.numbers),
}
"""Field of a line -> its name in the JSON, and how it is read."""


def _bilingual(value: Json, where: str) -> Bilingual:
    found = _Members(value, where)
    return found.all(Bilingual(found.text("en"), found.text("zh")))


def _texts(value: Json, where: str) -> dict[str, str]:
    return _mapping(value, where, _text)


def _several(value: Json, where: str) -> tuple[str, ...]:
    return tuple([_text(one, where) for one in _list(value, where)])


def _mapping(value: Json, where: str, read: Callable[[Json, str], T]) -> dict[str, T]:
    if not isinstance(value, Mapping):
        raise BadDocument(f"{where} is {value!r:.60}; accepted is an object")
    return {name: read(one, where) for name, one in value.items()}


def _list(value: Json, where: str) -> Sequence[Json]:
    if not isinstance(value, list):
        raise BadDocument(f"{where} is {value!r:.60}; accepted is a list")
    return value


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise BadDocument(f"{where} is {value!r:.60}; accepted is a text")
    return value


def _number(value: Json, where: str) -> Decimal:
    text = _text(value, where)
    if len(text) > EXACT.prec:
        raise BadDocument(f"{where} has {len(text)} characters; accepted are numbers of up to {EXACT.prec}")
    found = Decimal(text) if _NUMBER.fullmatch(text) else None
    if found is None or plain(found) != text:
        raise BadDocument(f"{where} is {text!r:.60}; accepted is a decimal without idle zeros, as '-12.5'")
    return found


def _day(value: Json, where: str) -> date:
    text = _text(value, where)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadDocument(f"{where} is {text!r:.60}; accepted is a day, as '2025-01-31'") from None
    if found.isoformat() != text:
        raise BadDocument(f"{where} is {text!r:.60}; accepted is a day, as '2025-01-31'")
    return found


_CELLS: Final[Mapping[CellKind, Callable[[Json, str], Value]]] = {
    CellKind.TEXT: _text,
    CellKind.NUMBER: _number,
    CellKind.DAY: _day,
}
