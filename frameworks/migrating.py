"""Compare two editions of a framework, item by item. No database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from frameworks.identifiers import key_forms
from ledger.canonical import canonical, sha256_hex

UNCHANGED, REWORDED, MOVED = "unchanged", "reworded", "moved"
SPLIT, MERGED, NEW, WITHDRAWN = "split", "merged", "new", "withdrawn"
CHANGES = (UNCHANGED, REWORDED, MOVED, SPLIT, MERGED, NEW, WITHDRAWN)


@dataclass(frozen=True)
class Item:
    """An item of an edition: where it stands, what it says, and what it says it was."""

    key: str
    parent: str
    words: tuple[str, ...]
    was: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedChange:
    """What becomes of an item. ``carries``: the answer of ``old`` is offered at ``new``."""

    change: str
    old: str
    new: str
    carries: bool = False
    also_reworded: bool = False


def changes_between(old: Sequence[Item], new: Sequence[Item]) -> list[PlannedChange]:
    """The changes in reading order of the new edition, then what was withdrawn.

    An item comes from what it says it was; without that from the item of the same identifier;
    without that from the one vanished item that says the same. Of merged items the first one
    that has an answer to offer is the first in reading order of the old edition.
    """
    before = {item.key: item for item in old}
    after = {item.key: item for item in new}
    vanished = _by_words(item for item in old if item.key not in after)
    sources = {item.key: _sources(item, before, vanished) for item in new}
    targets: dict[str, list[str]] = defaultdict(list)
    for key, found in sources.items():
        for source in found:
            targets[source].append(key)
    changes: list[PlannedChange] = []
    for item in new:
        found = sources[item.key]
        if not found:
            changes.append(PlannedChange(NEW, "", item.key))
        for place, source in enumerate(found):
            split = len(targets[source]) > 1
            changes.append(_change(before[source], item, len(found) > 1, split, place == 0))
    left = [item.key for item in old if item.key not in targets]
    return changes + [PlannedChange(WITHDRAWN, key, "") for key in left]


def counts_of(changes: Iterable[PlannedChange]) -> dict[str, int]:
    """How many changes of each class there are, all classes named."""
    counted = Counter(change.change for change in changes)
    return {name: counted[name] for name in CHANGES}


def changes_digest(changes: Iterable[PlannedChange]) -> str:
    """SHA-256 over the canonical JSON of the changes."""
    return sha256_hex(canonical([vars(change) for change in changes]))


def _sources(
    item: Item, before: dict[str, Item], vanished: dict[tuple[str, ...], list[str]]
) -> list[str]:
    named = {form for written in item.was for form in key_forms(written)}
    if named & set(before):
        return [key for key in before if key in named]
    if item.key in before:
        return [item.key]
    same = vanished.get(item.words, [])
    return same if len(same) == 1 else []


def _by_words(items: Iterable[Item]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for item in items:
        if any(item.words):
            found[item.words].append(item.key)
    return found


def _change(old: Item, new: Item, merged: bool, split: bool, first: bool) -> PlannedChange:
    reworded = old.words != new.words
    if merged:
        return PlannedChange(MERGED, old.key, new.key, first, reworded)
    if split:
        return PlannedChange(SPLIT, old.key, new.key, True, reworded)
    if (old.key, old.parent) != (new.key, new.parent):
        return PlannedChange(MOVED, old.key, new.key, True, reworded)
    return PlannedChange(REWORDED if reworded else UNCHANGED, old.key, new.key, True, reworded)
