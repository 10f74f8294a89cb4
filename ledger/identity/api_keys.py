"""API keys: their form, which tells a typo without a look-up, and the digest that alone of a key is stored.

    pk_live_<id, 8 characters>_<secret, 43 characters><checksum, 6 characters>

All characters are of base 62. The secret holds 256 random bits, so its digest needs no slow hash: HMAC-SHA-256 under a
pepper that the database does not know. The checksum is the CRC-32 of all before it (as of zlib, RFC 1952 section 8).
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field
from typing import Final

PREFIX: Final = "pk_live_"
"""What scanners of published code find keys by."""
ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_LENGTH: Final = 8
SECRET_BYTES: Final = 32
SECRET_LENGTH: Final = 43
CHECKSUM_LENGTH: Final = 6

_FORM: Final = re.compile(
    rf"{PREFIX}(?P<id>[0-9A-Za-z]{{{ID_LENGTH}}})_(?P<secret>[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})",
    re.ASCII,
)


class BadKey(ValueError):
    """The text is no API key of ours; what it holds is never in the message."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key: `id` may be shown and logged, `secret` never."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The key as its system sends it."""
        return f"{self._unchecked}{_checksum(self._unchecked)}"

    @property
    def _unchecked(self) -> str:
        return f"{PREFIX}{self.id}_{self.secret}"


def new_key() -> ApiKey:
    """Make a key from the operating system's random source."""
    return _made(secrets.token_bytes(ID_LENGTH), secrets.token_bytes(SECRET_BYTES))


def derived_key(pepper: bytes, name: str) -> ApiKey:
    """Return the key of a name under a pepper, always the same: a demo prints its keys again without storing them."""
    drawn = [hmac.digest(pepper, f"{part} of {name}".encode(), "sha256") for part in ("id", "secret")]
    return _made(drawn[0][:ID_LENGTH], drawn[1])


def parse(text: str) -> ApiKey:
    """Read a key; raises `BadKey` where the form or the checksum is wrong.

    >>> parse("pk_live_x")
    Traceback (most recent call last):
    ledger.identity.api_keys.BadKey: the API key is not whole: pk_live_, 8 characters, _ and 49 more are needed
    """
    found = _FORM.fullmatch(text)
    if found is None:
        more = SECRET_LENGTH + CHECKSUM_LENGTH
        raise BadKey(f"the API key is not whole: {PREFIX}, {ID_LENGTH} characters, _ and {more} more are needed")
    key = ApiKey(found["id"], found["secret"])
    if not hmac.compare_digest(key.text.encode(), text.encode()):
        raise BadKey(f"the API key {key.id} has a typing error: its last {CHECKSUM_LENGTH} characters do not match")
    return key


def digest_of(pepper: bytes, key: ApiKey) -> bytes:
    """Return what is stored of a key: the HMAC-SHA-256 of its secret."""
    return hmac.digest(pepper, key.secret.encode(), hashlib.sha256)


def is_of(pepper: bytes, key: ApiKey, digest: bytes) -> bool:
    """Whether a stored digest is of the key; takes as long whatever differs."""
    return hmac.compare_digest(digest_of(pepper, key), digest)


def _made(id_bytes: bytes, secret: bytes) -> ApiKey:
    width = len(ALPHABET) ** ID_LENGTH
    return ApiKey(_base62(int.from_bytes(id_bytes) % width, ID_LENGTH), _base62(int.from_bytes(secret), SECRET_LENGTH))


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
