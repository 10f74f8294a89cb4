"""A chunk checked in columns: what is usual at once, everything else row by row, as a posting is.

A row is usual where nothing can be wrong with it: its source is known, activity type and unit go together, the texts
are short, the quantity is digits with at most one point, the times are plain. So the columns never refuse anything, and
every outcome, code, field and message is the one that `postActivities` gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import polars as pl

from accounting.estimates import accept_dimension, accept_price_year, parse_unit
from accounting.refusals import Refused
from emission_factors import decimals
from emission_factors.catalogue import Catalogue
from ledger.activities.checking import Checker
from ledger.activities.rows import LONGEST_TEXT, CheckedRow, Refusal, SourcePlace, known_activity
from ledger.bulk.chunks import QUALITIES, Chunk, posted_row
from ledger.bulk.decimals import MOST_DIGITS, digits, places, written
from ledger.bulk.ids import id_texts
from ledger.bulk.periods import INSTANT, instants, wall_clocks
from ledger.periods import AHEAD, EARLIEST, LONGEST

_PLAIN: Final = r"^[0-9]{1,19}(\.[0-9]{1,18})?$"
"""A quantity that `emission_factors.decimals.parse` takes, whatever its digits are."""
_SEEN: Final = "[0-9A-Za-z]"
"""An id with one of these is not blank, whatever is taken for a space."""

FACT: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "row": pl.UInt32,
    "source_id": pl.String,
    "site_id": pl.String,
    "external_id": pl.String,
    "activity_type": pl.String,
    "supplier": pl.String,
    "quantity": pl.String,
    "unit": pl.String,
    "base_quantity": pl.String,
    "base_unit": pl.String,
    "period_start": INSTANT,
    "period_end": INSTANT,
    "local_start": INSTANT,
    "local_end": INSTANT,
    "quality": pl.String,
    "document": pl.String,
}
"""The columns of a fact: those of the stage, and the row of the chunk that says it."""
_KIND: Final = {
    **dict.fromkeys(("activityType", "unit", "activity_type", "unit_code", "base_unit", "to_base"), pl.String),
    "to_digits": pl.Int128,
    "to_places": pl.Int64,
}
"""The columns of what goes together: `to_base` also as digits, where they are few, and how many are after the point."""
_SHORT: Final = 20
"""Characters of a quantity that is converted as an integer; units of as many digits as are left then go with it."""
KEY: Final = ["source_id", "external_id"]
"""With the tenant, what makes a fact one fact."""


@dataclass(frozen=True, slots=True)
class CheckedChunk:
    """A chunk that may be merged. `facts` has the columns of `FACT` and `activity_id`, one row for each fact, the first
    that says it; `repeats` are the rows that say one of them again, `refusals` those that say nothing to be kept.
    """

    chunk: Chunk
    rows: pl.DataFrame
    facts: pl.DataFrame
    repeats: pl.DataFrame
    refusals: Mapping[int, Refusal]
    judge: "Judge"

    def shares_facts_with(self, other: "CheckedChunk") -> bool:
        """Whether both say something of one fact, so that which of them comes first matters."""
        return not self.facts.join(other.facts, on=KEY, how="semi").is_empty()


class Judge:
    """What the rows of a chunk are checked against."""

    def __init__(self, sources: Mapping[str, SourcePlace], catalogue: Catalogue, now: datetime) -> None:
        self.sources = sources
        self.catalogue = catalogue
        self.now = now
        self._checker = Checker(sources, catalogue, now)

    def check(self, said: dict[str, str]) -> CheckedRow | Refusal:
        """Check one row of a completed chunk, as `postActivities` does."""
        row = posted_row(said)
        return row if isinstance(row, Refusal) else self._checker.check(row)


def check_chunk(chunk: Chunk, judge: Judge) -> CheckedChunk:
    """Return what a chunk says; reads nothing but its arguments, and takes about a microsecond a row."""
    rows = chunk.completed()
    usual = _usual(rows, judge)
    odd_facts, refusals = _judged(rows.filter(~pl.col("row").is_in(usual["row"].implode())), judge)
    facts = pl.concat([usual, odd_facts]).sort("row") if len(odd_facts) else usual
    return checked_of(chunk, rows, facts, refusals, judge)


def checked_of(
    chunk: Chunk, rows: pl.DataFrame, facts: pl.DataFrame, refusals: Mapping[int, Refusal], judge: Judge
) -> CheckedChunk:
    """Return a chunk of which `facts` are the rows that may be kept, in order: the first of each fact, and repeats."""
    is_first = facts.select(pl.struct(KEY).is_first_distinct()).to_series()
    firsts = facts.filter(is_first)
    return CheckedChunk(
        chunk, rows, firsts.with_columns(id_texts(len(firsts))), facts.filter(~is_first), refusals, judge
    )


def _usual(rows: pl.DataFrame, judge: Judge) -> pl.DataFrame:
    """Return the facts of the usual rows, in their order."""
    placed = rows.join(_places(judge.sources), on="source", how="left", maintain_order="left")
    counted = placed.join(_kinds(rows, judge), on=["activityType", "unit"], how="left", maintain_order="left")
    timed = _timed(counted.filter(_is_usual()))
    return _facts(timed.filter(_is_past(judge.now)))


def _is_usual() -> pl.Expr:
    short = [
        (pl.col(name).str.len_chars() <= LONGEST_TEXT) & ~pl.col(name).str.contains("\x00", literal=True)
        for name in ("externalId", "supplier", "document")
    ]
    return pl.all_horizontal(
        pl.col("source_id").is_not_null(),
        pl.col("to_base").is_not_null(),
        pl.col("quantity").str.contains(_PLAIN).fill_null(value=False),
        pl.col("externalId").str.contains(_SEEN),
        pl.col("quality").is_in(QUALITIES),
        *short,
    )


def _is_past(now: datetime) -> pl.Expr:
    """Whether a period is one that `ledger.periods.period` accepts; null, which no filter keeps, where it is unread."""
    start, end, latest = pl.col("period_start"), pl.col("period_end"), now.astimezone(UTC).replace(tzinfo=None)
    return pl.all_horizontal(
        end > start,
        end - start <= LONGEST,
        start >= EARLIEST.replace(tzinfo=None),
        end <= latest + AHEAD,
        pl.col("local_end") > pl.col("local_start"),
    )


def _places(sources: Mapping[str, SourcePlace]) -> pl.DataFrame:
    columns = {
        "source": list(sources),
        "source_id": [str(place.source_id) for place in sources.values()],
        "site_id": [str(place.site_id) for place in sources.values()],
        "time_zone": [place.time_zone for place in sources.values()],
    }
    return pl.DataFrame(columns, dict.fromkeys(columns, pl.String))


def _kinds(rows: pl.DataFrame, judge: Judge) -> pl.DataFrame:
    """Return the activity types and units of the chunk that go together, each judged once."""
    pairs: list[tuple[str, str]] = [(one, two) for one, two in rows.select("activityType", "unit").unique().rows()]
    found = [[one, two, *kind] for one, two in pairs if (kind := _kind(one, two, judge.catalogue)) is not None]
    return pl.DataFrame(found, _KIND, orient="row")


def _kind(activity_type: str, unit: str, catalogue: Catalogue) -> tuple[object, ...] | None:
    """Return activity type, unit, base unit and how many of it one unit is, exactly; None where rows are refused."""
    try:
        activity, counted_in = known_activity(activity_type, catalogue), parse_unit(unit)
        accept_dimension(activity, counted_in, "unit")
        accept_price_year(counted_in, "unit")
    except Refused:
        return None
    to_base = counted_in.in_base(Decimal(1))
    after_point = -int(to_base.as_tuple().exponent)
    is_short = len(f"{to_base:f}") <= MOST_DIGITS - _SHORT
    whole = int(to_base.scaleb(after_point, decimals.EXACT)) if is_short else None
    return activity.code, counted_in.code, counted_in.base, str(to_base), whole, after_point


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the period, as instants and on the clock of each row's site; null where it takes a second look."""
    starts, ends = instants(rows["periodStart"]), instants(rows["periodEnd"])
    timed = rows.with_columns(starts.alias("period_start"), ends.alias("period_end"))
    if timed["time_zone"].n_unique() <= 1:
        return _on_site(timed)
    parts = [_on_site(part) for part in timed.partition_by("time_zone", maintain_order=True)]
    return pl.concat(parts).sort("row")


