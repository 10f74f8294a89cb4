"""How a tenant's files are to be read: which column is what, how numbers and dates are written, in which time zone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from accounting.declarations import DeclarationKind
from accounting.management.validity import BadManagement, check_text

MOST_MAPPED: Final = 500
"""Columns, values or fixed fields a profile may name."""
LAST_HEADER_ROW: Final = 100
"""A header stands within the first hundred lines."""
MOST_FLOAT_DIGITS: Final = 15
"""Significant decimal digits that a binary number of 64 bits always keeps."""


class Dataset(StrEnum):
    """What the rows of a file are."""

    ACTIVITIES = "ACTIVITIES"
    """One activity per row, as posted with postActivities."""
    INTERVALS = "INTERVALS"
    """One reading per row: the series, the interval's start and the value."""


class FileEncoding(StrEnum):
    """How a text file writes characters as bytes."""

    UTF_8 = "UTF_8"
    """UTF-8, with or without a byte order mark."""
    GB18030 = "GB18030"
    """GB 18030, with GBK and GB 2312 in it: what Chinese spreadsheets save as CSV."""
    BIG5 = "BIG5"
    """Big5 of Hong Kong and Taiwan."""
    UTF_16 = "UTF_16"
    """UTF-16 with a byte order mark: the Unicode text of spreadsheets."""


class DateOrder(StrEnum):
    """Which part of a date comes first. A date with a year of four digits first is read in every order."""

    YEAR_FIRST = "YEAR_FIRST"
    """2026-03-31, 2026/3/31, 20260331 or 2026年3月31日."""
    DAY_FIRST = "DAY_FIRST"
    """31/03/2026, 31.3.2026."""
    MONTH_FIRST = "MONTH_FIRST"
    """03/31/2026."""


class PeriodEnd(StrEnum):
    """What a period end says that is a day without a time."""

    EXCLUSIVE = "EXCLUSIVE"
    """The day after the period: 2026-04-01 for March."""
    LAST_DAY = "LAST_DAY"
    """The last day of the period: 2026-03-31 for March."""


@dataclass(frozen=True, slots=True)
class ColumnOf:
    """A column by its header, or a key, and the field it holds; no field says that it is left aside."""

    header: str
    field: str


@dataclass(frozen=True, slots=True)
class ValueOf:
    """What a text in a field means, such as 外购电 for electricity.grid in activityType."""

    field: str
    text: str
    means: str


@dataclass(frozen=True, slots=True)
class FixedValue:
    """What a field is in every row of the file."""

    field: str
    value: str


FIELDS: Final[Mapping[Dataset, tuple[str, ...]]] = MappingProxyType(
    {
        Dataset.ACTIVITIES: (
            "source",
            "externalId",
            "activityType",
            "quantity",
            "unit",
            "periodStart",
            "periodEnd",
            "supplier",
            "quality",
            "document",
        ),
        Dataset.INTERVALS: ("series", "start", "value"),
    }
)
"""The fields of a row, by their names in the API, in the order of a result."""
PERIOD: Final = "period"
"""A field of files alone: a month, day or year that stands for periodStart and periodEnd."""
OPTIONAL: Final = ("supplier", "quality", "document")
NUMBERS: Final = ("quantity", "value")
TIMES: Final = ("periodStart", "periodEnd", "start")


def accepted_fields(dataset: Dataset) -> tuple[str, ...]:
    """Return the fields a column may hold."""
    return (*FIELDS[dataset], PERIOD) if dataset is Dataset.ACTIVITIES else FIELDS[dataset]


