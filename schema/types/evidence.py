"""Evidence: files that prove something, as the API shows them. The files are fetched by HTTP."""

from decimal import Decimal
from typing import Final
from uuid import UUID

import strawberry

from ledger.reporting.evidence import Evidence as Record
from ledger.reporting.evidence import EvidenceSubject as Subject
from ledger.texts import is_storable
from schema.errors import BadInput
from schema.global_ids import decode_uuid, encode
from schema.period_enums import EvidenceSubject
from schema.scalars import ExactDecimal, Instant

EVIDENCE: Final = "Evidence"
_TYPES: Final = {Subject.ACTIVITY: "Activity", Subject.INSTRUMENT: "Instrument", Subject.DECLARATION: "Declaration"}


@strawberry.type(description="A file that proves something. It is kept under its hash, outside of the database.")
class Evidence:
    """Evidence."""

    id: strawberry.ID = strawberry.field(description="Id of the evidence.")
    subject_kind: EvidenceSubject = strawberry.field(description="What it is about.")
    subject: str = strawberry.field(
        description="What exactly: the id, or of a reporting period kind and first month, such as QUARTER 2025-04."
    )
    file_name: str = strawberry.field(description="What its sender calls the file.")
    media_type: str = strawberry.field(description="What it is, judged by its content.")
    byte_count: ExactDecimal = strawberry.field(description="Bytes of the file.")
    sha256: str = strawberry.field(description="SHA-256 of the file, in hexadecimal.")
    note: str = strawberry.field(description="What is said of it; empty for nothing.")
    actor: str = strawberry.field(description="Who added it.")
    recorded_at: Instant = strawberry.field(description="When it was recorded.")
    path: str = strawberry.field(description="Path to fetch the file at, with the same key.")

    @classmethod
    def of(cls, found: Record) -> "Evidence":
        """Make the type of a record."""
        new = found.new
        return cls(
            id=strawberry.ID(encode(EVIDENCE, found.id)),
            subject_kind=new.kind,
            subject=subject_shown(new.kind, new.subject),
            file_name=new.name,
            media_type=new.media_type,
            byte_count=ExactDecimal(Decimal(new.byte_count)),
            sha256=new.sha256,
            note=new.note,
            actor=found.actor,
            recorded_at=Instant(found.recorded_at),
            path=evidence_path(found.id),
        )


def evidence_path(key: UUID) -> str:
    """Return where a file is fetched."""
    return f"/evidence/v1/{encode(EVIDENCE, key)}"


def subject_of(kind: Subject, text: str) -> str:
    """Return what is stored of a subject as the API names it; raises `BadInput` for an id of another type, or a text
    that nothing can be stored under.
    """
    if not is_storable(text):
        raise BadInput(f"subject: {text[:40]!r} holds NUL or half a character")
    return str(decode_uuid(text, _TYPES[kind])) if kind in _TYPES else text


def subject_shown(kind: Subject, stored: str) -> str:
    """Return a stored subject as the API names it."""
    try:
        return encode(_TYPES[kind], UUID(stored)) if kind in _TYPES else stored
    except ValueError:
        raise BadInput(f"{stored[:60]!r} is no id") from None
