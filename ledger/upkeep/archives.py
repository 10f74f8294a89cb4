"""Archiving: a month's partition is written to Parquet, read back, compared, then detached. Nothing is deleted.

    spans summed to now -> partition locked against writers -> files -> read back, same digest -> what stays ->
    nobody reads, nothing corrected meanwhile -> detached and renamed

Numbers, instants and ids are text in the files, as they were posted: no reader can round them. What stays in the
database: quantity cells and spans, so that footprints are what they were; what the archived activities add to the
cells; the versions that later ones supersede. The detached table keeps its rows until its owner drops it.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from ledger.cells.cells import PARTS_OF_FACTS
from ledger.upkeep.archive_files import ArchiveDamaged, Manifest, verify, write

KEPT: Final = timedelta(days=92)
"""How long a month stays in the database at least: late bills and clocks that are behind write into it."""
RELATIONS: Final = ("activities", "interval_readings")


class CannotArchive(Exception):
    """The months asked for cannot be archived; the message says why."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A month of a partitioned table: activities by recording, readings by start."""

    relation: str
    month: date

    @property
    def name(self) -> str:
        """The name of the partition's table."""
        return f"{self.relation}_{self.month:%Y_%m}"

    @property
    def end(self) -> date:
        """The first day of the month after."""
        return (self.month + timedelta(days=31)).replace(day=1)


_PARTITIONS: Final = """
SELECT parent.relname, to_date(right(child.relname, 7), 'YYYY_MM') FROM pg_inherits
JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
WHERE parent.relname = ANY(%s) AND parent.relkind = 'p' AND to_date(right(child.relname, 7), 'YYYY_MM') < %s
ORDER BY 2, 1
"""
_INSTANT: Final = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_LOCAL: Final = """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
_ROWS: Final = {
    "activities": f"""
        SELECT activity.tenant_id::text AS tenant_id, activity_id::text, posting_id::text, source_id::text,
            site_id::text, external_id, version::text, kind, supersedes::text, reason, activity_type, supplier,
            quantity::text, unit, base_quantity::text, base_unit, {_INSTANT.format("period_start")} AS period_start,
            {_INSTANT.format("period_end")} AS period_end, {_LOCAL.format("local_start")} AS local_start,
            {_LOCAL.format("local_end")} AS local_end, quality, document,
            {_INSTANT.format("recording.recorded_at")} AS recorded_at
        FROM activities AS activity LEFT JOIN recordings AS recording
            ON recording.tenant_id = activity.tenant_id AND recording.recording_id = activity.posting_id
        WHERE activity_id >= id_bound(%(first)s) AND activity_id < id_bound(%(end)s)
        ORDER BY activity.tenant_id, activity.activity_id
    """,  # noqa: S608  composed of constants
    "interval_readings": f"""
        SELECT reading.tenant_id::text AS tenant_id, series_id::text, {_INSTANT.format("start")} AS start,
            version::text, value::text, posting_id::text, reason,
            {_INSTANT.format("recording.recorded_at")} AS recorded_at
        FROM interval_readings AS reading LEFT JOIN recordings AS recording
            ON recording.tenant_id = reading.tenant_id AND recording.recording_id = reading.posting_id
        WHERE start >= %(first)s AND start < %(end)s
        ORDER BY reading.tenant_id, reading.series_id, reading.start, reading.version
    """,  # noqa: S608  composed of constants
}
"""The rows of a month in canonical order, each column as canonical text: whoever reads them reads the same bytes."""
_CELLS: Final = f"""
WITH facts AS (
    SELECT activity.*, 1 AS sign FROM activities AS activity
    WHERE activity_id >= id_bound(%(first)s) AND activity_id < id_bound(%(end)s) AND kind <> 'VOID' AND NOT EXISTS (
        SELECT FROM activity_versions AS later WHERE later.tenant_id = activity.tenant_id
            AND later.source_id = activity.source_id AND later.external_id = activity.external_id
            AND later.version > activity.version)
)
INSERT INTO archived_cells (tenant_id, archived_month, site_id, activity_type, supplier, base_unit, quality, month,
    quantity, row_count)
