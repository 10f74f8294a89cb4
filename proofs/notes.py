"""Signed notes (C2SP signed-note): a text, an empty line, and a line for each Ed25519 signature.

    — <key name> base64(four bytes of key id || signature)

Signatures of keys that are not trusted are ignored, as rotation and cosigning need; everything malformed is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from proofs.encodings import base64_bytes, base64_text
from proofs.errors import BadKey, BadNote
from proofs.keys import ID_BYTES, PrivateKey, PublicKey, check_name

MAX_NOTE_BYTES: Final = 1_000_000
"""Size of a note that is read at all; the specification asks for a limit."""
MAX_SIGNATURES: Final = 100
"""Signatures of a note that are looked at; the specification asks for at least 16."""
_DASH: Final = "\N{EM DASH} "
_BREAK: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line as it stands: whose it says it is, unverified."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line of the note, with its newline."""
        return f"{_DASH}{self.name} {base64_text(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was parsed. Nothing in it may be believed before `open_note` returned it."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is written."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}".encode()


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """The text of a note and the trusted keys whose signatures over it were verified, in the order of the note."""

    text: str
    signers: tuple[PublicKey, ...]


def sign_note(text: str, *keys: PrivateKey) -> bytes:
    """Return a note of `text`, which ends in a newline, signed by each key. Raises `BadNote` at a text no note can
    hold.
    """
    if not keys:
        raise BadNote("a note without a key to sign it; accepted is one key or more")
    _check_text(text)
    return Note(text, tuple(_signed(text, key) for key in keys)).to_bytes()


def add_signature(data: bytes, key: PrivateKey) -> bytes:
    """Return the note with one more signature, of a witness or a new key; the others stay as they are. Raises
    `BadNote`.
    """
    note = parse_note(data)
    return Note(note.text, (*note.signatures, _signed(note.text, key))).to_bytes()


def open_note(data: bytes, trusted: Iterable[PublicKey]) -> OpenedNote:
    """Return the text of a note that at least one trusted key signed.

    Raises `BadNote` where the note is malformed, no trusted key signed it, a line that names a trusted key is not that
    key's signature, or two trusted keys share name and id.
    """
    keys, note = _distinct(trusted), parse_note(data)
    signers: dict[PublicKey, None] = {}
    for signature in note.signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.verifies(signature.value, note.text.encode()):
            raise BadNote(f"the signature of {key.label} is not over this text: the text or the signature was changed")
        signers[key] = None
    if not signers:
        raise BadNote(f"no trusted key signed this note; signed by {_said(note)}, trusted are {_labels(keys)}")
    return OpenedNote(note.text, tuple(signers))


def parse_note(data: bytes) -> Note:
    """Return text and signature lines of a note, unverified. Raises `BadNote` with what is malformed."""
    if len(data) > MAX_NOTE_BYTES:
        raise BadNote(f"a note of {len(data)} bytes; accepted is up to {MAX_NOTE_BYTES}")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote(f"byte {error.start} of the note is no UTF-8") from error
    text, separator, signed = whole.rpartition(_BREAK)
    if not separator or not signed.endswith("\n"):
        raise BadNote(
            "no signed note: accepted is a text, an empty line and signature lines, the last with its newline"
        )
    _check_text(f"{text}\n")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"a note with {len(lines)} signatures; accepted is up to {MAX_SIGNATURES}")
    return Note(f"{text}\n", tuple(_parsed(line) for line in lines))


def _signed(text: str, key: PrivateKey) -> Signature:
    return Signature(key.name, key.public.id, key.sign(text.encode()))


def _parsed(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not encoded:
        raise BadNote(f"the signature line {line!r}; accepted is an em dash, a blank, a key name, a blank and Base 64")
    try:
        check_name(name)
    except BadKey as error:
        raise BadNote(f"the signature line {line!r}: {error}") from error
    value = base64_bytes(encoded, BadNote, f"the signature of {name}")
    if len(value) <= ID_BYTES:
        raise BadNote(f"the signature of {name} has {len(value)} bytes; accepted are a key id of {ID_BYTES} and more")
    return Signature(name, value[:ID_BYTES], value[ID_BYTES:])


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise BadNote(f"the note ends in {text[-20:]!r}; its text ends in a newline")
    wrong = next((character for character in text if character < " " and character != "\n"), None)
    if wrong is not None:
        raise BadNote(f"the note holds the control character {wrong!r}; accepted is the newline alone")


def _distinct(trusted: Iterable[PublicKey]) -> dict[tuple[str, bytes], PublicKey]:
    keys: dict[tuple[str, bytes], PublicKey] = {}
    for key in trusted:
        if keys.setdefault((key.name, key.id), key) != key:
            raise BadNote(f"two trusted keys are both {key.label}; a name and id stand for one key")
    return keys


def _said(note: Note) -> str:
    return ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.signatures)


def _labels(keys: dict[tuple[str, bytes], PublicKey]) -> str:
    return ", ".join(key.label for key in keys.values()) or "none"
