"""Why something is not accepted as proof. All are refusals of what was given, never faults of the verifier.

    ProofError
    ├── NotCanonical    canonical      text that is not strict JSON, or a value that has no canonical bytes
    ├── BadProof        merkle         a hash, position, size or path that does not lead to the root
    ├── BadEvent        events         an event or exported line that is not of the published form
    ├── BadKey          keys           a key, or a key's name, that cannot be used
    ├── BadNote         notes          a note, checkpoint or rotation that is malformed or not signed by a trusted key
    ├── BadSignature    signatures     a detached signature that is not ours or does not belong to the bytes
    └── BadRow          row_forms      a text of a posted row that is not the one form of its value

A message says what was wrong, the offending value, and what would be accepted.
"""


class ProofError(ValueError):
    """What was given is not accepted as proof."""


class NotCanonical(ProofError):
    """A text is not strict JSON, or a value has no canonical form. `path` says where (`$` is the whole)."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path


class BadProof(ProofError):
    """A Merkle proof, or what it is to be made from, does not hold."""


class BadEvent(ProofError):
    """An event of the history, or a line of its export, is not of the published form."""


class BadKey(ProofError):
    """A key cannot be read or used."""


class BadNote(ProofError):
    """A signed note is malformed, or no trusted key signed it."""


class BadSignature(ProofError):
    """A detached signature is refused."""


class BadRow(ProofError):
    """A posted row has a text that is not the one form of its column."""
