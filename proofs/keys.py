"""Ed25519 keys (RFC 8032) with the names and short ids of signed notes.

A public key travels as one line, `name+hash+base64`, the verifier key of C2SP signed-note; a private key as PKCS8 in
PEM.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from proofs.encodings import base64_bytes, base64_text
from proofs.errors import BadKey

KEY_BYTES: Final = 32
"""Length of an Ed25519 public key (RFC 8032, 5.1.5)."""
SIGNATURE_BYTES: Final = 64
"""Length of an Ed25519 signature (RFC 8032, 5.1.6)."""
ID_BYTES: Final = 4
"""Length of a key id (C2SP signed-note, Signatures)."""
_ED25519: Final = b"\x01"
"""Signature type of Ed25519 (C2SP signed-note, Signature types)."""
_ID: Final = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies: `name` as it stands in signature lines, best a URL without scheme; `raw` the 32 bytes.

    Raises `BadKey` at an empty name, one with a blank, a plus or a control character, or a key of wrong length.
    """

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.raw) != KEY_BYTES:
            raise BadKey(f"the key {self.name} has {len(self.raw)} bytes; an Ed25519 key has {KEY_BYTES}")

    @property
    def id(self) -> bytes:
        """First four bytes of SHA-256(name || 0x0A || 0x01 || key) (C2SP signed-note, Ed25519 signatures)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:ID_BYTES]

    @property
    def label(self) -> str:
        """The name and the id, `name+hash`: what a signature says of its key, unique among trusted keys."""
        return f"{self.name}+{self.id.hex()}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        """The verifier key, `name+hash+base64`."""
        return f"{self.label}+{base64_text(_ED25519 + self.raw)}"


@dataclass(frozen=True, slots=True, eq=False)
class PrivateKey:
    """A key that signs. Its secret is in no text of it, so that none reaches a log."""

    name: str
    _secret: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.name, self._secret.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature; the same message gives the same bytes."""
        return self._secret.sign(message)

    def pem(self, password: bytes | None = None) -> bytes:
        """Return the key as PKCS8 in PEM, encrypted if a password is given."""
        protection = BestAvailableEncryption(password) if password else NoEncryption()
        return self._secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def make_key(name: str) -> PrivateKey:
    """Return a new key from the operating system's randomness. Raises `BadKey` at a name that cannot stand in a
    note.
    """
    return PrivateKey(name, Ed25519PrivateKey.generate())


def read_private_key(name: str, pem: bytes, password: bytes | None = None) -> PrivateKey:
    """Return the key of a PKCS8 PEM. Raises `BadKey` at other content, another kind of key, a wrong or missing
    password.
    """
    try:
        secret = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"the key {name} cannot be read; accepted is an Ed25519 key as PKCS8 in PEM: {error}") from error
    if not isinstance(secret, Ed25519PrivateKey):
        raise BadKey(f"the key {name} is {type(secret).__name__}; accepted is Ed25519")
    return PrivateKey(name, secret)


def read_public_key(text: str) -> PublicKey:
    """Return the key of a verifier key line, `name+hash+base64`. Raises `BadKey`, also where the hash is not the key's.

    >>> read_public_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").name
    'PeterNeumann'
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _ID.fullmatch(key_id):
        raise BadKey(f"{text!r} is no verifier key; accepted is name+hash+base64, the hash in eight digits 0-9 a-f")
    data = base64_bytes(encoded, BadKey, f"the key {name}")
    if data[:1] != _ED25519:
        raise BadKey(f"the key {name} is of the type 0x{data[:1].hex() or '?'}; accepted is 0x01, Ed25519")
    key = PublicKey(name, data[1:])
    if key.id.hex() != key_id:
        raise BadKey(f"the key {name} says the hash {key_id}; its name and bytes give {key.id.hex()}")
    return key


def check_name(name: str) -> None:
    """Raise `BadKey` unless the name may stand in a signature line (C2SP signed-note, Format)."""
    if not name or "+" in name or any(character.isspace() or not character.isprintable() for character in name):
        raise BadKey(f"the key name {name!r}; accepted is a text without blanks, plus signs and control characters")
