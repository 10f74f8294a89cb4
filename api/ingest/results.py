"""Results: one line of JSON for each row of a file, in its order, with what became of the row."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import polars

from accounting.clauses import clause_of
from accounting.refusals import RefusalCode
from api.ingest.candidates import candidates
from api.ingest.formats import Block
from ledger.activities.batches import Outcome
from schema.global_ids import encode

_PLAIN: Final = (Outcome.ACCEPTED.value, Outcome.DUPLICATE.value)
_TYPE: Final = "Activity"


def result_lines(outcomes: polars.DataFrame, block: Block, *, is_dry_run: bool = False) -> bytes:
    """Return the lines of a chunk; `outcomes` are those of the ledger, whose rows count from zero, the file's from one.

    A row that could not be read is told what the reader says of it; of a row that the ledger refuses the message begins
    with where its cell stands. A dry run offers what an unknown activity type may mean.
    """
    lines = outcomes.select(_plain_lines()).to_series()
    odd = outcomes.filter(lines.is_null())
    if not odd.is_empty():
        told = (msgspec.json.encode(_told(one, block, is_dry_run)).decode() for one in odd.iter_rows(named=True))
        lines = lines.scatter(lines.is_null().arg_true(), polars.Series(list(told), dtype=polars.String))
    return f"{lines.str.join(chr(10)).item()}\n".encode() if len(lines) else b""


def _plain_lines() -> polars.Expr:
    """Return the lines of rows that are in the ledger; null for the others, which have more to be told.

    An id in base64 has neither quotes nor backslashes, nor the two characters in which the alphabets of URLs differ.
    """
    known = polars.col("activityId").is_not_null()
    global_id = polars.concat_str(polars.lit(f"{_TYPE}:"), "activityId").str.encode("base64").str.strip_chars_end("=")
    texts = [polars.lit(text) for text in ('{"row":', ',"outcome":"', '","activityId":"', '"}')]
    line = [texts[0], polars.col("row") + 1, texts[1], polars.col("outcome")]
    named = polars.concat_str(*line, texts[2], global_id, texts[3])
    return polars.when(polars.col("outcome").is_in(_PLAIN)).then(
        polars.when(known).then(named).otherwise(polars.concat_str(*line, texts[3]))
    )


def _told(one: Mapping[str, Any], block: Block, is_dry_run: bool) -> dict[str, Any]:
    unread = block.refused.get(one["row"])
    line: dict[str, Any] = {"row": one["row"] + 1, "outcome": one["outcome"]}
    if unread is not None:
        code, field, message = unread.code.value, unread.field, unread.message
    elif one["outcome"] == Outcome.REJECTED.value:
        code, field = one["code"], one["field"] or ""
        message = block.located(one["row"], field, one["message"])
    else:
        known = {"activityId": encode(_TYPE, one["activityId"])} if one["activityId"] else {}
        differing = {"conflictingFields": one["conflictingFields"]} if one["conflictingFields"] else {}
        return line | known | differing | ({"message": one["message"]} if one["message"] else {})
    clause = clause_of(RefusalCode(code))
    line |= {"code": code, "field": field, "message": message} | ({"clause": clause} if clause else {})
    if is_dry_run and code == RefusalCode.UNKNOWN_ACTIVITY_TYPE:
        line["candidates"] = candidates(block.frame["activityType"][one["row"] - block.first_row])
    return line
