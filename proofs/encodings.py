"""Base64 and hexadecimal with one accepted spelling each, so that no two texts mean the same bytes."""

import base64
import re
from typing import Final

from proofs.errors import ProofError

_HEX: Final = re.compile(r"(?:[0-9a-f]{2})*")


def base64_text(data: bytes) -> str:
    """Return standard Base 64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def base64_bytes(text: str, fault: type[ProofError], what: str) -> bytes:
    """Return the bytes of standard Base 64 text. Raises `fault` at any other alphabet, padding or unused bits; `what`
    names it.
    """
    return _decoded(text, b"+/", fault, what)


def base64url_text(data: bytes) -> str:
    """Return Base 64 for URLs without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def base64url_bytes(text: str, fault: type[ProofError], what: str) -> bytes:
    """Return the bytes of Base 64 for URLs without padding. Raises `fault` at any other spelling."""
    if "=" in text:
        raise fault(f"{what} is padded; Base 64 of RFC 7515 is not")
    return _decoded(text + "=" * (-len(text) % 4), b"-_", fault, what)


def hex_bytes(text: str, fault: type[ProofError], what: str) -> bytes:
    """Return the bytes of lower-case hexadecimal text. Raises `fault` at capitals, blanks and odd lengths."""
    if not _HEX.fullmatch(text):
        raise fault(f"{what} is {text!r}; accepted are pairs of 0-9 and a-f")
    return bytes.fromhex(text)


def _decoded(text: str, extra: bytes, fault: type[ProofError], what: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), altchars=extra, validate=True)
    except ValueError as error:
        raise fault(f"{what} is no Base 64: {text!r}") from error
    if base64.b64encode(data, altchars=extra).decode("ascii") != text:  # bits that say nothing could be flipped unseen
        raise fault(f"{what} is not spelled as Base 64 spells its bytes: {text!r}")
    return data
