"""A document added up again from its own lines, without the ledger and without the service.

Takes the JSON of a document as parsed: numbers are texts, floats are refused. Every finding says in plain words what
does not agree, where, what stands there and what it should be. No finding means: each line is its product, each total
and each cell that says what it is the sum of is that sum, to the last digit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any, Final

from emission_factors import decimals

_SUMS: Final = {
    "TOTAL_LOCATION": ("SCOPE_1", "SCOPE_2_LOCATION", "SCOPE_3"),
    "TOTAL_MARKET": ("SCOPE_1", "SCOPE_2_MARKET", "SCOPE_3"),
}
"""Totals that are the sums of other totals; any other is that of the lines that name it."""
_UNCOUNTED: Final = "CLAIM"
Parsed = Mapping[str, Any]
"""An object of the parsed JSON."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not agree: `where` in the document, and what is wrong in words."""

    where: str
    message: str


class NotADocument(ValueError):
    """What was given is not the JSON of a report; the message says what is missing or of another kind."""


def recompute(document: Parsed) -> tuple[Finding, ...]:
    """Return what of a document's numbers does not follow from its lines; nothing where all do.

    Raises `NotADocument` where a part is missing, or a number is not a plain decimal text.
    """
    try:
        lines = document["lines"]
        found = [*_lines(lines), *_totals(document["totals"], lines)]
        reader = _Reader(lines)
        for table in document["tables"]:
            found += _table(table, reader)
        return tuple(found)
    except (KeyError, TypeError, AttributeError, decimals.NotADecimal) as error:
        raise NotADocument(f"this is not the JSON of a report: {error!r}") from None
    except ArithmeticError:
        digits = decimals.EXACT.prec
        raise NotADocument(f"a number has, or leads to, more digits than the {digits} computed with") from None


def _number(text: object) -> Decimal:
    """Return the number a text writes, of any length; the JSON of a document holds no other."""
    if not isinstance(text, str) or not text.strip("-").replace(".", "", 1).isdecimal():
        raise decimals.NotADecimal(f"{text!r} is not a plain decimal text")
    return Decimal(text)


def _lines(lines: Sequence[Parsed]) -> Iterator[Finding]:
    """Check each line: CO2e = quantity x share x sign x CO2e per unit."""
    for code, count in Counter(line["code"] for line in lines).items():
        if count > 1:
            yield Finding(f"line {code}", f"{count} lines have this code; each has one of its own")
    for line in lines:
        amount = decimals.product(_number(line["quantity"]), _number(line["share"]))
        made = decimals.product(decimals.product(amount, Decimal(line["sign"])), _number(line["co2ePerUnit"]))
        yield from _compared(f"line {line['code']}", "co2e", line["co2e"], made)


def _totals(totals: Parsed, lines: Sequence[Parsed]) -> Iterator[Finding]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line["total"]] = decimals.EXACT.add(sums.get(line["total"], Decimal(0)), _number(line["co2e"]))
    for name, stated in totals.items():
        parts = [part for part in _SUMS.get(name, (name,)) if part in totals]
        made = decimals.total(sums.get(part, Decimal(0)) for part in parts)
        yield from _compared("totals", name, stated, made)
    for name in sorted(sums.keys() - totals.keys() - {_UNCOUNTED}):
        yield Finding("totals", f"lines belong to {name}, which the document does not state")


def _table(table: Parsed, reader: "_Reader") -> Iterator[Finding]:
    columns = [column["code"] for column in table["columns"]]
    numeric = {column["code"] for column in table["columns"] if column["kind"] == "NUMBER"}
    rows = {row["code"]: dict(zip(columns, row["cells"], strict=False)) for row in table["rows"]}
    if len(set(columns)) < len(columns):
        yield Finding(f"table {table['code']}", "two columns have one code; each has one of its own")
    if len(rows) < len(table["rows"]):
        yield Finding(f"table {table['code']}", "two rows have one code; each has one of its own")
    added = {row["code"]: row["adds"] or {} for row in table["rows"]}
    for row in table["rows"]:
        where = f"table {table['code']}, row {row['code']}"
        if len(row["cells"]) != len(columns):
            yield Finding(where, f"{len(row['cells'])} cells stand in {len(columns)} columns")
            continue
        for column, of in sorted((row["sums"] or {}).items()):
            yield from _compared(where, column, rows[row["code"]][column], reader.sum(of))
        if row["adds"]:
            yield from _added(where, rows, row, numeric, added)


def _added(
    where: str, rows: Mapping[str, Parsed], row: Parsed, numeric: set[str], added: Mapping[str, Parsed]
) -> Iterator[Finding]:
    """Check a sum of rows in each column where it states a number."""
    unknown = sorted(set(row["adds"]) - set(rows))
    if unknown:
        yield Finding(where, f"it adds the rows {', '.join(unknown)}, which the table does not have")
        return
    if _adds_itself(row["code"], added):
        yield Finding(where, "it adds itself, so that any number would follow")
        return
    for column, stated in rows[row["code"]].items():
        if column in numeric and stated is not None:
            parts = [(rows[code][column], sign) for code, sign in row["adds"].items()]
            if any(cell is None for cell, _ in parts):
                yield Finding(where, f"{column} is {stated}, and one of the rows it adds states none")
            else:
                made = decimals.total(decimals.product(_number(cell), Decimal(sign)) for cell, sign in parts)
                yield from _compared(where, column, stated, made)


def _adds_itself(code: str, added: Mapping[str, Parsed]) -> bool:
    """Whether a row is among those that it adds, or that they add; `added` are the rows that each adds."""
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        found = set(added.get(waiting.pop(), ())) - seen
        seen |= found
        waiting += found
    return code in seen


def _compared(where: str, name: str, stated: object, made: Decimal) -> Iterator[Finding]:
    if _number(stated) != made:
        yield Finding(where, f"{name} is {stated}; what it is made of comes to {decimals.plain(made)}")


class _Reader:
    """Sums of a document's lines; each set of fields is looked through once."""

    def __init__(self, lines: Sequence[Parsed]) -> None:
        self._lines = lines
        self._indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[Parsed]]] = {}

    def sum(self, of: Parsed) -> Decimal:
        """Return `times` x the sum of a measure over the lines with one of the values of each field."""
        fields = tuple(sorted(of["where"]))
        if fields not in self._indexes:
            self._indexes[fields] = self._indexed(fields)
        keys = product(*(dict.fromkeys(of["where"][name]) for name in fields))
        found = (line for key in keys for line in self._indexes[fields].get(key, ()))
        measured = decimals.total(_measured(line, of["measure"]) for line in found)
        return decimals.product(measured, _number(of["times"]))

    def _indexed(self, fields: tuple[str, ...]) -> dict[tuple[str, ...], list[Parsed]]:
        found: dict[tuple[str, ...], list[Parsed]] = {}
        for line in self._lines:
            found.setdefault(tuple(_field(line[name]) for name in fields), []).append(line)
        return found


def _field(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def _measured(line: Parsed, measure: str) -> Decimal:
    head, _, key = measure.partition(".")
    if key:
        return _number(line[head].get(key, "0"))
    special = _SPECIAL.get(measure)
    return special(line) if special else _number(str(line[measure]))


_SPECIAL: Final[Mapping[str, Callable[[Parsed], Decimal]]] = {
    "reported": lambda line: decimals.product(_number(line["quantity"]), _number(line["share"])),
    "unsplit": lambda line: decimals.EXACT.subtract(
        _number(line["co2e"]), decimals.total(_number(part) for part in line["gasCo2e"].values())
    ),
}
