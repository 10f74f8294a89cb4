"""What a request to the bulk endpoint says beside its body: tenant, format, coding, profile, digest."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.requests import Request

from accounting.management.ingest_profiles import Dataset
from accounting.refusals import Refused as RefusedValue
from api.endpoints import check_parameters
from api.faults import Fault, Refused
from api.ingest.formats import MEDIA_TYPES, ContentCoding, FileFormat
from ledger.bulk.jobs import MOST_RUNS
from ledger.texts import reason_of
from schema.errors import BadInput
from schema.global_ids import decode_uuid

DATASETS: Final = {"activities": Dataset.ACTIVITIES, "intervals": Dataset.INTERVALS}
PARAMETERS: Final = ("tenant", "profile", "format", "dryRun", "run", "adjustment")

_DIGESTS: Final = {"sha-256": 32, "sha-512": 64}
"""The algorithms of RFC 9530 that are no longer insecure, and the length of their digests."""
_DIGEST: Final = re.compile(r"\s*([a-z0-9-]+)=:([A-Za-z0-9+/]*={0,2}):\s*(?:;[^,]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; `profile` empty is none, `digests` are by algorithm and may be none. `adjustment` is why rows
    may change closed months, empty where they may not.
    """

    tenant: UUID
    dataset: Dataset
    format: FileFormat
    coding: ContentCoding
    profile: str
    is_dry_run: bool
    run: int
    adjustment: str
    digests: dict[str, bytes]


def asked(request: Request) -> Asked:
    """Return what a request asks for; raises `Refused` at the first thing that cannot be used."""
    check_parameters(request, PARAMETERS)
    given = request.query_params
    return Asked(
        tenant=_tenant(given.get("tenant", "")),
        dataset=_dataset(request.path_params["dataset"]),
        format=_format(given.get("format"), request.headers.get("content-type", "")),
        coding=_coding(request.headers.get("content-encoding", "")),
        profile=given.get("profile", "").strip(),
        is_dry_run=_truth(given.get("dryRun", "false")),
        run=_run(given.get("run", "1")),
        adjustment=_adjustment(given.get("adjustment")),
        digests=stated_digests(request.headers.get("content-digest", "")),
    )


def stated_digests(text: str) -> dict[str, bytes]:
    """Return the digests of a `Content-Digest` field (RFC 9530 section 2) that can be checked; raises `Refused`.

    >>> stated_digests("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:")["sha-256"].hex()[:8]
    'e3b0c442'
    """
    found: dict[str, bytes] = {}
    for part in text.split(",") if text.strip() else ():
        member = _DIGEST.fullmatch(part)
        if member is None:
            raise Refused(Fault.BAD_REQUEST, f"Content-Digest: {part[:80]!r} is no digest, such as sha-256=:...=:")
        name = member[1]
        if name in _DIGESTS:
            found[name] = _digest(name, member[2])
    return found


def _digest(name: str, text: str) -> bytes:
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != _DIGESTS[name]:
        raise Refused(Fault.BAD_REQUEST, f"Content-Digest: {text[:80]!r} is not {_DIGESTS[name]} bytes in base64")
    return digest


def _tenant(text: str) -> UUID:
    if not text:
        raise Refused(Fault.BAD_REQUEST, "tenant is missing: the id of the tenant, ?tenant=...")
    try:
        return decode_uuid(text, "Tenant")
    except BadInput as error:
        raise Refused(Fault.BAD_REQUEST, f"tenant: {error}") from None


def _dataset(name: str) -> Dataset:
    if name not in DATASETS:
        raise Refused(Fault.NOT_FOUND, f"there is no {name[:40]!r} to post; there are {', '.join(DATASETS)}")
    return DATASETS[name]


def _format(named: str | None, media_type: str) -> FileFormat:
    """Return the format that a parameter names, or else the type of the body."""
    if named is not None:
        known = {one.lower(): one for one in FileFormat}
        if named not in known:
            raise Refused(Fault.MEDIA_TYPE, f"format is {named[:40]!r}; accepted are {', '.join(known)}")
        return known[named]
    bare = media_type.partition(";")[0].strip().lower()
    if bare not in MEDIA_TYPES:
        message = f"Content-Type is {bare[:80]!r}; accepted are {', '.join(MEDIA_TYPES)}, or name it by ?format="
        raise Refused(Fault.MEDIA_TYPE, message)
    return MEDIA_TYPES[bare]


def _coding(text: str) -> ContentCoding:
    bare = text.strip().lower() or ContentCoding.IDENTITY
    known = {**{one.value: one for one in ContentCoding}, "x-gzip": ContentCoding.GZIP}
    if bare not in known:
        raise Refused(Fault.MEDIA_TYPE, f"Content-Encoding is {bare[:40]!r}; accepted are gzip and zstd")
    return known[bare]


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise Refused(Fault.BAD_REQUEST, f"dryRun is {text[:20]!r}; accepted are true and false")
    return text == "true"


def _adjustment(text: str | None) -> str:
    if text is None:
        return ""
    try:
        return reason_of(text)
    except RefusedValue as error:
        raise Refused(Fault.BAD_REQUEST, f"adjustment: {error}") from None


def _run(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text) or int(text) > MOST_RUNS:
        raise Refused(Fault.BAD_REQUEST, f"run is {text[:20]!r}; accepted is 1 to {MOST_RUNS}")
    return int(text)
