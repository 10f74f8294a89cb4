"""The canonical JSON of a document: the bytes that are hashed, signed and kept. It holds both languages."""

from hashlib import sha256
from typing import cast

from proofs.canonical import Json, canonical_bytes
from reports.document import Document, canonical


def to_canonical_json(document: Document) -> bytes:
    """Return the RFC 8785 bytes of a document. Raises `proofs.errors.NotCanonical` for what has no canonical form."""
    return canonical_bytes(cast(Json, canonical(document)))


def fingerprint(canonical_json: bytes) -> str:
    """Return the SHA-256 of a document's canonical bytes in hex, by which every rendering names it."""
    return sha256(canonical_json).hexdigest()
