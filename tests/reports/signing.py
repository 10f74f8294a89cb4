"""A small report, published and signed without a service: two histories, heads before and after, the event in one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from proofs.canonical import canonical_bytes
from proofs.checkpoints import Checkpoint, sign_checkpoint
from proofs.events import Event, event_leaf
from proofs.exports import ExportedEvent
from proofs.keys import PrivateKey, make_key
from proofs.merkle import consistency_proof, inclusion_proof, root_of
from proofs.signatures import sign_document
from reports.document import Bilingual, CellKind, Column, Document, LineSum, Row, RowRole, Table
from reports.rendering.canonical_json import to_canonical_json
from reports.signed_reports import PURPOSE, HistoryProof, PublicationProof, signed_report
from tests.reports import documents

NAME: Final = "ledger.example.org"
TENANT: Final = UUID("11111111-1111-7111-8111-111111111111")
NEIGHBOUR: Final = UUID("22222222-2222-7222-8222-222222222222")
AT: Final = datetime(2026, 4, 1, tzinfo=UTC)


@cache
def key(name: str = NAME) -> PrivateKey:
    """Return the key of the log, made once."""
    return make_key(name)


def small_document(**more: Any) -> Document:
    """Return a document of three lines, their totals, and a table whose cells are their sums."""
    lines = tuple(
        replace(documents.line("SCOPE_1", documents.MONTHS[at], Decimal(kilograms)), code=f"L{at}")
        for at, kilograms in enumerate(("12.5", "7.25", "100"))
    )
    total = Decimal("119.75")
    column = Column("co2e", Bilingual("Emissions", "排放量"), CellKind.NUMBER, "tCO2e")
    of = LineSum("co2e", {"total": ["SCOPE_1"]}, Decimal("0.001"))
    rows = (
        Row("S1", Bilingual("Scope 1", "范围一"), (total.scaleb(-3),), sums={"co2e": of}),
        Row("ALL", Bilingual("All", "合计"), (total.scaleb(-3),), RowRole.TOTAL, adds={"S1": 1}),
    )
    table = Table("T.1", Bilingual("Totals", "合计"), (column,), rows)
    totals = {"SCOPE_1": total, "TOTAL_LOCATION": total}
    made = {"version": 1, "supersedes": None, "reason": "", "totals": totals, "gaps": (), "tables": (table,)}
    return replace(documents.document(), **{**made, "lines": lines, **more})


@dataclass
class Log:
    """A history that grows: events, their salts, and signed heads of any size."""

    tenant: UUID = TENANT
    signer: PrivateKey = field(default_factory=key)
    events: list[ExportedEvent] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"{NAME}/{self.tenant}"

    @property
    def leaves(self) -> list[bytes]:
        return [event.leaf for event in self.events]

    def add(self, kind: str = "postActivities", **body: Any) -> int:
        """Add an event, an hour after the one before; return its index."""
        index = len(self.events)
        at = AT + timedelta(hours=index)
        event = Event(self.tenant, index, at, "key:pk_1", kind, f"request-{index}", body).canonical()
        salt = sha256(event).digest()[:16]
        self.events.append(ExportedEvent(index, event_leaf(salt, event), salt, event))
        return index

    def publish(self, document: bytes, **after: Any) -> int:
        """Add the event by which a document is published; `published_at` in `after` is when it says that it was."""
        row = {"sha256": sha256(document).hexdigest(), **after}
        return self.add("publishReport", form=1, changes=[{"table": "reports", "before": None, "after": row}])

    def head(self, size: int | None = None, signer: PrivateKey | None = None) -> bytes:
        """Return the signed head of the first events, or of all."""
        leaves = self.leaves[:size]
        return sign_checkpoint(Checkpoint(self.origin, len(leaves), root_of(leaves)), signer or self.signer)

    def proof(self, before: int | None, published: int | None = None, after: int | None = None) -> HistoryProof:
        """Return the proof from the head of `before` events to that of `after`, or of all."""
        leaves = self.leaves[:after]
        grown = consistency_proof(leaves, before) if before is not None else ()
        publication = None
        if published is not None:
            publication = PublicationProof(self.events[published], inclusion_proof(leaves, published))
        old = None if before is None else self.head(before)
        return HistoryProof(self.origin, old, self.head(after), grown, publication)


@dataclass(frozen=True)
class Publication:
    """A published report with its parts and the histories that it is in."""

    document: bytes
    signature: str
    proofs: tuple[HistoryProof, ...]
    rotations: tuple[bytes, ...] = ()
    logs: tuple[Log, ...] = ()

    @property
    def file(self) -> bytes:
        """The file of the signed report."""
        return signed_report(self.document, self.signature, self.proofs, self.rotations)

    @property
    def origin(self) -> str:
        """The history that has the publication."""
        return next(proof.origin for proof in self.proofs if proof.publication is not None)

    def with_(self, **parts: Any) -> bytes:
        """Return the file with other parts."""
        return replace(self, **parts).file


def with_heads(document: Document, heads: Sequence[bytes]) -> bytes:
    """Return the canonical bytes of a document that rests on these heads."""
    parsed = json.loads(to_canonical_json(document))
    parsed["rests"]["heads"] = [head.decode() for head in heads]
    return canonical_bytes(parsed)


def published(document: Document | None = None, logs: Sequence[Log] | None = None) -> Publication:
    """Publish a report on two histories of 5 and 3 events; two more follow in the first, one is the publication."""
    own, other = logs or (Log(), Log(NEIGHBOUR))
    for log, count in ((own, 5), (other, 3)):
        while len(log.events) < count:
            log.add()
    sizes = len(own.events), len(other.events)
    content = with_heads(document or small_document(), [own.head(), other.head()])
    own.add()
    index = own.publish(content)
    own.add()
    signature = sign_document(content, own.signer, PURPOSE, AT + timedelta(hours=index))
    proofs = (own.proof(sizes[0], index), other.proof(sizes[1]))
    return Publication(content, signature, proofs, (), (own, other))
