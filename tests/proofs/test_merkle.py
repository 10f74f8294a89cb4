"""The Merkle tree against published vectors and against the recursive definitions of RFC 9162, written down naively."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs import merkle
from proofs.errors import BadProof

# Certificate Transparency's reference tree of eight entries, its roots and proofs.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
ROOTS = """
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
INCLUSIONS = [
    (0, 1, ""),
    (
        0,
        8,
        """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    ),
    (
        5,
        8,
        """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    ),
    (2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    (
        1,
        5,
        """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    ),
]
GROWTHS = [
    (1, 1, ""),
    (
        1,
        8,
        """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    ),
    (
        6,
        8,
        """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    ),
    (
        2,
        5,
        """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
    ),
    (
        6,
        7,
        """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    ),
]
OTHER = sha256(b"another hash").digest()
SIZES = st.integers(1, 130)


def hashes(text: str) -> list[bytes]:
    return [bytes.fromhex(word) for word in text.split()]


def numbered(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def split(count: int) -> int:
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def mth(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, on leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], *, is_known: bool) -> list[bytes]:
    """RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if is_known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], is_known=is_known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], is_known=False), mth(leaves[:k])]


def test_the_roots_of_the_reference_tree() -> None:
    assert [merkle.root_of(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS
    assert merkle.root_of([]) == merkle.EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSIONS)
def test_the_inclusion_proofs_of_the_reference_tree(index: int, size: int, proof: str) -> None:
    assert list(merkle.inclusion_proof(LEAVES[:size], index)) == hashes(proof)
    merkle.verify_inclusion(LEAVES[index], index, size, hashes(proof), bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "proof"), GROWTHS)
def test_the_consistency_proofs_of_the_reference_tree(old: int, new: int, proof: str) -> None:
    assert list(merkle.consistency_proof(LEAVES[:new], old)) == hashes(proof)
    merkle.verify_consistency(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), hashes(proof))


@given(SIZES, st.data())
def test_roots_and_proofs_are_those_of_the_recursive_definitions(size: int, data: st.DataObject) -> None:
    leaves, index = numbered(size), data.draw(st.integers(0, size - 1))
    old = index + 1
    assert merkle.root_of(leaves) == mth(leaves)
    assert list(merkle.inclusion_proof(leaves, index)) == path(index, leaves)
    assert list(merkle.consistency_proof(leaves, old)) == subproof(old, leaves, is_known=True)
    merkle.verify_inclusion(leaves[index], index, size, path(index, leaves), mth(leaves))
    merkle.verify_consistency(old, mth(leaves[:old]), size, mth(leaves), subproof(old, leaves, is_known=True))


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_for_nothing_else(size: int, data: st.DataObject) -> None:
    leaves, index = numbered(size), data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion_proof(leaves, index), merkle.root_of(leaves)
    other = data.draw(st.integers(0, size).filter(lambda other: other != index))
    wrong = [
        (OTHER, index, size, proof, root),
        (leaves[index], other, size, proof, root),
        (leaves[index], index, size, proof, OTHER),
        (leaves[index], index, size, (*proof, OTHER), root),
        (leaves[index], index, size, (root, *proof), root),
        (leaves[index], index, 2 * size + 1, proof, root),
        *((leaves[index], index, size, (*proof[:at], OTHER, *proof[at + 1 :]), root) for at in range(len(proof))),
        *((leaves[index], index, size, proof[:at], root) for at in range(len(proof))),
    ]
    for case in wrong:
        with pytest.raises(BadProof):
            merkle.verify_inclusion(*case)


@given(SIZES, st.data())
def test_a_consistency_proof_holds_for_nothing_else(new: int, data: st.DataObject) -> None:
    leaves, old = numbered(new), data.draw(st.integers(1, new))
    proof, old_root, new_root = merkle.consistency_proof(leaves, old), merkle.root_of(leaves[:old]), mth(leaves)
    other = data.draw(st.integers(0, new + 1).filter(lambda other: other != old))
    wrong = [
        (old, OTHER, new, new_root, proof),
        (old, old_root, new, OTHER, proof),
        (other, old_root, new, new_root, proof),
        (old, old_root, 2 * new + 1, new_root, proof),
        (old, old_root, new, new_root, (*proof, OTHER)),
        (old, old_root, new, new_root, (old_root, *proof)),
        *((old, old_root, new, new_root, (*proof[:at], OTHER, *proof[at + 1 :])) for at in range(len(proof))),
        *((old, old_root, new, new_root, proof[:at]) for at in range(len(proof))),
    ]
    for case in wrong:
        with pytest.raises(BadProof):
            merkle.verify_consistency(*case)


def test_from_the_empty_tree_everything_grows_and_nothing_else_is_empty() -> None:
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 8, bytes.fromhex(ROOTS[7]), ())
    with pytest.raises(BadProof, match="the old root of 0 leaves"):
        merkle.verify_consistency(0, OTHER, 8, bytes.fromhex(ROOTS[7]), ())
    assert merkle.consistency_proof(LEAVES, 0) == ()


def test_equal_sizes_have_equal_roots() -> None:
    merkle.verify_consistency(3, OTHER, 3, OTHER, ())
    with pytest.raises(BadProof, match="the new root of 3 leaves"):
        merkle.verify_consistency(3, OTHER, 3, LEAVES[0], ())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: merkle.inclusion_proof(LEAVES, 8), "leaf 8 of a tree of 8 leaves"),
        (lambda: merkle.inclusion_proof([], 0), "leaf 0 of a tree of 0 leaves"),
        (lambda: merkle.verify_inclusion(OTHER, -1, 8, (), OTHER), "leaf -1 of a tree of 8 leaves"),
        (lambda: merkle.consistency_proof(LEAVES, 9), "growth from 9 to 8 leaves"),
        (lambda: merkle.verify_consistency(-1, OTHER, 8, OTHER, ()), "growth from -1 to 8"),
        (lambda: merkle.root_of([OTHER, b"short"]), "leaf 1 has 5 bytes"),
        (lambda: merkle.verify_inclusion(b"", 0, 1, (), OTHER), "the leaf has 0 bytes"),
        (lambda: merkle.verify_inclusion(OTHER, 0, 2, (b"x",), OTHER), "hash 1 of the proof has 1 bytes"),
        (lambda: merkle.verify_consistency(1, b"", 1, OTHER, ()), "the old root has 0 bytes"),
        (lambda: merkle.verify_inclusion(OTHER, 0, 8, (OTHER,), OTHER), "a proof of 1 hashes; that of the inclusion"),
    ],
)
def test_what_is_wrong_is_named(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(BadProof, match=message):
        call()


def test_the_message_of_a_wrong_root_names_both() -> None:
    with pytest.raises(BadProof) as refused:
        merkle.verify_inclusion(LEAVES[0], 0, 1, (), OTHER)
    assert str(refused.value) == (
        f"leaf 0 leads to the root {LEAVES[0].hex()}, not to the root {OTHER.hex()} of 1 leaves"
    )
