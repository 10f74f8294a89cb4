"""Checkpoints (C2SP tlog-checkpoint): the signed head of a history, three lines that anyone can keep.

    origin, which names the history
    number of events
    root of its Merkle tree, in Base 64

Whoever keeps one can have it shown later that the history only grew.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from proofs.encodings import base64_bytes, base64_text
from proofs.errors import BadNote
from proofs.keys import PrivateKey, PublicKey
from proofs.merkle import EMPTY_ROOT, HASH_BYTES
from proofs.notes import open_note, parse_note, sign_note
from proofs.ranges import MAX_SIZE

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a history: its `origin`, `size` in events, `root`, and extension lines, which nobody audits.

    Raises `BadNote` at an origin that is empty or has more than one line, a size that is none, a root of wrong length
    or of an empty tree that has another root than SHA-256 of nothing.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise BadNote(f"the line {line!r} of a checkpoint; accepted is a text in one line, not empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise BadNote(f"a checkpoint of {self.size} events; accepted is 0 to {MAX_SIZE}")
        if len(self.root) != HASH_BYTES:
            raise BadNote(f"a root of {len(self.root)} bytes; accepted are {HASH_BYTES}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise BadNote(f"the root {self.root.hex()} of no events; it is {EMPTY_ROOT.hex()}")

    @property
    def text(self) -> str:
        """What is signed: the lines, each with its newline."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, base64_text(self.root), *self.extensions))


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures by the trusted `signers` were verified."""

    checkpoint: Checkpoint
    signers: tuple[PublicKey, ...]


def sign_checkpoint(checkpoint: Checkpoint, *keys: PrivateKey) -> bytes:
    """Return the note of a checkpoint signed by each key.

    A log never signs a head that does not continue every head it signed before; its writer sees to that. Raises
    `BadNote`.
    """
    return sign_note(checkpoint.text, *keys)


def open_checkpoint(data: bytes, origin: str, trusted: Iterable[PublicKey]) -> OpenedCheckpoint:
    """Return the checkpoint of the history `origin` from a note that a trusted key signed.

    Raises `BadNote` as `open_note` does, where the text is no checkpoint, or where it is one of another history.
    """
    note = open_note(data, trusted)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise BadNote(f"a checkpoint of the history {checkpoint.origin!r}; wanted is one of {origin!r}")
    return OpenedCheckpoint(checkpoint, note.signers)


def stated_checkpoint(data: bytes) -> Checkpoint:
    """Return what a note says, unverified: to learn which keys to look for, never to believe it. Raises `BadNote`."""
    return parse_checkpoint(parse_note(data).text)


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text. Raises `BadNote` where a line is missing or not spelled as specified."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise BadNote(f"{text[:80]!r} is no checkpoint; accepted are three lines or more: origin, size, root")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise BadNote(f"the size {size!r} of a checkpoint; accepted is a number without sign and leading zeros")
    return Checkpoint(origin, int(size), base64_bytes(root, BadNote, "the root"), tuple(lines[3:-1]))