SELECT tenant_id, %(month)s, site_id, activity_type, supplier, base_unit, quality, month, sum(part), count(*)
FROM ({PARTS_OF_FACTS}) AS parts GROUP BY 1, 3, 4, 5, 6, 7, 8
"""  # noqa: S608  composed of constants
_VERSIONS: Final = """
INSERT INTO archived_versions
SELECT old.tenant_id, old.activity_id, old.site_id, old.activity_type, old.supplier, old.base_unit, old.quality,
    old.local_start, old.local_end, old.base_quantity, old.kind
FROM activities AS later JOIN activities AS old
    ON old.tenant_id = later.tenant_id AND old.activity_id = later.supersedes
WHERE later.activity_id >= id_bound(%(end)s)
    AND old.activity_id >= id_bound(%(first)s) AND old.activity_id < id_bound(%(end)s)
"""
_DONE: Final = "INSERT INTO archived_months (relation, month, row_count, digest) VALUES (%s, %s, %s, %s)"
_UNSUMMED: Final = """
SELECT count(*) FROM recordings AS recording WHERE row_count > 0 AND first_id < id_bound(%(end)s)
    AND recorded_at > coalesce((SELECT max(until_at) FROM change_spans AS span
        WHERE span.tenant_id = recording.tenant_id), '-infinity')
