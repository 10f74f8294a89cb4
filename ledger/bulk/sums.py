"""What facts add to the quantity cells, summed before they are sent: exact decimals by site, type and month."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from emission_factors import decimals
from ledger.bulk.decimals import MOST_DIGITS, digits, places

_CELL: Final = ["site_id", "activity_type", "supplier", "base_unit", "quality", "month"]
_SUMMED: Final = MOST_DIGITS - 9
"""Digits of a number that is summed as an integer: a thousand million of them have not more digits than one may."""


@dataclass(frozen=True, slots=True)
class CellSums:
    """The sums of facts that happened within one month. `cells` has the keys, in the order of `quantities` and
    `counts`; `split` are the ids of facts that span months, which are in no sum: the database splits them.
    """

    cells: pl.DataFrame
    quantities: list[Decimal]
    counts: list[int]
    split: list[str]


def cell_sums(facts: pl.DataFrame) -> CellSums:
    """Return what facts add to the cells; exactly, as `ledger.cells.cells` has the database do it."""
    ends = (pl.col("local_end") - pl.duration(microseconds=1)).dt.month_start().dt.date()
    dated = facts.with_columns(pl.col("local_start").dt.month_start().dt.date().alias("month"), ends.alias("last"))
    is_one_month = pl.col("month") == pl.col("last")
    parts = _parts(dated.filter(is_one_month))
    cells = parts.group_by(_CELL).agg("sum", "count")
    return CellSums(
        cells.select(_CELL),
        [decimals.total(map(Decimal, texts)) for texts in cells["sum"].to_list()],
        [sum(counts) for counts in cells["count"].to_list()],
        dated.filter(~is_one_month)["activity_id"].to_list(),
    )


def _parts(facts: pl.DataFrame) -> pl.DataFrame:
    """Return what is to be added up for each cell, as texts: sums of numbers with as many places, and long numbers."""
    number = pl.col("base_quantity")
    numbers = facts.with_columns(
        pl.when(number.str.len_bytes() <= _SUMMED).then(digits("base_quantity")).alias("digits"),
        places("base_quantity").alias("places"),
    )
    is_short = pl.col("digits").is_not_null()
    short = numbers.filter(is_short).group_by([*_CELL, "places"]).agg(pl.col("digits").sum(), pl.len().alias("count"))
    text = pl.concat_str(pl.col("digits"), pl.lit("e-"), pl.col("places"))
    long = numbers.filter(~is_short).select(*_CELL, number.alias("sum"), pl.lit(1, pl.UInt32).alias("count"))
    return pl.concat([short.select(*_CELL, text.alias("sum"), pl.col("count").cast(pl.UInt32)), long])
