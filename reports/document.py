"""The assembled document of a report: one set of values that every rendering shows and nobody computes again.

A document is tables of cells, the inventory lines that its totals are the sums of, and what they rest on. Texts stand
in English and Chinese side by side, numbers as exact decimals, so that a rendering chooses a language and a layout and
nothing else. `canonical` gives the value whose RFC 8785 bytes are signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from emission_factors.decimals import plain

FORMAT = "parkledger-report/1"
"""Name and version of the document's form; a change of meaning takes another number."""

Value = str | Decimal | date | None
"""What a cell holds; None is what nobody stated, which is not zero."""


class ReportKind(StrEnum):
    """What a report is made for."""

    ENTERPRISE = "ENTERPRISE"
    """A legal entity's tables in the manner of GB/T 32151 Appendix B."""
    PARK = "PARK"
    """A park's tables P1 to P12 (notice 910)."""
    GHG_PROTOCOL = "GHG_PROTOCOL"
    """An inventory by the GHG Protocol Corporate Standard."""
    ISO_14064 = "ISO_14064"
    """A report by ISO 14064-1:2018, by its six categories."""
    ESRS_E1 = "ESRS_E1"
    """The datapoints of ESRS E1."""


class Cadence(StrEnum):
    """How often a report is due."""

    MONTH = "MONTH"
    """Each month."""
    QUARTER = "QUARTER"
    """Each quarter of the calendar year."""
    YEAR = "YEAR"
    """Each calendar year."""


class CellKind(StrEnum):
    """What a column holds."""

    TEXT = "TEXT"
    """A text, or a code."""
    NUMBER = "NUMBER"
    """An exact decimal in the column's unit."""
    DAY = "DAY"
    """A date."""


class RowRole(StrEnum):
    """What a row is in its table."""

    LINE = "LINE"
    """One of the table's lines."""
    TOTAL = "TOTAL"
    """A sum of lines above it."""
    MEMO = "MEMO"
    """Beside the totals, in none of them."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its code within the table, heading, what it holds and in which unit."""

    code: str
    heading: Bilingual
    kind: CellKind = CellKind.TEXT
    unit: str = ""


@dataclass(frozen=True, slots=True)
class LineSum:
    """A cell as a sum of the document's own lines, so that anybody can add it up again.

    It is `times` x the sum of `measure` over the lines that have one of the values of each field in `where`, exactly.
    Fields and measures are named as in the JSON: `total`, `activityType`; a part of a mapping after a full stop, as
    `gases.CH4`. `reported` is `quantity` x `share`, `unsplit` the CO2e that no gas of `gasCo2e` accounts for.
    """

    measure: str
    where: Mapping[str, Sequence[str]]
    times: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One row, a value for each column.

    `code` names the row within its table; `concepts` maps a column's code to the concept of the taxonomy that the cell
    reports, where there is one. `sums` maps a column's code to the lines that its cell is the sum of. `adds` names the
    rows of the table that this one is the sum of, each with 1, or -1 where it is deducted: so is every number in it,
    but for those that are not stated.
    """

    code: str
    heading: Bilingual
    cells: Sequence[Value]
    role: RowRole = RowRole.LINE
    concepts: Mapping[str, str] | None = None
    sums: Mapping[str, LineSum] | None = None
    adds: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report, named as its form names it (B.1, P9)."""

    code: str
    title: Bilingual
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One line that the totals are the sums of: a quantity, its factor and what it emits, in kilograms.

    `total` names the totals it belongs to: SCOPE_1, SCOPE_2_LOCATION, SCOPE_2_MARKET, SCOPE_3 or OUTSIDE; a CLAIM is in
    none (avoided emissions, offsets). CO2e is `quantity` x `share` x `sign` x `co2e_per_unit`, exactly; `factors` are
    the catalogue's identifiers, whose rows the factor release holds. `gases` are masses in the totals and `gas_co2e`
    their CO2e; `outside_gases` and `outside_co2e` those of gases that the regime does not count. `quality` says how the
    quantity came about, `iso_category` is the one of ISO 14064-1:2018, annex B.
    """

    code: str
    tenant: str
    site: str
    month: date
    activity_type: str
    line: str
    total: str
    category: str
    quantity: Decimal
    unit: str
    share: Decimal
    sign: int
    co2e_per_unit: Decimal
    co2e: Decimal
    gases: Mapping[str, Decimal]
    biogenic_co2: Decimal
    factors: Sequence[str]
    row_count: int
    iso_category: str = ""
    supplier: str = ""
    region: str = ""
    quality: str = ""
    gas_co2e: Mapping[str, Decimal] = field(default_factory=dict)
    outside_gases: Mapping[str, Decimal] = field(default_factory=dict)
    outside_co2e: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """Of whom: the tenant or park, by code and name, with the identifiers that a register gives it."""

    kind: str
    code: str
    name: Bilingual
    identifiers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rests:
    """What the document rests on, so that it can be made again: basis, factor release, method, instant of knowledge.

    `judged_on` is the day on which it was judged what was due. `heads` are signed heads (C2SP notes), by origin: of the
    history of each tenant whose ledger counts the first that covers all that was known; none of a preview.
    """

    basis: Mapping[str, str]
    factor_release: int
    factor_release_hash: str
    method_version: str
    known_at: str
    judged_on: str = ""
    heads: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report as assembled, before it is signed. `totals` are kilograms of CO2e by the names of `InventoryLine`.

    `supersedes` is the SHA-256 of the canonical bytes of the edition before, in hexadecimal.
    """

    kind: ReportKind
    cadence: Cadence
    subject: Subject
    first_month: date
    last_month: date
    version: int
    supersedes: str | None
    reason: str
    rests: Rests
    totals: Mapping[str, Decimal]
    tables: Sequence[Table]
    lines: Sequence[InventoryLine]
    gaps: Sequence[str]
    format: str = FORMAT


def canonical(document: object) -> object:
    """Return a document, or a part of it, as JSON values: numbers as plain decimal strings, dates as ISO 8601.

    >>> canonical({"a": Decimal("1.20E+3"), "b": date(2025, 1, 1), "c": None})
    {'a': '1200', 'b': '2025-01-01', 'c': None}
    """
    if document is None or isinstance(document, str | int):  # most values are, so they are asked for first
        return document
    if isinstance(document, Decimal):
        return plain(document)
    if isinstance(document, date):
        return document.isoformat()
    if isinstance(document, Mapping):
        return {str(name): canonical(value) for name, value in document.items()}
    if isinstance(document, Sequence):
        return [canonical(value) for value in document]
    slots: Sequence[str] = type(document).__slots__  # type: ignore[attr-defined]
    return {_camel(name): canonical(getattr(document, name)) for name in slots}


@cache
def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
