"""Global ids: base64 of `Type:identity`, opaque to clients. The tenant is never part of one."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

import msgspec

from schema.errors import BadInput


def encode(type_name: str, identity: object) -> str:
    """Return the global id of an object."""
    return base64.urlsafe_b64encode(f"{type_name}:{identity}".encode()).decode().rstrip("=")


def encode_each(type_name: str, identities: Sequence[UUID]) -> list[str]:
    """Return the global ids of objects of one type, all of them encoded at once where their texts end on a letter."""
    size = len(type_name) + 1 + len(str(UUID(int=0)))
    if size % 3 or not identities:
        return [encode(type_name, identity) for identity in identities]
    name = f"{type_name}:".encode()
    texts = name + msgspec.json.encode(identities)[2:-2].replace(b'","', name)
    encoded = base64.urlsafe_b64encode(texts).decode()
    return [encoded[start : start + size // 3 * 4] for start in range(0, len(encoded), size // 3 * 4)]


def decode(text: str) -> tuple[str, str]:
    """Return type name and identity; raises `BadInput`."""
    try:
        padded = text + "=" * (-len(text) % 4)
        type_name, colon, identity = base64.urlsafe_b64decode(padded.encode()).decode().partition(":")
    except (binascii.Error, UnicodeError, ValueError):
        raise BadInput(f"{text[:60]!r} is not an id this service gave out") from None
    if not colon:
        raise BadInput(f"{text[:60]!r} is not an id this service gave out")
    return type_name, identity


def decode_uuid(text: str, type_name: str) -> UUID:
    """Return the UUID in an id of the given type; raises `BadInput`."""
    found, identity = decode(text)
    if found != type_name:
        raise BadInput(f"an id of a {type_name} is needed here, {text[:60]!r} is of a {found}")
    try:
        return UUID(identity)
    except ValueError:
        raise BadInput(f"{text[:60]!r} is not an id this service gave out") from None
