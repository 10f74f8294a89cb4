"""Verifying the history against the ledger: hashes, tree and signatures as anybody can, and the rows as only we can.

    events against signed heads     proofs.log_verification: text, leaf, order, roots, growth since a kept head
    events against recordings       same instant, author and order; none deleted, none inserted before what is sealed
    rows against events             counts and digests of each recording's rows, made again from what is stored now
    rows that no event knows of     activities, readings and others that were put in beside what was recorded

Whatever differs is told with the index of the first event that it concerns. Nothing is raised for what is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.connections import Connection
from ledger.history.heads import origin_of
from ledger.history.reading import events_of, heads_of, rotations_of
from ledger.history.strays import add_late, add_strays
from ledger.history.walk import Fault, Walk
from proofs.errors import BadNote
from proofs.findings import Finding, FindingKind
from proofs.keys import PublicKey
from proofs.log_verification import verify_log
from proofs.rotations import tenures_with
from proofs.verdicts import Verdict

MOST_FAULTS: Final = 20
"""Faults of rows that are told."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """What was found of one tenant's history: `log` of its events, `faults` of its rows, `open` what nothing proves."""

    tenant: UUID
    log: Verdict
    faults: tuple[Fault, ...]
    open: tuple[str, ...]
    event_count: int

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return self.log.holds and not self.faults

    @property
    def first_bad_index(self) -> int | None:
        """The first index that is found bad itself, or, where a head alone tells of one before, the first it can be.

        None where all holds or what is wrong has no place.
        """
        spans = [finding.span for finding in self.log.findings if finding.span is not None]
        places = [first for first, last in spans if first == last]
        exact = min([*places, *(fault.index for fault in self.faults)], default=None)
        ranges = [first for first, last in spans if first < last and (exact is None or last < exact)]
        return min(ranges, default=exact)

    def told(self) -> tuple[str, ...]:
        """Return the lines that a command prints."""
        lines = list(self.log.told_findings())
        if self.log.holds and self.faults:
            lines[0] = f"The history {self.log.origin} DOES NOT HOLD."
        lines += [f"✗ Index {fault.index}: {fault.message}" for fault in self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            lines.append(f"✗ {len(self.faults) - MOST_FAULTS} more faults of rows")
        if not self.faults and self.event_count:
            lines.append(f"✓ The rows that {self.event_count} events recorded are as they were sealed.")
        lines += [f"· {text}" for text in self.open]
        if self.first_bad_index is not None:
            lines.append(f"First bad index: {self.first_bad_index}.")
        return tuple(lines)


_ARCHIVED: Final = """
SELECT recording_id FROM recordings AS one JOIN archived_months ON relation = 'activities'
    AND first_id < id_bound((month + interval '1 month') AT TIME ZONE 'UTC')
    AND last_id >= id_bound(month::timestamp AT TIME ZONE 'UTC')
WHERE tenant_id = %s
"""


async def verify_history(
    connection: Connection, tenant: UUID, key: PublicKey, kept: Sequence[bytes] = ()
) -> LedgerVerdict:
    """Verify one tenant's history in a snapshot that sees all of the tenant.

    `key` is one that is trusted with it; rotations to and from it are followed. `kept` are checkpoints that were
    kept outside, of this history: those of others are findings.
    """
    walk = Walk(connection, tenant, await _archived(connection, tenant))
    first = 0
    while found := await events_of(connection, tenant, first, _AT_ONCE):
        await walk.take(found)
        first = found[-1].index + 1
    waiting = await add_late(walk)
    await add_strays(walk)
    return LedgerVerdict(
        tenant, await _log(walk, key, kept), _in_order(walk.faults), _open(walk, waiting), len(walk.lines)
    )


async def _log(walk: Walk, key: PublicKey, kept: Sequence[bytes]) -> Verdict:
    """Return what anybody can verify of it."""
    origin = origin_of(key.name, walk.tenant)
    notes = [head.note.encode() for head in await heads_of(walk.connection, walk.tenant)]
    if not walk.lines and not notes and not kept:
        return Verdict(origin, ())
    try:
        trusted = tenures_with(origin, key, await rotations_of(walk.connection, walk.tenant))
    except BadNote as error:
        return Verdict(origin, (Finding(FindingKind.BAD_CHECKPOINT, {"number": 0, "reason": str(error)}),))
    return verify_log(walk.lines, [*notes, *kept], origin, trusted)


async def _archived(connection: Connection, tenant: UUID) -> frozenset[UUID]:
    return frozenset(key for (key,) in await (await connection.execute(_ARCHIVED, (tenant,))).fetchall())


def _in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.index))


def _open(walk: Walk, waiting: int) -> tuple[str, ...]:
    found = []
    if waiting:
        found.append(f"Recordings that wait to be sealed: {waiting}.")
    if walk.skipped:
        found.append(
            f"Events whose rows lie in archived months: {walk.skipped}. `parkledger archive verify` holds the files "
            "against their manifests."
        )
    return tuple(found)
