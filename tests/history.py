"""A small history to verify: keys of known seeds, events, exported lines, checkpoints."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from proofs.checkpoints import Checkpoint, sign_checkpoint
from proofs.events import Event, event_leaf
from proofs.exports import ExportedEvent
from proofs.keys import PrivateKey, read_private_key
from proofs.merkle import root_of
from proofs.rotations import tenures

ORIGIN = "park.example/history/7"
TENANT = UUID(int=7)


def key_of(name: str, seed: bytes) -> PrivateKey:
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    return read_private_key(name, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def numbered_key(number: int, name: str = "park.example/ledger") -> PrivateKey:
    return key_of(name, bytes([number]) * 32)


LEDGER = numbered_key(1)
TRUSTED = tenures(ORIGIN, LEDGER.public)


def event(number: int, quantity: str = "12.5", tenant: UUID = TENANT) -> Event:
    return Event(
        tenant=tenant,
        sequence=number,
        recorded_at=datetime(2026, 3, 31, 16, tzinfo=UTC) + timedelta(seconds=number),
        actor="key:utility-station",
        kind="activity.posted",
        request_id=f"request-{number}",
        body={"quantity": quantity, "unit": "MWh", "site": "锅炉房"},
    )


def exported(index: int, what: Event | bytes | None = None) -> ExportedEvent:
    found = what if what is not None else event(index)
    text = found if isinstance(found, bytes) else found.canonical()
    salt = sha256(f"salt {index}".encode()).digest()[:16]
    return ExportedEvent(index, event_leaf(salt, text), salt, text)


def history(count: int) -> list[ExportedEvent]:
    return [exported(index) for index in range(count)]


def renumbered(entries: Sequence[ExportedEvent]) -> list[ExportedEvent]:
    """What a careful forger leaves behind: positions without a gap, every leaf that of its text."""
    return [replace(entry, index=index) for index, entry in enumerate(entries)]


def lines(entries: Sequence[ExportedEvent]) -> list[bytes]:
    return [entry.line() for entry in entries]


def head(entries: Sequence[ExportedEvent], size: int | None = None, key: PrivateKey = LEDGER) -> bytes:
    """The signed checkpoint of the first `size` events."""
    leaves = [entry.leaf for entry in entries][:size]
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_of(leaves)), key)
