"""Detached signatures over a document: JWS with Ed25519 (RFC 7515, appendix F; RFC 8037), strict on both sides.

    base64url(header) + ".." + base64url(signature)
    signature = Ed25519(base64url(header) + "." + base64url(document))

The header is `{"alg":"EdDSA","iat":...,"kid":...,"typ":...}` and nothing else: no `crit`, no `b64`, no key or address
of a key. Any JOSE library verifies it once the document's Base 64 stands between the dots.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from proofs.canonical import Json, canonical_bytes, read_json
from proofs.encodings import base64url_bytes, base64url_text
from proofs.errors import BadSignature, NotCanonical
from proofs.keys import PrivateKey, PublicKey

ALGORITHM: Final = "EdDSA"
"""The only algorithm (RFC 8037, 3.1); what the header says never chooses another."""
MAX_TOKEN_CHARACTERS: Final = 4_096
"""Length of a signature that is read at all."""
_MEMBERS: Final = ("alg", "iat", "kid", "typ")
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)")
_LAST_SECOND: Final = int(datetime.max.replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class VerifiedSignature:
    """A signature that holds: by which key, for what `purpose`, and when its signer says it was made, to the second."""

    key: PublicKey
    purpose: str
    signed_at: datetime


def sign_document(document: bytes, key: PrivateKey, purpose: str, signed_at: datetime) -> str:
    """Return the detached signature of a document's canonical bytes.

    `purpose` goes into the header's `typ` and keeps a signature for one kind of document from serving another;
    `signed_at` into `iat`, whole seconds. Equal arguments give an equal text. Raises `BadSignature` at a time without
    zone or an empty purpose.
    """
    if signed_at.tzinfo is None or not purpose:
        raise BadSignature(
            f"a signature of {signed_at} for {purpose!r}; accepted are a time with its zone and a purpose"
        )
    header: dict[str, Json] = {
        "alg": ALGORITHM,
        "iat": int(signed_at.astimezone(UTC).replace(microsecond=0).timestamp()),
        "kid": key.public.label,
        "typ": purpose,
    }
    protected = base64url_text(canonical_bytes(header))
    return f"{protected}..{base64url_text(key.sign(signing_input(protected, document)))}"


def verify_document(document: bytes, token: str, purpose: str, trusted: Iterable[PublicKey]) -> VerifiedSignature:
    """Check that a trusted key signed exactly these bytes for this purpose, and return who and when.

    Raises `BadSignature` where the text is no detached JWS, its algorithm is not EdDSA, its header has a member more or
    less, its key is unknown, its purpose another, or the signature is not over the document.
    """
    protected, signature = _split(token)
    header = _header(protected)
    key = _trusted(str(header["kid"]), trusted)
    if header["typ"] != purpose:
        raise BadSignature(f"a signature for {header['typ']!r}; wanted is one for {purpose!r}")
    if not key.verifies(signature, signing_input(protected, document)):
        raise BadSignature(f"the signature of {key.label} is not over this document: one of the two was changed")
    return VerifiedSignature(key, purpose, _time(header["iat"]))


def signing_input(protected: str, document: bytes) -> bytes:
    """Return what is signed: the header as it stands in the token, a dot, the document in Base 64 (RFC 7515, 5.1)."""
    return f"{protected}.{base64url_text(document)}".encode("ascii")


def _split(token: str) -> tuple[str, bytes]:
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise BadSignature(f"a signature of {len(token)} characters; accepted is up to {MAX_TOKEN_CHARACTERS}")
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise BadSignature(f"{token[:80]!r} is no detached JWS; accepted are header, two dots, signature")
    if parts[2]:
        raise BadSignature(
            "the signature carries a document of its own; accepted is a detached one, nothing between the dots"
        )
    return parts[1], base64url_bytes(parts[3], BadSignature, "the signature")


def _header(protected: str) -> Mapping[str, Json]:
    try:
        header = read_json(base64url_bytes(protected, BadSignature, "the header"))
    except NotCanonical as error:
        raise BadSignature(f"the header is no strict JSON: {error}") from error
    if not isinstance(header, dict) or header.get("alg") != ALGORITHM:
        said = header.get("alg") if isinstance(header, dict) else header
        raise BadSignature(f"the algorithm {said!r}; accepted is {ALGORITHM} alone")
    if sorted(header) != sorted(_MEMBERS):
        raise BadSignature(f"a header with {', '.join(sorted(header))}; accepted are exactly {', '.join(_MEMBERS)}")
    return header


def _trusted(kid: str, trusted: Iterable[PublicKey]) -> PublicKey:
    keys = list(trusted)
    found = {key for key in keys if key.label == kid}
    if len(found) != 1:
        known = ", ".join(key.label for key in keys) or "none"
        raise BadSignature(f"signed by {kid!r}, which names {len(found)} of the trusted keys: {known}")
    return found.pop()


def _time(value: Json) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LAST_SECOND:
        raise BadSignature(f"signed at {value!r}; accepted are whole seconds since 1970")
    return datetime.fromtimestamp(value, UTC)
