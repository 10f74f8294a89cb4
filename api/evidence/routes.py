"""Evidence over HTTP: `POST /evidence/v1` takes a file, `GET /evidence/v1/{id}` hands it out."""

import asyncio
import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from accounting.refusals import RefusalCode
from accounting.refusals import Refused as RefusedValue
from api.endpoints import Callers, Endpoint
from api.evidence.folder import EvidenceFolder
from api.evidence.media_types import media_type_of
from api.evidence.requests import AskedEvidence, asked_evidence
from api.faults import Fault, Refused
from api.identity.authentication import Authenticator
from api.ingest.formats.faults import MIB, sized
from api.ingest.spool import Received
from api.limiting.limiter import Limiter
from api.settings import Settings
from ledger.database import Database
from ledger.identity.principals import Right
from ledger.registry import NotRegistered
from ledger.reporting.evidence import (
    Evidence,
    EvidenceNotFound,
    NewEvidence,
    add_evidence,
    check_evidence,
    evidence_by_id,
)
from schema.context import Service
from schema.errors import BadInput
from schema.global_ids import decode_uuid, encode
from schema.types.evidence import EVIDENCE, evidence_path, subject_shown

UPLOADS: Final = 8
"""Files that are received at a time."""
_COST_PER_MIB: Final = 5
"""Points of a whole MiB, taken or handed out: it is read or written, and hashed, before it is answered."""
_HARMLESS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
}

log: Final = structlog.get_logger("parkledger.evidence")


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Where files are kept, and how large one may be."""

    folder: Path
    file_bytes: int


def evidence_settings(settings: Settings) -> EvidenceSettings:
    """Return what a service's settings say of evidence."""
    return EvidenceSettings(settings.evidence_folder or settings.data / "evidence", settings.evidence_mib * MIB)


class EvidenceFiles:
    """The endpoint of one service."""

    def __init__(
        self, service: Service, authenticator: Authenticator, settings: EvidenceSettings, limiter: Limiter
    ) -> None:
        self._callers = Callers(service, authenticator, limiter, "evidence is for")
        self._folder = EvidenceFolder(settings.folder)
        self._most = settings.file_bytes
        self._uploads = 0

    def start(self) -> None:
        """Remove what a process that is gone was receiving."""
        self._folder.sweep()

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/evidence/v1", self._told(self.post), methods=["POST"]),
            Route("/evidence/v1/{id}", self._told(self.get)),
        ]

    async def post(self, request: Request) -> Response:
        """Take a file: to the disk, judged, recorded as it is kept. A client that hangs up leaves nothing."""
        stated = self._stated_bytes(request)
        cost = 1 + _COST_PER_MIB * (stated // MIB)
        database = await self._callers.database(request, cost, [Right.PERIOD_WRITE, Right.PERIOD_REVIEW])
        asked = asked_evidence(request)
        if self._uploads >= UPLOADS:
            raise Refused(Fault.BUSY, f"{self._uploads} files are being received; try again later")
        self._uploads += 1
        try:
            await check_evidence(database, asked.tenant, asked.kind, asked.subject)
            async with self._folder.received(request.stream(), self._most, asked.digests) as received:
                found = await self._kept(database, asked, received)
        finally:
            self._uploads -= 1
        return JSONResponse(as_json(found), 201 if found.is_new else 200, {"location": evidence_path(found.id)})

    async def get(self, request: Request) -> Response:
        """Hand a file out as it was received, checked by its hash before the first byte leaves."""
        database = await self._callers.database(request, 1, [Right.ACTIVITY_READ])
        try:
            key = decode_uuid(request.path_params["id"], EVIDENCE)
        except BadInput as error:
            raise Refused(Fault.BAD_REQUEST, f"id: {error}") from None
        async with database.snapshot() as connection:
            new = (await evidence_by_id(connection, key)).new
        self._callers.spend(request, _COST_PER_MIB * (new.byte_count // MIB))
        try:
            is_whole = await asyncio.to_thread(self._folder.is_whole, new.tenant, new.sha256)
        except FileNotFoundError:
            raise Refused(Fault.DAMAGED, "the file is not on this machine; restore its folder") from None
        if not is_whole:
            log.error("an evidence file is not what was received", evidence=key, sha256=new.sha256)
            raise Refused(Fault.DAMAGED, f"the file is not the one received, of SHA-256 {new.sha256}; restore it")
        digest = base64.b64encode(bytes.fromhex(new.sha256)).decode()
        # Of a part, Content-Digest would be the digest of that part (RFC 9530, section 2).
        field = "repr-digest" if "range" in request.headers else "content-digest"
        headers = {**_HARMLESS, field: f"sha-256=:{digest}:", "etag": f'"{new.sha256}"'}
        path = self._folder.path(new.tenant, new.sha256)
        return FileResponse(path, media_type=new.media_type, filename=new.name, headers=headers)

    async def _kept(self, database: Database, asked: AskedEvidence, received: Received) -> Evidence:
        media_type = await asyncio.to_thread(media_type_of, received.path)
        new = NewEvidence(
            asked.tenant, received.digest.hex(), media_type, received.byte_count, asked.name, asked.kind,
            asked.subject, asked.note,
        )  # fmt: skip
        return await add_evidence(database, new, lambda: asyncio.to_thread(self._folder.keep, received, asked.tenant))

    def _stated_bytes(self, request: Request) -> int:
        """Return the length that a file is counted with: where nobody states it, the most that is taken."""
        stated = request.headers.get("content-length", str(self._most))
        if not stated.isdigit() or len(stated) > 18 or int(stated) > self._most:
            raise Refused(Fault.TOO_LARGE, f"the file has {stated[:40]} bytes; at most {sized(self._most)} are kept")
        return int(stated)

    def _told(self, endpoint: Endpoint) -> Endpoint:
        """Refuse what the ledger refuses, in the shape of GraphQL errors, which clients of the service know."""
        return self._callers.told(lambda request: _judged(request, endpoint))


def as_json(found: Evidence) -> dict[str, Any]:
    """Return evidence as the endpoint tells it; GraphQL tells the same and more."""
    new = found.new
    return {
        "id": encode(EVIDENCE, found.id),
        "kind": new.kind.value,
        "subject": subject_shown(new.kind, new.subject),
        "name": new.name,
        "mediaType": new.media_type,
        "byteCount": new.byte_count,
        "sha256": new.sha256,
        "path": evidence_path(found.id),
    }


async def _judged(request: Request, endpoint: Endpoint) -> Response:
    """Answer; what the ledger refuses of a file or its subject is raised as `Refused`."""
    try:
        return await endpoint(request)
    except RefusedValue as error:
        is_file = error.code is RefusalCode.BAD_EVIDENCE
        raise Refused(Fault.BAD_EVIDENCE if is_file else Fault.BAD_REQUEST, str(error)) from None
    except (NotRegistered, EvidenceNotFound) as error:
        raise Refused(Fault.NOT_FOUND, str(error)) from None
