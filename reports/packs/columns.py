"""The columns of the sheets of a pack, which are CSV (RFC 4180, UTF-8, lines that end in LF): what `sheets` writes and
`verifying_rows` reads.

What the history hashes of a row is in its sheet by columns of the same content; those at the end are there for that.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

ROWS: Final = (
    "activityId", "version", "kind", "externalId", "site", "source", "activityType", "supplier", "quantity", "unit",
    "baseQuantity", "baseUnit", "periodStart", "periodEnd", "quality", "document", "recordedAt", "actor", "isCurrent",
    "supersedes", "reason", "adjustment", "siteId", "sourceId", "localStart", "localEnd", "recording", "adjustedMonths",
)  # fmt: skip
"""Columns of the rows. `isCurrent` is as of the report's instant; `adjustment` says why closed months were changed."""
READINGS: Final = (
    "seriesId", "start", "version", "value", "recordedAt", "actor", "isCurrent", "reason", "adjustment", "stored",
    "recording", "adjustedMonths",
)  # fmt: skip
"""Columns of readings. An interval that was withdrawn has no value; `stored` is the value in the unit of the ledger."""
SERIES: Final = (
    "seriesId", "tenant", "site", "source", "carrier", "role", "activityType", "unit", "minutes", "hasAttribute",
)  # fmt: skip
"""Columns of the series whose readings go by their ids, in this unit."""
TENANTS: Final = ("tenant", "code", "name", "nameZh")
"""Columns of the tenants whose folders and rows go by their ids."""
EVIDENCE: Final = (
    "path", "sha256", "bytes", "mediaType", "tenant", "about", "subject", "name", "note", "actor", "recordedAt",
    "evidenceId",
)  # fmt: skip
"""Columns of the index of evidence."""
HASHED_OF_ROWS: Final[Mapping[str, str]] = {
    "activity_id": "activityId", "source_id": "sourceId", "site_id": "siteId", "external_id": "externalId",
    "version": "version", "kind": "kind", "supersedes": "supersedes", "reason": "reason",
    "activity_type": "activityType", "supplier": "supplier", "quantity": "quantity", "unit": "unit",
    "base_quantity": "baseQuantity", "base_unit": "baseUnit", "period_start": "periodStart",
    "period_end": "periodEnd", "local_start": "localStart", "local_end": "localEnd", "quality": "quality",
    "document": "document",
}  # fmt: skip
"""Column that is hashed -> column of the sheet."""
HASHED_OF_READINGS: Final[Mapping[str, str]] = {
    "series_id": "seriesId", "start": "start", "version": "version", "value": "stored", "posting_id": "recording",
    "reason": "reason",
}  # fmt: skip
"""The same of readings."""
NULL_WHERE_EMPTY: Final = ("supersedes", "stored")
"""Columns whose empty text is a null; that of any other is an empty text."""


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    r"""Return rows as lines of CSV.

    >>> csv_lines([("a,b", 1)])
    b'"a,b",1\n'
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def numbered(data: bytes) -> list[tuple[int, list[str]]]:
    r"""Return the rows of a sheet with the line that each begins on; raises `csv.Error` or `UnicodeDecodeError`.

    >>> numbered(b'a,"two\nlines"\nb,c\n')
    [(1, ['a', 'two\nlines']), (3, ['b', 'c'])]
    """
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    found, line = [], 1
    for cells in reader:
        found.append((line, cells))
        line = reader.line_num + 1
    return found
