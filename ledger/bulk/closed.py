"""Rows of a chunk in closed months: refused as `ledger.activities.posting` refuses them, or noted as an adjustment."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

import polars as pl

from accounting.refusals import RefusalCode
from ledger.activities.batches import NaturalKey
from ledger.activities.closed_months import ClosedMonths, mark_adjustment
from ledger.activities.earlier import registered
from ledger.activities.rows import Refusal
from ledger.bulk.checks import CheckedChunk, checked_of, key_of
from ledger.connections import Connection

_PERIOD = ("local_start", "local_end")


def late_rows(checked: CheckedChunk, closed: ClosedMonths) -> pl.DataFrame:
    """Return the rows of facts and repeats that have a part in closed months."""
    return _all_of(checked).filter(_touches(closed))


async def without_closed(
    connection: Connection, tenant: UUID, checked: CheckedChunk, closed: ClosedMonths
) -> CheckedChunk:
    """Return the chunk with those late rows refused whose fact the ledger does not have, in the state of `connection`.

    A row that says such a fact again, in an open month, is the first of its fact then.
    """
    late = late_rows(checked, closed)
    if late.is_empty():
        return checked
    keys = list({key_of(row) for row in late.iter_rows(named=True)})
    return _without(checked, late, closed, await registered(connection, tenant, keys))


async def mark_added(
    connection: Connection, tenant: UUID, posting: UUID, added: pl.DataFrame, closed: ClosedMonths, reason: str
) -> None:
    """Note which closed months the facts that were added change, and why."""
    if not closed or not reason:
        return
    periods = added.filter(_touches(closed)).select(_PERIOD).unique()
    months: set[date] = set()
    for start, end in periods.iter_rows():
        months |= closed.months(start, end)
    await mark_adjustment(connection, tenant, posting, months, reason)


def _without(
    checked: CheckedChunk, late: pl.DataFrame, closed: ClosedMonths, there: Collection[NaturalKey]
) -> CheckedChunk:
    periods = {period: closed.message(*period) for period in late.select(_PERIOD).unique().iter_rows()}
    refused = {
        row["row"]: Refusal(RefusalCode.PERIOD_CLOSED, "periodStart", periods[row["local_start"], row["local_end"]])
        for row in late.iter_rows(named=True)
        if key_of(row) not in there
    }
    left = _all_of(checked).filter(~pl.col("row").is_in(list(refused))).sort("row")
    return checked_of(checked.chunk, checked.rows, left, {**checked.refusals, **refused}, checked.judge)


def _all_of(checked: CheckedChunk) -> pl.DataFrame:
    return pl.concat([checked.facts.drop("activity_id"), checked.repeats])


def _touches(closed: ClosedMonths) -> pl.Expr:
    start, end = pl.col("local_start"), pl.col("local_end")
    spans = [(start < closed_end) & (end > closed_start) for closed_start, closed_end in closed.spans]
    return reduce(or_, spans, pl.lit(value=False))
