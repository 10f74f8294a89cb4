"""Parquet: row group by row group, every type brought to the text that stands for exactly the same value."""

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

import polars

from accounting.management.ingest_profiles import NUMBERS, PERIOD, TIMES, IngestProfile
from accounting.refusals import RefusalCode
from api.ingest.formats import numerals, unpacking
from api.ingest.formats.blocks import Places, RawBlock, Unread
from api.ingest.formats.codings import check_size
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile, sized
from api.ingest.formats.headings import Column, layout
from api.ingest.formats.parquet_footers import RowGroup, row_groups
from api.ingest.formats.parquet_proofs import prove_apart
from emission_factors.decimals import NotADecimal

_TEXTS: Final = (polars.String, polars.Categorical, polars.Enum)
_FLOATS: Final = (polars.Float32, polars.Float64)


class ParquetFile:
    """A Parquet file. Making it reads the footer; `prove` has every row group unpacked once, by another process."""

    def __init__(self, path: Path, profile: IngestProfile, limits: Limits) -> None:
        self._path, self._profile, self._limits = path, profile, limits
        self._groups = row_groups(path)
        _check_groups(self._groups, path.stat().st_size, limits)
        schema = _schema(path)
        self.layout = layout(list(schema), profile, limits)
        for column in self.layout.columns:
            _check_type(column, schema[list(schema)[column.place]], profile)
        self._headers = list(schema)

    def prove(self) -> int:
        """Return how many rows there are; raises `UnreadableFile` for a group that cannot be unpacked."""
        rows = [group.rows for group in self._groups]
        if not sum(rows):
            raise UnreadableFile(FileFault.EMPTY, "the Parquet file has no row")
        prove_apart(self._path, self._read_headers(), rows)
        return sum(rows)

    def raw(self) -> Iterator[RawBlock]:
        """Return the rows in blocks."""
        for first, group in self._unpacked():
            for start in range(0, group.height, self._limits.rows):
                part = group.slice(start, self._limits.rows)
                numbers = range(first + start + 1, first + start + part.height + 1)
                texts, unread = self._as_texts(part)
                yield RawBlock(texts, Places("row", numbers, self.layout), tuple(unread))

    def _unpacked(self) -> Iterator[tuple[int, polars.DataFrame]]:
        """Return the columns that are read of each row group, with the number of rows before it."""
        before = accumulate((group.rows for group in self._groups), initial=0)
        for first, group in zip(before, self._groups, strict=False):
            try:
                yield first, unpacking.unpacked(str(self._path), self._read_headers(), first, group.rows)
            except ValueError as error:
                raise UnreadableFile(FileFault.FORMAT, str(error)) from None

    def _read_headers(self) -> list[str]:
        return list(dict.fromkeys(self._headers[column.place] for column in self.layout.columns))

    def _as_texts(self, part: polars.DataFrame) -> tuple[polars.DataFrame, list[Unread]]:
        columns: list[polars.Series] = []
        unread: list[Unread] = []
        for column in self.layout.columns:
            found, faults = _texts(part[self._headers[column.place]], column.field, self._profile)
            columns.append(found.alias(column.field))
            unread += faults
        return polars.DataFrame(columns), unread


def _schema(path: Path) -> dict[str, polars.DataType]:
    try:
        return polars.read_parquet_schema(path)
    except unpacking.ERRORS as error:
        raise UnreadableFile(FileFault.FORMAT, unpacking.told(error)) from None


def _check_groups(groups: list[RowGroup], received: int, limits: Limits) -> None:
    for group in groups:
        if group.rows > limits.group_rows or group.unpacked > limits.group_bytes:
            message = (
                f"a row group has {group.rows:,} rows and {group.unpacked:,} bytes unpacked; at most "
                f"{limits.group_rows:,} and {sized(limits.group_bytes)} are accepted. Write smaller row groups"
            )
            raise UnreadableFile(FileFault.TOO_LARGE, message)
    check_size(sum(group.unpacked for group in groups), received, limits)


def _check_type(column: Column, kind: polars.DataType, profile: IngestProfile) -> None:
    """Raise `UnreadableFile` for a column whose type says less, or something else, than its field."""
    is_number, is_time = column.field in NUMBERS, column.field in (*TIMES, PERIOD)
    if isinstance(kind, _TEXTS) or kind == polars.Null:
        return
    if isinstance(kind, _FLOATS) and is_number:
        if profile.float_digits is not None:
            return
        why = "binary numbers are not exact: 0.1 is none. Write decimal128 or text, or name a profile with floatDigits"
    elif kind.is_integer() or kind.is_decimal():
        if not is_time and (is_number or kind.is_integer()):
            return
        why = "accepted are timestamps, dates and texts" if is_time else "accepted are texts and whole numbers"
    elif isinstance(kind, polars.Datetime | polars.Date):
        if is_time:
            return
        why = "accepted are decimals, whole numbers and texts" if is_number else "accepted are texts and whole numbers"
    else:
        why = "accepted are decimals, whole numbers, timestamps, dates and texts, as the field needs"
    message = f"the column {column.header!r} for {column.field} has the type {kind}; {why}"
    raise UnreadableFile(FileFault.TYPE, message)


def _texts(column: polars.Series, field: str, profile: IngestProfile) -> tuple[polars.Series, list[Unread]]:
    """Return a column as texts, and the values that cannot be."""
    kind = column.dtype
    if isinstance(kind, polars.Date):
        return column.dt.strftime("%Y-%m-%d"), []
    if isinstance(kind, polars.Datetime):
        return _moments(column, field, kind)
    if isinstance(kind, _FLOATS):
        return _floats(column, field, profile)
    text = column.cast(polars.String)
    if kind.is_decimal() and profile.decimal_mark != ".":
        text = text.str.replace(".", profile.decimal_mark, literal=True)
    return text, []


def _moments(column: polars.Series, field: str, kind: polars.Datetime) -> tuple[polars.Series, list[Unread]]:
    micro = column.dt.cast_time_unit("us")
    finer = (
        (micro.dt.cast_time_unit("ns") != column) if kind.time_unit == "ns" else polars.Series([], dtype=polars.Boolean)
    )
    message = "has a part of a microsecond; accepted are 6 digits of a second"
    unread = [Unread(place, field, f"{column[place]} {message}", RefusalCode.BAD_TIME) for place in finer.arg_true()]
    form = "%Y-%m-%dT%H:%M:%S%.f"
    return (
        micro.dt.convert_time_zone("UTC").dt.strftime(f"{form}Z") if kind.time_zone else micro.dt.strftime(form)
    ), unread


def _floats(column: polars.Series, field: str, profile: IngestProfile) -> tuple[polars.Series, list[Unread]]:
    texts: list[str | None] = []
    unread: list[Unread] = []
    # A float of 32 bits has its own shortest text: 0.1, not 0.10000000149011612.
    for place, number in enumerate(column.cast(polars.String)):
        text = None
        if number is not None:
            try:
                text = numerals.as_written(numerals.exact_text(number, profile), profile)
            except (NotADecimal, numerals.NotExact) as error:
                unread.append(Unread(place, field, str(error), RefusalCode.NOT_A_NUMBER))
        texts.append(text)
    return polars.Series(column.name, texts, polars.String), unread
