"""Cells as a profile reads them: values named, numbers and times brought to what the ledger takes, the rest refused."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import polars

from accounting.management.ingest_profiles import FIELDS, NUMBERS, PERIOD, TIMES, Dataset, IngestProfile
from accounting.refusals import RefusalCode
from api.ingest.formats import moments, numerals
from api.ingest.formats.blocks import WHOLE_ROW, Block, RawBlock, RowRefusal, Unread, quoted

_QUALITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("measured", "metered", "实测", "计量", "测量"), "MEASURED"),
        **dict.fromkeys(("", "billed", "invoiced", "账单", "发票", "结算"), "BILLED"),
        **dict.fromkeys(("estimated", "估算", "估计", "推算"), "ESTIMATED"),
    }
)
"""How quality is written; nothing is BILLED, as in the API."""
_ACCEPTED: Final = "accepted are MEASURED, BILLED, ESTIMATED, 实测, 账单, 估算"


def block(raw: RawBlock, first_row: int, profile: IngestProfile | None, dataset: Dataset = Dataset.ACTIVITIES) -> Block:
    """Return rows ready for the ledger; a cell that cannot be read refuses its row.

    Without a profile texts pass as they are: what the ledger says of them is what it says of a posted row.
    """
    reading = profile or replace(_AS_POSTED, dataset=dataset)
    frame = _filled(raw.frame, reading)
    unread = list(raw.unread)
    steps = [_period, _quality] if profile is None else [_named, _trimmed, _numbers, _times, _period, _quality]
    for step in steps:
        frame, found = step(frame, reading)
        unread += found
    return _told(frame, raw, unread, first_row, reading)


_AS_POSTED: Final = IngestProfile("as posted", is_trimmed=False)


def _told(
    frame: polars.DataFrame, raw: RawBlock, unread: Iterable[Unread], first_row: int, profile: IngestProfile
) -> Block:
    """Keep the first fault of each row, in the order of the fields, and empty these rows."""
    fields = (WHOLE_ROW, PERIOD, *FIELDS[profile.dataset])
    refused: dict[int, RowRefusal] = {}
    for one in sorted(unread, key=lambda found: (found.position, fields.index(found.field))):
        message = f"{raw.places.of(one.position, one.field)}: {one.message}"
        refused.setdefault(first_row + one.position, RowRefusal(first_row + one.position, one.code, one.field, message))
    if refused:
        is_refused = polars.Series(range(first_row, first_row + frame.height)).is_in(list(refused))
        frame = frame.with_columns(polars.when(~is_refused).then(polars.all()).otherwise(polars.lit("")).name.keep())
    return Block(first_row, frame, raw.places, MappingProxyType(refused))


def _filled(frame: polars.DataFrame, profile: IngestProfile) -> polars.DataFrame:
    """Return every field as a text column: as read, fixed, joined from parts, or empty."""
    columns: dict[str, polars.Expr] = {}
    fixed = {one.field: one.value for one in profile.fixed}
    for field in (*FIELDS[profile.dataset], PERIOD):
        if field in fixed:
            columns[field] = polars.lit(fixed[field])
        elif field in frame.columns:
            columns[field] = polars.col(field).fill_null("")
        elif field != PERIOD:
            columns[field] = polars.lit("")
    if profile.id_columns:
        columns["externalId"] = _joined(profile)
    marker = polars.int_range(frame.height).alias("row")  # a frame of literals alone would have one row
    return frame.with_columns(marker).select(marker, **columns).drop("row")


def _joined(profile: IngestProfile) -> polars.Expr:
    """Return the external id from its parts; empty, which the ledger refuses, where a part is."""
    parts = [polars.col(f"id {number}").fill_null("") for number in range(len(profile.id_columns))]
    if profile.is_trimmed:
        parts = [part.str.strip_chars() for part in parts]
    return (
        polars.when(polars.all_horizontal(part != "" for part in parts))
        .then(polars.concat_str(parts, separator="/"))
        .otherwise(polars.lit(""))
    )


def _named(frame: polars.DataFrame, profile: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    """Put what the profile says a text means in its place."""
    means: dict[str, dict[str, str]] = {}
    for one in profile.values:
        means.setdefault(one.field, {})[one.text.strip()] = one.means
    columns = [
        polars.col(field).str.strip_chars().replace_strict(known, default=polars.col(field)).alias(field)
        for field, known in means.items()
        if field in frame.columns
    ]
    return frame.with_columns(columns), []


def _trimmed(frame: polars.DataFrame, profile: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    return (frame.with_columns(polars.all().str.strip_chars()) if profile.is_trimmed else frame), []


def _numbers(frame: polars.DataFrame, profile: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    unread: list[Unread] = []
    for name in (name for name in NUMBERS if name in frame.columns):
        read = frame.select(numerals.plain(name, profile).alias(name))[name]
        wrong = numerals.accepted(profile)
        for place, text in _left(frame[name], read):
            message = f"{quoted(text)} is no number; {wrong}"
            unread.append(Unread(place, name, message, RefusalCode.NOT_A_NUMBER))
        frame = frame.with_columns(read.fill_null(""))
    return frame, unread


def _times(frame: polars.DataFrame, profile: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    unread: list[Unread] = []
    for name in (name for name in TIMES if name in frame.columns and PERIOD not in frame.columns):
        known = moments.moments(frame[name], profile, is_end=name == "periodEnd")
        read = _looked_up(frame[name], known, "moment")
        unread += _faulty(name, frame[name], read, known)
        frame = frame.with_columns(read.fill_null("").alias(name))
    return frame, unread


def _period(frame: polars.DataFrame, profile: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    if PERIOD not in frame.columns:
        return frame, []
    known = moments.spans(frame[PERIOD], profile)
    start, end = (_looked_up(frame[PERIOD], known, name) for name in ("start", "end"))
    unread = list(_faulty(PERIOD, frame[PERIOD], start, known))
    columns = [start.fill_null("").alias("periodStart"), end.fill_null("").alias("periodEnd")]
    return frame.with_columns(columns).drop(PERIOD), unread


def _quality(frame: polars.DataFrame, _: IngestProfile) -> tuple[polars.DataFrame, list[Unread]]:
    if "quality" not in frame.columns:
        return frame, []
    written = frame["quality"].unique()
    known = {text: _QUALITIES.get(text.strip().lower()) for text in written}
    read = frame["quality"].replace_strict(known, return_dtype=polars.String)
    unread = [
        Unread(place, "quality", f"{quoted(text)} is no quality; {_ACCEPTED}", RefusalCode.TEXT_NOT_ACCEPTED)
        for place, text in _left(frame["quality"], read)
    ]
    return frame.with_columns(read.fill_null("").alias("quality")), unread


def _looked_up(texts: polars.Series, known: polars.DataFrame, column: str) -> polars.Series:
    return texts.replace_strict(known["text"], known[column], default=None, return_dtype=polars.String)


def _faulty(name: str, texts: polars.Series, read: polars.Series, known: polars.DataFrame) -> Iterator[Unread]:
    faults = dict(known.select("text", "fault").iter_rows())
    for place, text in _left(texts, read):
        yield Unread(place, name, f"{quoted(text)} {faults[text]}", RefusalCode.BAD_TIME)


def _left(texts: polars.Series, read: polars.Series) -> list[tuple[int, str]]:
    """Return position and text of what was not read."""
    places = read.is_null().arg_true()
    return list(zip(places.to_list(), texts.gather(places).to_list(), strict=True))