"""
_UNSEALED: Final = """
WITH heads AS (
    SELECT DISTINCT ON (tenant_id) tenant_id, until_at, until_id FROM checkpoints ORDER BY tenant_id, size DESC
)
SELECT EXISTS (
    SELECT FROM recordings AS recording JOIN heads USING (tenant_id)
    WHERE (recording.recorded_at, recording.recording_id) > (until_at, until_id) AND {of_month}
)
"""
_OF_MONTH: Final = {
    "activities": "row_count > 0 AND first_id < id_bound(%(end)s)",
    "interval_readings": """recording_id IN (
        SELECT posting_id FROM interval_readings AS reading
        WHERE reading.tenant_id = recording.tenant_id AND start >= %(first)s AND start < %(end)s)""",
}
"""Which recordings have rows of a month. Rows that left before they were sealed could never be; a tenant without any
head is of a ledger that seals nothing.
"""
_CORRECTED: Final = """
SELECT EXISTS (
    SELECT FROM recordings AS recording JOIN activities AS later
        ON later.tenant_id = recording.tenant_id AND later.activity_id = recording.first_id
    WHERE recording.recorded_at > %(told_at)s AND recording.row_count = 1
        AND later.supersedes >= id_bound(%(first)s) AND later.supersedes < id_bound(%(end)s)
)
"""
"""Whether a row of the month was superseded after an instant; a correction is a recording of its own, of one row."""
_TOLD: Final = "SELECT told_instant()"
TRIES: Final = 40
"""How often it is waited for who reads or corrects, before a month stays where it is; some 20 seconds in all."""
_PATIENCE: Final = "SET LOCAL lock_timeout = '200ms'"
_PAUSE_S: Final = 0.3
_SNAPSHOTS: Final = "LOCK TABLE archived_months IN ACCESS EXCLUSIVE MODE"
"""Every snapshot has a lock on it (`ledger.database`): a month is taken out while there is none."""
_AT_ONCE: Final = 10_000
_LOCK: Final = "SELECT pg_advisory_xact_lock(7309453620184220)"


def partitions_before(owner_url: str, before: date, today: date) -> list[Partition]:
    """Return the partitions of months before that of `before`, oldest first; raises `CannotArchive` if that is late."""
    newest = (today - KEPT).replace(day=1)
    if before.replace(day=1) > newest:
        raise CannotArchive(f"{before:%Y-%m} is too late: months before {newest:%Y-%m} can be archived by now")
    with psycopg.connect(owner_url) as connection:
        rows = connection.execute(_PARTITIONS, (list(RELATIONS), before.replace(day=1))).fetchall()
    return [Partition(*row) for row in rows]


def archive(owner_url: str, partition: Partition, folder: Path) -> Manifest:
    """Write a partition to `folder`, read it back, and detach it; return its manifest.

    `ledger.cells.change_spans.make_spans` with `ends_now` comes before. Raises `ArchiveDamaged` where what was read
    back is not what was written, `CannotArchive` where spans or seals lack, rows were corrected meanwhile or the table
    is read all the time; nothing is changed in the database then, and files of an attempt that failed are written over.
    """
    months = {"first": _midnight(partition.month), "end": _midnight(partition.end), "month": partition.month}
    with psycopg.connect(owner_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED  # what was written while it waited is seen
        connection.execute(_LOCK)
        connection.execute("SET LOCAL app.reach = 'all'")
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(partition.name)))
        if partition.relation == "activities" and connection.execute(_UNSUMMED, months).fetchone() != (0,):
            raise CannotArchive(f"{partition.name}: some of its recordings are in no span yet; try again")
        unsealed = _UNSEALED.format(of_month=_OF_MONTH[partition.relation])
        if connection.execute(unsealed.encode(), months).fetchone() != (False,):
            raise CannotArchive(f"{partition.name}: some of its rows are not sealed yet; `parkledger seal`, then again")
        with connection.cursor(name="archived") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(_ROWS[partition.relation].encode(), months)
            columns = [column.name for column in cursor.description or ()]
            manifest = write(folder / partition.name, partition.name, columns, cursor)
        read_back = verify(folder / partition.name)
        if read_back != manifest:
            raise ArchiveDamaged(f"{folder / partition.name} does not hold what was written to it")
        told = months | {"told_at": _told_at(owner_url)}
        if partition.relation == "activities":
            connection.execute(_CELLS.encode(), months)
            connection.execute(_VERSIONS, months)
        _take_out(connection, partition, told)
        connection.execute(_DONE, (partition.relation, partition.month, manifest.row_count, manifest.digest))
    return manifest


def _told_at(owner_url: str) -> datetime:
    """Return an instant up to which all that was recorded can be seen. It waits for who is about to commit, and whoever
    is about to waits for its transaction: so that is one of its own.
    """
    with psycopg.connect(owner_url, autocommit=True) as connection:
        row = connection.execute(_TOLD).fetchone()
    if row is None or row[0] is None:
        raise CannotArchive("a transaction that is about to commit does not end; try again")
    told: datetime = row[0]
    return told


def _take_out(
    connection: psycopg.Connection[psycopg.rows.TupleRow], partition: Partition, told: dict[str, date]
) -> None:
    """Detach a partition, in a moment in which nobody has begun to read or to correct.

    Whoever reads meanwhile is waited for, a little at a time: others are to pass in between, and a report may take
    minutes.
    """
    for _ in range(TRIES):
        try:
            with connection.transaction():
                _detach(connection, partition, told)
        except psycopg.errors.LockNotAvailable:
            time.sleep(_PAUSE_S)
        else:
            return
    message = f"{partition.name} could not be detached in {TRIES} tries, as somebody was reading all the time"
    raise CannotArchive(f"{message}; nothing was changed, try again")


def _detach(connection: psycopg.Connection[psycopg.rows.TupleRow], partition: Partition, told: dict[str, date]) -> None:
    names = {
        "parent": sql.Identifier(partition.relation),
        "name": sql.Identifier(partition.name),
        "archived": sql.Identifier(f"archived_{partition.name}"),
    }
    connection.execute(_PATIENCE)
    connection.execute(_SNAPSHOTS)
    connection.execute(sql.SQL("LOCK TABLE ONLY {parent} IN ACCESS EXCLUSIVE MODE").format(**names))
    if partition.relation == "activities" and connection.execute(_CORRECTED, told).fetchone() != (False,):
        raise CannotArchive(f"{partition.name}: rows were corrected while they were written; try again")
    connection.execute(sql.SQL("ALTER TABLE {parent} DETACH PARTITION {name}").format(**names))
    connection.execute(sql.SQL("ALTER TABLE {name} RENAME TO {archived}").format(**names))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
