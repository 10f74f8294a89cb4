"""What each row of a merged chunk is told: the outcomes of `postActivities`, as columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

import polars as pl

from ledger.activities.batches import NaturalKey, Outcome, RowOutcome, Versions, outcome_of_archived, outcome_of_repeat
from ledger.activities.rows import CheckedRow
from ledger.bulk.checks import KEY, CheckedChunk, key_of
from ledger.bulk.stage import Known

OUTCOME: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "row": pl.Int64,
    "outcome": pl.String,
    "activityId": pl.String,
    "code": pl.String,
    "field": pl.String,
    "message": pl.String,
    "conflictingFields": pl.List(pl.String),
}
"""The columns of outcomes. `row` counts the rows of the file from zero; what an outcome does not have is null."""


@dataclass(frozen=True)
class Merged:
    """What became of a chunk. `outcomes` has the columns of `OUTCOME`, one line for each row, in the order of the file;
    `posting_id` is on the rows that were added.
    """

    first_row: int
    posting_id: UUID
    outcomes: pl.DataFrame

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        """How many rows had each outcome; none is missing."""
        found = dict(self.outcomes["outcome"].value_counts().iter_rows())
        return {outcome: found.get(outcome.value, 0) for outcome in Outcome}


_GIVEN: Final = ("row", "outcome", "activityId")
_IDS: Final = ("activity_id", "activityId")


def outcomes_of(checked: CheckedChunk, known: Known, earlier: Mapping[NaturalKey, Versions]) -> pl.DataFrame:
    """Return the outcomes of a chunk's rows, in their order.

    `known` are the facts that were not added because the ledger had them; `earlier` has the versions of those that
    `needs_versions` names.
    """
    told = [
        (row, RowOutcome(Outcome.REJECTED, None, found.code, found.field, found.message))
        for row, found in checked.refusals.items()
    ]
    told += _again(checked, known, earlier)
    lines = [_added(added_of(checked, known)), _said_before(checked, known), _told(told)]
    return pl.concat(lines).sort("row").with_columns(pl.col("row") + checked.chunk.first_row)


def added_of(checked: CheckedChunk, known: Known) -> pl.DataFrame:
    """Return the facts that were not in the ledger."""
    return checked.facts.filter(~_is_among(known)) if known else checked.facts


def needs_versions(checked: CheckedChunk, known: Known) -> list[NaturalKey]:
    """Return the facts whose versions decide an outcome: those that say something new, or are said again here."""
    others = checked.facts.filter(_is_among(_unlike(known)))
    repeated = checked.facts.filter(_is_among(known)).join(checked.repeats, on=KEY, how="semi")
    return list({key_of(fact) for facts in (others, repeated) for fact in facts.iter_rows(named=True)})


def _is_among(ids: Iterable[str]) -> pl.Expr:
    return pl.col("activity_id").is_in(list(ids))


def _unlike(known: Known) -> list[str]:
    return [staged for staged, same in known.items() if same is None]


def _again(checked: CheckedChunk, known: Known, earlier: Mapping[NaturalKey, Versions]) -> list[tuple[int, RowOutcome]]:
    """Return what rows are told that repeat a fact of the chunk, or have no equal among its versions in the ledger."""
    others = checked.facts.filter(_is_among(_unlike(known))).drop("activity_id")
    rows = pl.concat([checked.repeats, others])
    keys = [key_of(row) for row in rows.select(KEY).iter_rows(named=True)]
    firsts = _firsts(checked, known)
    found = zip(_judged(checked, rows["row"].to_list()), keys, strict=True)
    return [(number, _repeated(row, earlier.get(key) or firsts.get(key))) for (number, row), key in found]


def _repeated(row: CheckedRow, versions: Versions | None) -> RowOutcome:
    """Return what a row is told whose fact was said before; there are no versions where all were archived."""
    return outcome_of_repeat(row, versions) if versions else outcome_of_archived(row)


def _firsts(checked: CheckedChunk, known: Known) -> dict[NaturalKey, Versions]:
    """Return what the rows say that the chunk's repeats repeat, where the ledger did not have it."""
    facts = added_of(checked, known).join(checked.repeats, on=KEY, how="semi")
    judged = dict(_judged(checked, facts["row"].to_list()))
    return {
        key_of(fact): [(UUID(fact["activity_id"]), judged[fact["row"]].content)] for fact in facts.iter_rows(named=True)
    }


def _judged(checked: CheckedChunk, rows: list[int]) -> Iterable[tuple[int, CheckedRow]]:
    for said in checked.rows[rows].iter_rows(named=True):
        found = checked.judge.check(said)
        if not isinstance(found, CheckedRow):
            raise TypeError(f"row {said['row']} was accepted in columns and is refused by itself: {found}")
        yield said["row"], found


def _added(facts: pl.DataFrame) -> pl.DataFrame:
    return _plain(facts.select("row", pl.col("activity_id").alias("activityId")), Outcome.ACCEPTED)


def _said_before(checked: CheckedChunk, known: Known) -> pl.DataFrame:
    """Return what rows are told that say the same as a version in the ledger."""
    same = {staged: found for staged, found in known.items() if found is not None}
    ids = pl.DataFrame({"activity_id": list(same), "activityId": list(same.values())}, dict.fromkeys(_IDS, pl.String))
    return _plain(checked.facts.join(ids, on="activity_id").select("row", "activityId"), Outcome.DUPLICATE)


def _plain(rows: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Return outcomes that say nothing but themselves and the fact."""
    nothing = [pl.lit(None, kind).alias(name) for name, kind in OUTCOME.items() if name not in _GIVEN]
    told = rows.with_columns(pl.col("row").cast(pl.Int64), pl.lit(outcome.value).alias("outcome"), *nothing)
    return told.select(list(OUTCOME))


def _told(told: Iterable[tuple[int, RowOutcome]]) -> pl.DataFrame:
    lines = [
        (
            row,
            found.outcome.value,
            str(found.activity_id) if found.activity_id else None,
            found.code.value if found.code else None,
            found.field or None,
            found.message or None,
            list(found.conflicting_fields) or None,
        )
        for row, found in told
    ]
    return pl.DataFrame(lines, OUTCOME, orient="row")
