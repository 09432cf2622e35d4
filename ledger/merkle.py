"""Proofs over the tree of events (RFC 9162 §2.1.3 and §2.1.4).

A proof is a list of subtree roots. Which subtrees these are depends on sizes only, so that they
are computed first, as ranges ``(start, end)`` of leaves, and their roots then in one pass.
"""

from collections.abc import Iterable, Sequence

from ledger.verifier import CompactRange

Range = tuple[int, int]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees that prove entry ``index`` in a tree of ``size``, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"There is no entry {index} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """The subtrees that prove that a tree of ``new_size`` extends one of ``old_size``."""
    if not 0 <= old_size <= new_size:
        raise ValueError(f"A tree of {new_size} cannot extend one of {old_size}")
    if old_size in (0, new_size):
        return []
    start, end, whole, path = 0, new_size, True, []
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, whole = middle, False
    if not whole:
        path.append((start, end))
    return path[::-1]


def range_roots(leaves: Iterable[bytes], ranges: Sequence[Range]) -> list[bytes]:
    """The roots of ``ranges``, which do not overlap, from leaf hashes in order of their index."""
    trees = {wanted: CompactRange() for wanted in ranges}
    todo = iter(sorted(ranges))
    current = next(todo, None)
    for index, leaf in enumerate(leaves):
        if current is not None and index >= current[1]:
            current = next(todo, None)
        if current is None:
            break
        if index >= current[0]:
            trees[current].append(leaf)
    return [trees[wanted].root() for wanted in ranges]


def _split(size: int) -> int:
    """The largest power of two below ``size`` (which is at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)
