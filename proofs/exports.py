"""The exported history: one line of canonical JSON for each event, in the order of the tree (NDJSON).

    {"event":"<stored text>","index":<position from 0>,"leaf":"<64 hex digits>","salt":"<32 hex digits>"}
    {"index":<position from 0>,"leaf":"<64 hex digits>"}            an erased event

The event is text within the line, so that its bytes are those that were stored, whatever JSON library reads the line.
Nothing in a line is without a check: what no hash covers could be changed unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from proofs.canonical import MAX_INTEGER, Json, canonical_bytes, read_canonical
from proofs.encodings import hex_bytes
from proofs.errors import BadEvent, NotCanonical
from proofs.events import SALT_BYTES, event_leaf
from proofs.merkle import HASH_BYTES

MAX_LINE_BYTES: Final = 16_000_000
"""Length of a line that is read at all."""
_WHOLE: Final = ["event", "index", "leaf", "salt"]
_ERASED: Final = ["index", "leaf"]


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One line: the position in the tree, the leaf hash recorded for it, and the salt and text, both or, if erased,
    neither.
    """

    index: int
    leaf: bytes
    salt: bytes | None = None
    text: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_INTEGER:
            raise BadEvent(f"the index {self.index}; accepted is 0 to {MAX_INTEGER}")
        if len(self.leaf) != HASH_BYTES:
            raise BadEvent(f"a leaf of {len(self.leaf)} bytes; accepted are {HASH_BYTES}")
        if (self.salt is None) != (self.text is None):
            raise BadEvent("salt without text, or text without salt; accepted are both, or neither of an erased event")
        if self.salt is not None and len(self.salt) != SALT_BYTES:
            raise BadEvent(f"a salt of {len(self.salt)} bytes; accepted are {SALT_BYTES}")

    @property
    def is_erased(self) -> bool:
        """Whether the leaf alone is left."""
        return self.text is None

    def computed_leaf(self) -> bytes:
        """Return the leaf that salt and text give; of an erased event the one recorded."""
        if self.salt is None or self.text is None:
            return self.leaf
        return event_leaf(self.salt, self.text)

    def line(self) -> bytes:
        """Return the line with its newline. Raises `BadEvent` at a text that is no UTF-8."""
        members: dict[str, Json] = {"index": self.index, "leaf": self.leaf.hex()}
        if self.salt is not None and self.text is not None:
            try:
                members |= {"salt": self.salt.hex(), "event": self.text.decode("utf-8")}
            except UnicodeDecodeError as error:
                raise BadEvent(f"byte {error.start} of the event {self.index} is no UTF-8") from error
        return canonical_bytes(members) + b"\n"


def read_line(line: bytes) -> ExportedEvent:
    """Return the event of a line, with or without its newline. Raises `BadEvent` where it is not exactly of the
    form.
    """
    if len(line) > MAX_LINE_BYTES:
        raise BadEvent(f"a line of {len(line)} bytes; accepted is up to {MAX_LINE_BYTES}")
    try:
        members = read_canonical(line.removesuffix(b"\n"))
    except NotCanonical as error:
        raise BadEvent(f"the line is not canonical JSON: {error}") from error
    if not isinstance(members, dict) or sorted(members) not in (_WHOLE, _ERASED):
        said = ", ".join(sorted(members)) if isinstance(members, dict) else repr(members)
        raise BadEvent(
            f"a line with {said}; accepted are {', '.join(_WHOLE)}, or of an erased event {', '.join(_ERASED)}"
        )
    index = members["index"]
    if isinstance(index, bool) or not isinstance(index, int):
        raise BadEvent(f"the index {index!r}; accepted is an integer")
    leaf = _hex(members, "leaf")
    if "event" not in members:
        return ExportedEvent(index, leaf)
    return ExportedEvent(index, leaf, _hex(members, "salt"), _text(members, "event").encode())


def _hex(members: Mapping[str, Json], name: str) -> bytes:
    return hex_bytes(_text(members, name), BadEvent, f"the {name}")


def _text(members: Mapping[str, Json], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise BadEvent(f"the {name} is {value!r}; accepted is a text")
    return value
