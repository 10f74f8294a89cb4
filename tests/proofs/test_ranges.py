"""A compact range is the tree without its leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.errors import BadProof
from proofs.merkle import EMPTY_ROOT, leaf_hash, root_of
from proofs.ranges import MAX_SIZE, CompactRange, parse_range

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(301)]


@given(st.lists(st.integers(0, 60), max_size=5))
def test_appending_in_any_pieces_gives_the_root_of_all(pieces: list[int]) -> None:
    found, at = CompactRange(), 0
    for count in pieces:
        found, at = parse_range(found.extended(LEAVES[at : at + count]).serialised()), at + count
    assert (found.size, found.root) == (at, root_of(LEAVES[:at]))
    assert found.appended(LEAVES[at]).root == root_of(LEAVES[: at + 1])


def test_the_state_is_the_size_and_a_hash_for_each_one_bit() -> None:
    found = CompactRange().extended(LEAVES[:5])
    assert found.serialised() == (5).to_bytes(8, "big") + root_of(LEAVES[:4]) + LEAVES[4]
    assert CompactRange().serialised() == bytes(8)
    assert CompactRange().root == EMPTY_ROOT


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (b"", "a state of 0 bytes; that of 0 leaves has 8"),
        (bytes(7), "a state of 7 bytes"),
        (bytes(40), "a state of 40 bytes; that of 0 leaves has 8"),
        (bytes(7) + b"\x03" + bytes(32), "a state of 40 bytes; that of 3 leaves has 72"),
        (b"\x80" + bytes(39), f"accepted is 0 to {MAX_SIZE}"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(state: bytes, message: str) -> None:
    with pytest.raises(BadProof, match=message):
        parse_range(state)


def test_a_hash_of_another_length_is_refused_and_nothing_is_added() -> None:
    before = CompactRange().extended(LEAVES[:3])
    with pytest.raises(BadProof, match="leaf 4 has 31 bytes"):
        before.extended([LEAVES[3], bytes(31)])
    assert before == CompactRange().extended(LEAVES[:3])
    with pytest.raises(BadProof, match="2 subtrees of 1 leaves; there are 1"):
        CompactRange(1, (LEAVES[0], LEAVES[1]))
    with pytest.raises(BadProof, match="subtree 1 has 2 bytes"):
        CompactRange(1, (b"ab",))
