"""Chunks: rows of a file as columns of text, some ten thousand at a time, before anything of them is checked."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from accounting.management.ingest_profiles import FIELDS, Dataset
from accounting.refusals import RefusalCode
from ledger.activities.rows import PostedRow, Quality, Refusal

CHUNK_ROWS: Final = 20_000
"""Rows a chunk should have: enough that a commit costs nothing, few enough that its stage stays in memory."""
COLUMNS: Final = FIELDS[Dataset.ACTIVITIES]
"""The columns of a chunk: the fields of a row, as the API names them."""
UNSAID: Final = {"supplier": "", "quality": Quality.BILLED.value, "document": ""}
"""What a row says that leaves the field out."""
QUALITIES: Final = tuple(quality.value for quality in Quality)
_TEXTS: Final = ("source", "externalId", "activityType", "unit")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that follow each other in a file; `first_row` is the number of the first, counted from zero.

    `frame` has a column of text for each of `COLUMNS`, null where a row says nothing; a column that is missing is null
    throughout.
    """

    first_row: int
    frame: pl.DataFrame

    def completed(self) -> pl.DataFrame:
        """Return every column, what is unsaid filled in, and `row`, the place in the chunk counted from zero.

        Quantity and times stay null where they were: nothing stands for them, and the message of the refusal says so.
        """
        there = [name for name in COLUMNS if name in self.frame.columns]
        missing = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in self.frame.columns]
        filled = [pl.col(name).fill_null(value) for name, value in UNSAID.items()]
        empty = [pl.col(name).fill_null("") for name in _TEXTS]
        return (
            self.frame.select(there)
            .with_columns(missing)
            .select(COLUMNS)
            .with_columns(*filled, *empty)
            .with_row_index("row")
        )


def posted_row(said: dict[str, str]) -> PostedRow | Refusal:
    """Return one row of a completed chunk as a client would have posted it.

    The API knows no other qualities than those of its enumeration; here another text is a refusal.
    """
    quality = said["quality"]
    if quality not in QUALITIES:
        accepted = ", ".join(QUALITIES)
        return Refusal(RefusalCode.TEXT_NOT_ACCEPTED, "quality", f"{quality[:40]!r} is no quality; one of {accepted}")
    return PostedRow(
        said["source"],
        said["externalId"],
        said["activityType"],
        said["quantity"],
        said["unit"],
        said["periodStart"],
        said["periodEnd"],
        said["supplier"],
        Quality(quality),
        said["document"],
    )
