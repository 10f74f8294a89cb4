"""The Merkle tree of RFC 6962 and RFC 9162: hashes, roots, proofs of inclusion and of growth, and their verification.

A tree is a list of leaf hashes. Its root says all of them in 32 bytes; an inclusion proof shows that one leaf is under
a root, a consistency proof that a later tree starts with all leaves of an earlier one, each in about log2(n) hashes.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from proofs.errors import BadProof

HASH_BYTES: Final = 32
"""Length of a SHA-256 hash."""
EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162, 2.1.1)."""
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"

Span = tuple[int, int]
"""Leaves from the first number to the one before the second."""


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || entry), the hash of a leaf (RFC 9162, 2.1.1).

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), the hash of an inner node (RFC 9162, 2.1.1)."""
    return sha256(_NODE + left + right).digest()


def joined(peaks: Sequence[bytes]) -> bytes:
    """Return the root of the tree whose largest complete subtrees, left to right, have the roots `peaks`.

    root = H(p1, H(p2, ... H(pk-1, pk))); the empty tree has `EMPTY_ROOT`.
    """
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found


def push(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Add the leaf at position `size` to `peaks` in place: each trailing one bit of the size is a subtree that it
    completes.
    """
    found = leaf
    while size & 1:
        found = node_hash(peaks.pop(), found)
        size >>= 1
    peaks.append(found)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree of these leaf hashes, MTH of RFC 9162, 2.1.1. Raises `BadProof` at a hash of wrong
    length.
    """
    peaks: list[bytes] = []
    for position, leaf in enumerate(leaves):
        check_hash(leaf, f"leaf {position}")
        push(peaks, position, leaf)
    return joined(peaks)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the subtrees whose roots are the inclusion proof of leaf `index` in a tree of `size`, PATH of RFC 9162,
    2.1.3.1.

    Whoever stores roots of subtrees looks these up; `inclusion_proof` computes them. Raises `BadProof` outside the
    tree.

    >>> inclusion_spans(2, 5)
    [(3, 4), (0, 2), (4, 5)]
    """
    _check_inside(index, size)
    spans: list[Span] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return the subtrees whose roots are the consistency proof from `old` to `new` leaves, PROOF of RFC 9162, 2.1.4.1.

    No proof is needed from the empty tree or between equal sizes. Raises `BadProof` where `old` is larger.

    >>> consistency_spans(3, 7)
    [(2, 3), (3, 4), (0, 2), (4, 7)]
    """
    _check_growth(old, new)
    if old in {0, new}:
        return []
    spans: list[Span] = []
    first, last = 0, new
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            spans.append((middle, last))
            last = middle
        else:
            spans.append((first, middle))
            first = middle
    if first:
        spans.append((first, last))
    return spans[::-1]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is in the tree of `leaves`. Raises `BadProof`."""
    return tuple(root_of(leaves[first:last]) for first, last in inclusion_spans(index, len(leaves)))


def consistency_proof(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `leaves` starts with the tree of its first `old` leaves. Raises `BadProof`."""
    return tuple(root_of(leaves[first:last]) for first, last in consistency_spans(old, len(leaves)))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is leaf `index` of the tree of `size` leaves with `root` (RFC 9162, 2.1.3.2). Raises
    `BadProof`.
    """
    _check_inside(index, size)
    _check_hashes(proof, {"leaf": leaf, "root": root})
    _check_length(proof, len(inclusion_spans(index, size)), f"inclusion of leaf {index} in {size}")
    found, at, last = leaf, index, size - 1
    for step in proof:
        if at & 1 or at == last:
            found = node_hash(step, found)
            at, last = _until(lambda at: at & 1 == 1 or at == 0, at, last)
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if found != root:
        raise BadProof(f"leaf {index} leads to the root {found.hex()}, not to the root {root.hex()} of {size} leaves")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a tree of `new` leaves starts with the `old` leaves of an earlier one (RFC 9162, 2.1.4.2).

    Raises `BadProof`; the message says which of the two roots the proof does not lead to.
    """
    _check_growth(old, new)
    _check_hashes(proof, {"old root": old_root, "new root": new_root})
    _check_length(proof, len(consistency_spans(old, new)), f"growth from {old} to {new} leaves")
    if old == 0:
        _check_root("old", 0, EMPTY_ROOT, old_root)
        return
    if old == new:
        _check_root("new", new, old_root, new_root)
        return
    found_old, found_new = _grown(old, new, [old_root, *proof] if old & (old - 1) == 0 else list(proof))
    _check_root("old", old, found_old, old_root)
    _check_root("new", new, found_new, new_root)


def _grown(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of both trees that a path leads to; steps 3 to 6 of RFC 9162, 2.1.4.2."""
    at, last = _until(lambda at: at & 1 == 0, old - 1, new - 1)
    found_old = found_new = path[0]
    for step in path[1:]:
        if at & 1 or at == last:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            at, last = _until(lambda at: at & 1 == 1 or at == 0, at, last)
        else:
            found_new = node_hash(found_new, step)
        at, last = at >> 1, last >> 1
    return found_old, found_new


def _until(reached: Callable[[int], bool], at: int, last: int) -> tuple[int, int]:
    """Go up, both positions alike, until `reached`."""
    while not reached(at):
        at, last = at >> 1, last >> 1
    return at, last


def _split(count: int) -> int:
    """Return the largest power of two below `count`, where a tree of two leaves or more divides."""
    return 1 << (count - 1).bit_length() - 1


def check_hash(value: bytes, name: str) -> None:
    """Raise `BadProof` unless `value` is as long as a SHA-256 hash; `name` says which one it is."""
    if len(value) != HASH_BYTES:
        raise BadProof(f"{name} has {len(value)} bytes; a SHA-256 hash has {HASH_BYTES}")


def _check_hashes(proof: Sequence[bytes], named: Mapping[str, bytes]) -> None:
    for name, value in named.items():
        check_hash(value, f"the {name}")
    for number, value in enumerate(proof, 1):
        check_hash(value, f"hash {number} of the proof")


def _check_length(proof: Sequence[bytes], wanted: int, what: str) -> None:
    if len(proof) != wanted:
        raise BadProof(f"a proof of {len(proof)} hashes; that of the {what} has {wanted}")


def _check_inside(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} of a tree of {size} leaves; accepted is 0 to below the number of leaves")


def _check_growth(old: int, new: int) -> None:
    if not 0 <= old <= new:
        raise BadProof(f"growth from {old} to {new} leaves; a history only grows, and sizes are not negative")


def _check_root(name: str, size: int, found: bytes, said: bytes) -> None:
    if found != said:
        raise BadProof(f"the {name} root of {size} leaves is said to be {said.hex()}; the proof gives {found.hex()}")
