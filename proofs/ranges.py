"""A compact range: what a writer keeps of a growing Merkle tree, one hash for each one bit of its size.

Ten million leaves are at most 24 hashes. Appending needs nothing else, and the root follows from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from proofs.errors import BadProof
from proofs.merkle import HASH_BYTES, check_hash, joined, push

_SIZE_BYTES: Final = 8
MAX_SIZE: Final = 2**63 - 1
"""Largest number of leaves: what a bigint counts."""


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The first `size` leaves of a tree as the roots of their largest complete subtrees, left to right.

    Raises `BadProof` where the number of `peaks` is not the number of one bits of the size.

    >>> CompactRange().extended([bytes(32), bytes(32), bytes(32)]).size
    3
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise BadProof(f"a size of {self.size} leaves; accepted is 0 to {MAX_SIZE}")
        if len(self.peaks) != self.size.bit_count():
            wanted = self.size.bit_count()
            raise BadProof(
                f"{len(self.peaks)} subtrees of {self.size} leaves; there are {wanted}, one for each one bit"
            )
        for number, peak in enumerate(self.peaks, 1):
            check_hash(peak, f"subtree {number}")

    @property
    def root(self) -> bytes:
        """Root of the tree of these leaves, 32 bytes."""
        return joined(self.peaks)

    def appended(self, leaf: bytes) -> "CompactRange":
        """Return the range with one more leaf hash. Raises `BadProof` at a hash of wrong length."""
        return self.extended((leaf,))

    def extended(self, leaves: Iterable[bytes]) -> "CompactRange":
        """Return the range with more leaf hashes, in order. Raises `BadProof` at a hash of wrong length."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            check_hash(leaf, f"leaf {size}")
            push(peaks, size, leaf)
            size += 1
        return CompactRange(size, tuple(peaks))

    def serialised(self) -> bytes:
        """Return the state to store: the size in eight bytes, most significant first, then the hashes, left to
        right.
        """
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)


def parse_range(state: bytes) -> CompactRange:
    """Return the range that `CompactRange.serialised` wrote. Raises `BadProof` where the length does not fit the
    size.
    """
    size, hashes = int.from_bytes(state[:_SIZE_BYTES], "big"), state[_SIZE_BYTES:]
    wanted = _SIZE_BYTES + size.bit_count() * HASH_BYTES
    if len(state) != wanted:
        raise BadProof(f"a state of {len(state)} bytes; that of {size} leaves has {wanted}")
    return CompactRange(size, tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)))