def _on_site(rows: pl.DataFrame) -> pl.DataFrame:
    zone = rows["time_zone"][0] if len(rows) else "UTC"
    return rows.with_columns(
        wall_clocks(rows["period_start"], zone).alias("local_start"),
        wall_clocks(rows["period_end"], zone).alias("local_end"),
    )


def _facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that are usual as facts."""
    columns = {name: pl.col(name) for name in FACT}
    columns |= {"external_id": pl.col("externalId"), "unit": pl.col("unit_code")}
    counted = rows.with_columns(_in_base(rows).alias("base_quantity"))
    return counted.select(column.alias(name) for name, column in columns.items())


def _in_base(rows: pl.DataFrame) -> pl.Series:
    """Return the quantities in base units: exact products of decimals, as `emission_factors.units.Unit.in_base` has."""
    is_short = pl.col("quantity").str.len_bytes() <= _SHORT
    product = pl.when(is_short).then(digits("quantity") * pl.col("to_digits"))
    both = rows.select(product.alias("digits"), (places("quantity") + pl.col("to_places")).alias("places"))
    counted = written(both)
    long = counted.is_null().arg_true()
    texts = [
        str(decimals.product(Decimal(quantity), Decimal(to_base)))
        for quantity, to_base in rows[long].select("quantity", "to_base").iter_rows()
    ]
    return counted.scatter(long, pl.Series(texts, dtype=pl.String)) if texts else counted


def _judged(rows: pl.DataFrame, judge: Judge) -> tuple[pl.DataFrame, dict[int, Refusal]]:
    """Return the facts of the rows that are not usual, and the refusals of those that cannot be kept."""
    facts: list[tuple[object, ...]] = []
    refusals: dict[int, Refusal] = {}
    for said in rows.iter_rows(named=True):
        found = judge.check(said)
        if isinstance(found, Refusal):
            refusals[said["row"]] = found
        else:
            facts.append(_fact(said["row"], found))
    return pl.DataFrame(facts, FACT, orient="row"), refusals


def _fact(row: int, found: CheckedRow) -> tuple[object, ...]:
    return (
        row,
        str(found.place.source_id),
        str(found.place.site_id),
        found.external_id,
        found.activity_type,
        found.supplier,
        str(found.quantity),
        found.unit,
        str(found.base_quantity),
        found.base_unit,
        *(moment.astimezone(UTC).replace(tzinfo=None) for moment in (found.period.start, found.period.end)),
        found.period.local_start,
        found.period.local_end,
        found.quality,
        found.document,
    )


def key_of(row: Mapping[str, str]) -> tuple[UUID, str]:
    """Return the natural key of a row of `facts` or `repeats`."""
    return UUID(row["source_id"]), row["external_id"]
