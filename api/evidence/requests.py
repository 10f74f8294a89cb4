"""What a request to add evidence says beside the file: whose, about what, its name, a note, a digest."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.requests import Request

from accounting.refusals import Refused as RefusedValue
from api.endpoints import check_parameters
from api.faults import Fault, Refused
from api.ingest.requests import stated_digests
from ledger.reporting.evidence import EvidenceSubject, check_texts
from schema.errors import BadInput
from schema.global_ids import decode_uuid
from schema.types.evidence import subject_of

PARAMETERS: Final = ("tenant", "kind", "subject", "name", "note")


@dataclass(frozen=True, slots=True)
class AskedEvidence:
    """What is asked for; `subject` as it is stored, `digests` by algorithm, which may be none."""

    tenant: UUID
    kind: EvidenceSubject
    subject: str
    name: str
    note: str
    digests: dict[str, bytes]


def asked_evidence(request: Request) -> AskedEvidence:
    """Return what a request asks for; raises `Refused` at the first thing that cannot be used."""
    check_parameters(request, PARAMETERS)
    given = request.query_params
    for name in PARAMETERS[:-1]:
        if not given.get(name):
            raise Refused(Fault.BAD_REQUEST, f"{name} is missing; needed are {', '.join(PARAMETERS[:-1])}")
    try:
        kind = EvidenceSubject(given["kind"])
    except ValueError:
        known = ", ".join(EvidenceSubject)
        raise Refused(Fault.BAD_REQUEST, f"kind is {given['kind'][:40]!r}; accepted are {known}") from None
    try:
        tenant, subject = decode_uuid(given["tenant"], "Tenant"), subject_of(kind, given["subject"])
        check_texts(given["name"], given.get("note", ""))
    except (BadInput, RefusedValue) as error:
        raise Refused(Fault.BAD_REQUEST, str(error)) from None
    digests = stated_digests(request.headers.get("content-digest", ""))
    return AskedEvidence(tenant, kind, subject, given["name"], given.get("note", ""), digests)
