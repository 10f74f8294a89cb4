"""The facts of a chunk as the data of two text COPYs: what many facts have in common once, and each fact by itself.

The facts of a meter differ in id, quantity and period. Source, site, activity type and the like come to a few kinds in
a chunk, which are written, sent and read once. Times are whole microseconds since 1970: reading a date takes longer
than anything else in a line.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

STAGE: Final = """
CREATE TEMP TABLE bulk_kinds (
    kind integer, source_id uuid, site_id uuid, activity_type text, supplier text, unit text, base_unit text,
    quality text
);
CREATE TEMP TABLE bulk_facts (
    activity_id uuid, kind integer, external_id text, quantity numeric, base_quantity numeric, period_start bigint,
    period_end bigint, local_start bigint, local_end bigint, document text
)
"""
STRIKE: Final = "DROP TABLE bulk_kinds, bulk_facts"
"""The stage of a chunk and its end, before the chunk takes its instant: what a commit has to truncate or remove may
take long, and whoever reads would wait for it. Files of what was dropped are removed after the commit.
"""
COPY_KINDS: Final = "COPY bulk_kinds FROM STDIN"
COPY_FACTS: Final = "COPY bulk_facts FROM STDIN"
STAGED: Final = """(
    SELECT activity_id, source_id, site_id, external_id, activity_type, supplier, quantity, unit, base_quantity,
        base_unit, quality, document,
        timestamptz 'epoch' + period_start * interval '1 microsecond' AS period_start,
        timestamptz 'epoch' + period_end * interval '1 microsecond' AS period_end,
        timestamp 'epoch' + local_start * interval '1 microsecond' AS local_start,
        timestamp 'epoch' + local_end * interval '1 microsecond' AS local_end
    FROM bulk_facts JOIN bulk_kinds USING (kind)
)"""
"""The facts on the stage as they were. Exact: a double, by which PostgreSQL multiplies, holds every whole number up to
2 to the 53, microseconds for 285 years from 1970 on.
"""

_KIND: Final = ("source_id", "site_id", "activity_type", "supplier", "unit", "base_unit", "quality")
_TIMES: Final = ("period_start", "period_end", "local_start", "local_end")
_NONE: Final = "\x00"
"""What no text of a fact holds."""
_SPECIAL: Final = r"[\t\n\r\\]"


@dataclass(frozen=True, slots=True)
class Copied:
    """The data of `COPY_KINDS` and of `COPY_FACTS`."""

    kinds: bytes
    facts: bytes


def copied(facts: pl.DataFrame) -> Copied:
    """Return facts, with their columns of `ledger.bulk.checks.FACT` and `activity_id`, as what the stage takes."""
    names = facts.select(pl.concat_str(_KIND, separator=_NONE)).to_series()
    is_first = names.is_first_distinct()
    kinds = facts.filter(is_first).select(_KIND).with_row_index("kind")
    kind = names.replace_strict(names.filter(is_first), kinds["kind"], return_dtype=pl.UInt32).alias("kind")
    times = facts.select(pl.col(_TIMES).to_physical())
    each = facts.select("activity_id", kind, "external_id", "quantity", "base_quantity", *times, "document")
    return Copied(_lines(kinds), _lines(each))


def _lines(columns: pl.DataFrame) -> bytes:
    texts = [name for name, kind in columns.schema.items() if kind == pl.String]
    special = [name for name in texts if columns[name].str.contains(_SPECIAL).any()]
    written = columns.with_columns(_escaped(name) for name in special)
    return written.write_csv(include_header=False, separator="\t", quote_style="never").encode()


def _escaped(name: str) -> pl.Expr:
    column = pl.col(name).str.replace_all("\\", "\\\\", literal=True)
    for character, letter in (("\t", "t"), ("\n", "n"), ("\r", "r")):
        column = column.str.replace_all(character, f"\\{letter}", literal=True)
    return column
