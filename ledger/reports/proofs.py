"""What proves that a published report is in the history: its event, and how the heads it rests on grew into later ones.

The head that holds the event is the first that does, so the proof is the same whenever it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.access import EVERYTHING
from ledger.connections import Connection
from ledger.database import Database
from ledger.history.reading import NotSealed, Stored, consistency_proof, events_of, inclusion_proof, rotations_of
from ledger.reports.published import PublishedReport
from proofs.checkpoints import Checkpoint, stated_checkpoint

_EVENT: Final = """
SELECT event.leaf_index, (
    SELECT note FROM checkpoints WHERE tenant_id = event.tenant_id AND size > event.leaf_index ORDER BY size LIMIT 1
) FROM recordings AS one JOIN history AS event USING (tenant_id, recording_id)
WHERE one.tenant_id = %s AND one.recorded_at = %s ORDER BY one.recording_id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class GrownHistory:
    """One history: the head `before` that the report rests on, None where it rests on none of it, a later or equal one
    `after`, how the one grew into the other, and the event of the publication where it is in this one.
    """

    origin: str
    before: str | None
    after: str
    consistency: Sequence[bytes]
    event: Stored | None = None
    inclusion: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class ReportProof:
    """The histories of a report, and the statements by which they were handed on to other keys, each in its order."""

    histories: Sequence[GrownHistory]
    rotations: Sequence[bytes]


async def proof_of(database: Database, report: PublishedReport, heads: Sequence[str]) -> ReportProof:
    """Return the proof of a report that the caller was found to read; `heads` are those it rests on.

    Heads and proofs tell hashes and nothing of what is in a history but the publication itself, so that whoever has the
    report may have them, a regulator too, who reads no history. Raises `NotSealed` while the publication is not sealed.
    """
    async with database.within(EVERYTHING).snapshot() as connection:
        index, after = await _published(connection, report)
        states = [stated_checkpoint(note.encode()) for note in heads]
        found = [
            await _with_event(connection, report, index, after, head, note)
            if tenant_of(head) == report.of.tenant
            else GrownHistory(head.origin, note, note, ())
            for head, note in zip(states, heads, strict=True)
        ]
        if all(one.event is None for one in found):
            found.append(await _with_event(connection, report, index, after, None, None))
        tenants = sorted({tenant_of(head) for head in states} | {report.of.tenant})
        rotations = [note for tenant in tenants for note in await rotations_of(connection, tenant)]
    return ReportProof(found, rotations)


async def _published(connection: Connection, report: PublishedReport) -> tuple[int, str]:
    row = await (await connection.execute(_EVENT, (report.of.tenant, report.recorded_at))).fetchone()
    if row is None or row[1] is None:
        raise NotSealed(f"the publication of {report.id} is not sealed yet; that takes some seconds")
    return row[0], row[1]


async def _with_event(
    connection: Connection, report: PublishedReport, index: int, after: str, before: Checkpoint | None, note: str | None
) -> GrownHistory:
    tenant, head = report.of.tenant, stated_checkpoint(after.encode())
    grown = await consistency_proof(connection, tenant, before.size, head.size) if before else []
    (event,) = await events_of(connection, tenant, index, 1)
    included = await inclusion_proof(connection, tenant, index, head.size)
    return GrownHistory(head.origin, note, after, grown, event, included)


def tenant_of(head: Checkpoint) -> UUID:
    """Return whose history a head is of: its origin ends with the tenant (`ledger.history.heads.origin_of`)."""
    return UUID(head.origin.rpartition("/")[2])
