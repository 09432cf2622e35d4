"""The tree against RFC vectors and an independent recursive definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle import consistency_ranges, inclusion_ranges, range_roots
from ledger.verifier import (
    CompactRange,
    Unreadable,
    consistency_holds,
    inclusion_holds,
    leaf_hash,
)

# The eight entries of the Certificate Transparency reference tests, and the roots of the trees
# of 1 to 8 of them.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    parts = recursive_root(leaves[:k]) + recursive_root(leaves[k:])
    return hashlib.sha256(b"\x01" + parts).digest()


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def flip(data: bytes, bit: int) -> bytes:
    position = bit % (len(data) * 8)
    changed = bytearray(data)
    changed[position // 8] ^= 1 << (position % 8)
    return bytes(changed)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_of_the_reference_entries_are_the_published_ones(count: int) -> None:
    tree = CompactRange()
    for entry in ENTRIES[:count]:
        tree.append(leaf_hash(entry))
    assert tree.root().hex() == ROOTS[count - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == hashlib.sha256(b"").digest()


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_that_was_put_away_and_taken_up_again_has_the_recursive_root(
    first: int, more: int
) -> None:
    leaves = leaves_of(first + more)
    tree = CompactRange()
    for leaf in leaves[:first]:
        tree.append(leaf)
    resumed = CompactRange(tree.size, tree.hashes)
    for leaf in leaves[first:]:
        resumed.append(leaf)
    assert resumed.root() == recursive_root(leaves)


@given(st.integers(1, 200), st.data())
def test_every_inclusion_proof_holds_and_no_flipped_bit_does(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    root = recursive_root(leaves)
    proof = range_roots(leaves, inclusion_ranges(index, size))
    assert inclusion_holds(leaves[index], index, size, proof, root)
    bit = data.draw(st.integers(0, 10_000))
    assert not inclusion_holds(flip(leaves[index], bit), index, size, proof, root)
    assert not inclusion_holds(leaves[index], index, size, proof, flip(root, bit))
    assert not inclusion_holds(leaves[index], index, size, [*proof, root], root)
    for place, step in enumerate(proof):
        broken = [*proof[:place], flip(step, bit), *proof[place + 1 :]]
        assert not inclusion_holds(leaves[index], index, size, broken, root)


@given(st.integers(1, 200), st.data())
def test_every_consistency_proof_holds_and_no_flipped_bit_does(
    new_size: int, data: st.DataObject
) -> None:
    old_size = data.draw(st.integers(0, new_size))
    leaves = leaves_of(new_size)
    old, new = recursive_root(leaves[:old_size]), recursive_root(leaves)
    proof = range_roots(leaves, consistency_ranges(old_size, new_size))
    assert consistency_holds(old_size, new_size, old, new, proof)
    bit = data.draw(st.integers(0, 10_000))
    assert not consistency_holds(old_size, new_size, flip(old, bit), new, proof)
    assert not old_size or not consistency_holds(old_size, new_size, old, flip(new, bit), proof)
    assert not consistency_holds(old_size, new_size, old, new, [*proof, new])
    for place, step in enumerate(proof):
        broken = [*proof[:place], flip(step, bit), *proof[place + 1 :]]
        assert not consistency_holds(old_size, new_size, old, new, broken)


def test_proofs_for_trees_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no entry"):
        inclusion_ranges(3, 3)
    with pytest.raises(ValueError, match="cannot extend"):
        consistency_ranges(4, 3)
    with pytest.raises(Unreadable):
        CompactRange(3, [b"x" * 32])
    assert not inclusion_holds(b"", 5, 4, [], b"")
    assert not consistency_holds(4, 3, b"", b"", [])
