"""What facts add to the quantity cells, summed before they are sent: exact decimals by site, type and month."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from emission_factors import decimals

_CELL: Final = ["site_id", "activity_type", "supplier", "base_unit", "quality", "month"]


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
    """Return what facts add to the cells; exactly, as `ledger.cells` has the database do it."""
    ends = (pl.col("local_end") - pl.duration(microseconds=1)).dt.month_start().dt.date()
    dated = facts.with_columns(pl.col("local_start").dt.month_start().dt.date().alias("month"), ends.alias("last"))
    is_one_month = pl.col("month") == pl.col("last")
    cells = dated.filter(is_one_month).group_by(_CELL).agg("base_quantity")
    parts = cells["base_quantity"].to_list()
    return CellSums(
        cells.select(_CELL),
        [decimals.total(map(Decimal, texts)) for texts in parts],
        [len(texts) for texts in parts],
        dated.filter(~is_one_month)["activity_id"].to_list(),
    )
