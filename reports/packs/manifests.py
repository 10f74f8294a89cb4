"""What a pack says of its own files: the manifest, in canonical JSON, and the list that `sha256sum -c` reads.

    {"format": "parkledger-evidence-pack/2", "report": "<SHA-256 of the document>",
     "files": {"<path>": {"sha256": "<hex>", "size": <bytes>}, ...},
     "leftOut": ["<what the report rests on that is not in the pack, and why>", ...],
     "partial": ["<recording of a posting that is not there whole, because the rest was archived>", ...]}

The manifest names every file but itself. Packs of form 1 have no `partial`, nor all that the history hashes of a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from proofs.canonical import Json, canonical_bytes

FORMAT: Final = "parkledger-evidence-pack/2"
"""Name and version of the pack's form."""
FORMAT_WITHOUT_DIGESTS: Final = "parkledger-evidence-pack/1"
"""That of older packs, whose rows cannot be compared with the history."""
MANIFEST: Final = "MANIFEST.json"
"""The file that names all others."""
SUMS: Final = "SHA256SUMS"
"""The file that `sha256sum -c` reads."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a pack: SHA-256 in hexadecimal, and bytes."""

    sha256: str
    size: int


def manifest(report: str, files: Mapping[str, PackedFile], left_out: Sequence[str], partial: Sequence[str]) -> bytes:
    """Return the RFC 8785 bytes of the manifest of a report, named by the SHA-256 of its document."""
    members: dict[str, Json] = {path: {"sha256": one.sha256, "size": one.size} for path, one in files.items()}
    told: dict[str, Json] = {"leftOut": list(left_out), "partial": list(partial)}
    return canonical_bytes({"format": FORMAT, "report": report, "files": members, **told})


def checksums(files: Mapping[str, PackedFile]) -> bytes:
    r"""Return the list of hashes by path.

    >>> checksums({"b": PackedFile("22", 1), "a": PackedFile("11", 1)})
    b'11  a\n22  b\n'
    """
    return "".join(f"{files[path].sha256}  {path}\n" for path in sorted(files)).encode()
