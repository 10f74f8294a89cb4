"""Records as a system pushes them, in a form of its own, read by a profile into rows or readings."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from accounting.management.ingest_profiles import IngestProfile
from api.ingest.formats import Block, ContentCoding, FileFormat, UnreadableFile, opened
from ledger.activities.rows import PostedRow, Quality
from ledger.bulk.intervals import NamedReading

MOST_RECORDS: Final = 1000
"""Records one body may hold, as rows of `postActivities`."""
ENVELOPE: Final = "data"
"""The key under which a payload of Standard Webhooks has what it tells, beside `type` and `timestamp`."""


class BadRecords(Exception):
    """A body that cannot be read: what is wrong, and what would be accepted."""


class _Envelope(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw()


@dataclass(frozen=True, slots=True)
class Records:
    """Records by the names of the API; a row that `block` refuses is empty."""

    block: Block

    def rows(self) -> list[PostedRow]:
        """Return the records as rows of activities."""
        return [
            PostedRow(
                source=row["source"],
                external_id=row["externalId"],
                activity_type=row["activityType"],
                quantity=row["quantity"],
                unit=row["unit"],
                period_start=row["periodStart"],
                period_end=row["periodEnd"],
                supplier=row["supplier"],
                quality=Quality(row["quality"] or Quality.BILLED),  # of a row that is refused nothing is left
                document=row["document"],
            )
            for row in self.block.frame.iter_rows(named=True)
        ]

    def readings(self) -> list[NamedReading]:
        """Return the records as readings of series."""
        return list(self.block.frame.select("series", "start", "value").iter_rows())


def records_of(body: bytes, profile: IngestProfile) -> Records:
    """Return the records of a body: an object, a list of them, or either as `data` of an envelope; raises `BadRecords`.

    Numbers keep the digits they are written with.
    """
    lines = [bytes(one).replace(b"\n", b" ").replace(b"\r", b" ") for one in _objects(body)]
    if not 1 <= len(lines) <= MOST_RECORDS:
        raise BadRecords(f"the body holds {len(lines)} records; accepted is 1 to {MOST_RECORDS}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records"
        path.write_bytes(b"\n".join(lines) + b"\n")
        try:
            with opened(path, FileFormat.NDJSON, ContentCoding.IDENTITY, profile, dataset=profile.dataset) as file:
                [block] = file.blocks()
        except UnreadableFile as error:
            raise BadRecords(str(error)) from None
    return Records(block)


def _objects(body: bytes) -> Sequence[msgspec.Raw]:
    try:
        if body.lstrip()[:1] == b"[":
            return msgspec.json.decode(body, type=list[msgspec.Raw])
        inner = bytes(msgspec.json.decode(body, type=_Envelope).data)
        if inner[:1] == b"[":
            return msgspec.json.decode(inner, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRecords(f"{error}; accepted is a JSON object, or a list of them") from None
    return [msgspec.Raw(inner if inner[:1] == b"{" else body)]