@dataclass(frozen=True, slots=True)
class IngestProfile:
    """How files are read that name this profile. Raises `BadManagement`.

    `delimiter` empty is found from the header; `thousands_mark` empty accepts none; `time_zone` empty refuses times
    without offset; `period_end` None refuses a period end without a time. `float_digits` are the significant digits
    that binary numbers are rounded to, half to even; None refuses numbers that need rounding. `id_columns` are headers
    whose cells, joined by a slash, are the external id. `sheet` empty is the first; `header_row` counts from 1.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.INGEST_PROFILE

    name: str
    dataset: Dataset = Dataset.ACTIVITIES
    encoding: FileEncoding = FileEncoding.UTF_8
    delimiter: str = ""
    decimal_mark: str = "."
    thousands_mark: str = ""
    date_order: DateOrder = DateOrder.YEAR_FIRST
    time_zone: str = ""
    period_end: PeriodEnd | None = None
    float_digits: int | None = None
    is_trimmed: bool = True
    sheet: str = ""
    header_row: int = 1
    columns: tuple[ColumnOf, ...] = ()
    values: tuple[ValueOf, ...] = ()
    fixed: tuple[FixedValue, ...] = ()
    id_columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text("name", self.name, is_needed=True)
        check_text("sheet", self.sheet)
        _check_marks(self)
        _check_choice("header_row", self.header_row, range(1, LAST_HEADER_ROW + 1))
        if self.float_digits is not None:
            _check_choice("float_digits", self.float_digits, range(1, MOST_FLOAT_DIGITS + 1))
        _check_zone(self.time_zone)
        _check_columns(self)
        _check_values(self)

    @property
    def subject(self) -> str:
        """The name."""
        return self.name.strip()


def _check_marks(profile: IngestProfile) -> None:
    _one_of("delimiter", profile.delimiter, ("", ",", ";", "\t", "|"))
    _one_of("decimal_mark", profile.decimal_mark, (".", ","))
    _one_of("thousands_mark", profile.thousands_mark, ("", ",", ".", " ", "'"))
    if profile.decimal_mark == profile.thousands_mark:
        message = f"thousands_mark: {profile.thousands_mark!r} is the decimal mark too; 1,234 could be either"
        raise BadManagement("thousands_mark", message)


def _check_zone(name: str) -> None:
    if not name:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"time_zone: {name[:40]!r} is no IANA time zone, such as Asia/Shanghai"
        raise BadManagement("time_zone", message) from None


def _check_columns(profile: IngestProfile) -> None:
    for header in (*(one.header for one in profile.columns), *profile.id_columns):
        check_text("columns", header, is_needed=True)
    _check_once("columns", "header", (one.header for one in profile.columns))
    _check_once("id_columns", "header", profile.id_columns)
    given = [one.field for one in profile.columns if one.field] + [one.field for one in profile.fixed]
    _check_fields(profile, "columns", given)
    filled = [*given, *(["externalId"] if profile.id_columns else [])]
    _check_once("columns", "field", filled)
    if PERIOD in filled and {"periodStart", "periodEnd"} & set(filled):
        raise BadManagement("columns", "columns: period stands for periodStart and periodEnd; accepted is one way")


def _check_values(profile: IngestProfile) -> None:
    _check_fields(profile, "values", (one.field for one in profile.values))
    _check_once("values", "text", (f"{one.field}: {one.text}" for one in profile.values))
    texts = [*((one.text, one.means) for one in profile.values), *((one.value, "") for one in profile.fixed)]
    for text, means in texts:
        check_text("values", text, is_needed=True)
        check_text("values", means)


def _check_fields(profile: IngestProfile, where: str, given: Iterable[str]) -> None:
    accepted = accepted_fields(profile.dataset)
    for field in given:
        if field not in accepted:
            message = f"{where}: {field[:40]!r} is no field of {profile.dataset}; accepted are {', '.join(accepted)}"
            raise BadManagement(where, message)


def _check_once(where: str, what: str, given: Iterable[str]) -> None:
    counted = Counter(given)
    if len(counted) > MOST_MAPPED:
        raise BadManagement(where, f"{where}: {len(counted)} are named; accepted are {MOST_MAPPED}")
    for text, times in counted.items():
        if times > 1:
            raise BadManagement(where, f"{where}: the {what} {text[:60]!r} comes {times} times; accepted is once")


def _one_of(field: str, text: str, accepted: tuple[str, ...]) -> None:
    if text not in accepted:
        shown = " ".join(repr(one) for one in accepted)
        raise BadManagement(field, f"{field}: {text[:20]!r} is not accepted; accepted are {shown}")


def _check_choice(field: str, number: int, accepted: range) -> None:
    if number not in accepted:
        message = f"{field}: {number} is not accepted; accepted are {accepted[0]} to {accepted[-1]}"
        raise BadManagement(field, message)
