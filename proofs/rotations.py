"""Rotation of a log's key: a note that both keys sign, and which key may sign a head of which size.

    parkledger key rotation v1
    <origin of the history>
    <verifier key of the old key>
    <verifier key of the new key>
    <number of events at which the key changes>

The old key signs no head above that number and the new one none below it, so a key that leaked after its rotation
cannot continue the history.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from proofs.errors import BadKey, BadNote
from proofs.keys import PrivateKey, PublicKey, read_public_key
from proofs.notes import open_note, parse_note, sign_note
from proofs.ranges import MAX_SIZE

_TITLE: Final = "parkledger key rotation v1"
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Rotation:
    """From `size` events on, `new` signs the heads of the history `origin` in place of `old`. Raises `BadNote`."""

    origin: str
    old: PublicKey
    new: PublicKey
    size: int

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise BadNote(f"the origin {self.origin!r} of a rotation; accepted is a text in one line, not empty")
        if self.old.raw == self.new.raw:
            raise BadNote(f"a rotation from {self.old.label} to the same key; accepted is a new one")
        if not 0 <= self.size <= MAX_SIZE:
            raise BadNote(f"a rotation at {self.size} events; accepted is 0 to {MAX_SIZE}")

    @property
    def text(self) -> str:
        """What both keys sign."""
        return f"{_TITLE}\n{self.origin}\n{self.old}\n{self.new}\n{self.size}\n"


@dataclass(frozen=True, slots=True)
class Tenure:
    """The heads a key may sign: those of `first` to `last` events, both included; None while it has no successor."""

    key: PublicKey
    first: int = 0
    last: int | None = None

    def covers(self, size: int) -> bool:
        """Return whether the key may sign a head of so many events."""
        return self.first <= size and (self.last is None or size <= self.last)


def sign_rotation(origin: str, old: PrivateKey, new: PrivateKey, size: int) -> bytes:
    """Return the note that hands the history `origin` from one key to the other at `size` events. Raises `BadNote`."""
    return sign_note(Rotation(origin, old.public, new.public, size).text, old, new)


def open_rotation(data: bytes, origin: str, old: PublicKey) -> Rotation:
    """Return the rotation away from the trusted key `old`. The new key signs too, so that nobody names a key he has
    not.

    Raises `BadNote` where the note is malformed, of another history or key, or lacks one of the two signatures.
    """
    rotation = _parsed(parse_note(data).text)
    if (rotation.origin, rotation.old) != (origin, old):
        raise BadNote(
            f"a rotation of {rotation.old.label} in {rotation.origin!r}; wanted is one of {old.label} in {origin!r}"
        )
    signers = open_note(data, (rotation.old, rotation.new)).signers
    missing = [key.label for key in (rotation.old, rotation.new) if key not in signers]
    if missing:
        raise BadNote(f"the rotation of {old.label} is not signed by {missing[0]}; both keys sign it")
    return rotation


def stated_rotation(data: bytes) -> Rotation:
    """Return what a note says, unverified: to learn which key it names, never to believe it. Raises `BadNote`."""
    return _parsed(parse_note(data).text)


def tenures(origin: str, first: PublicKey, rotations: Iterable[bytes] = ()) -> tuple[Tenure, ...]:
    """Return who may sign which heads of a history, from the key that is trusted and its rotations in order.

    Raises `BadNote` as `open_rotation` does, and where a rotation lies before the one it follows.
    """
    found = [Tenure(first)]
    for data in rotations:
        held = found.pop()
        rotation = open_rotation(data, origin, held.key)
        if rotation.size < held.first:
            raise BadNote(f"a rotation at {rotation.size} events after one at {held.first}; later ones lie higher")
        found += [Tenure(held.key, held.first, rotation.size), Tenure(rotation.new, rotation.size)]
    return tuple(found)


def tenures_with(origin: str, known: PublicKey, rotations: Sequence[bytes]) -> tuple[Tenure, ...]:
    """Return the same from a key that is trusted, whichever of them it is: every rotation to or from it is signed by
    it, and so is, one after the other, every key before and after.

    Raises `BadNote` as `tenures` does, and where the key is none of those that signed the history.
    """
    first = stated_rotation(rotations[0]).old if rotations else known
    found = tenures(origin, first, rotations)
    if known not in [held.key for held in found]:
        labels = ", ".join(held.key.label for held in found)
        raise BadNote(f"the key {known.label} is not trusted with {origin!r}; its heads are signed by {labels}")
    return found


def keys_at(held: Sequence[Tenure], size: int) -> tuple[PublicKey, ...]:
    """Return the keys that may sign a head of `size` events: one, or two where a rotation lies."""
    return tuple(tenure.key for tenure in held if tenure.covers(size))


def _parsed(text: str) -> Rotation:
    title, *lines = text.split("\n")
    if title != _TITLE or len(lines) != 5 or lines[-1] or not _SIZE.fullmatch(lines[3]):
        raise BadNote(f"{text[:80]!r} is no rotation; accepted are {_TITLE!r}, origin, old key, new key, size")
    try:
        return Rotation(lines[0], read_public_key(lines[1]), read_public_key(lines[2]), int(lines[3]))
    except BadKey as error:
        raise BadNote(f"a key of the rotation cannot be read: {error}") from error
