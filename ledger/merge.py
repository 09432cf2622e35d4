"""Per-field three-way merge for forms and the API: no word is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: ``mine`` was sent, ``theirs`` is stored."""

    name: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merge:
    """Outcome of a merge: the values to store, the clashes and the names that change."""

    final: dict[str, Any]
    clashes: tuple[Clash, ...] = ()
    changed: frozenset[str] = field(default_factory=frozenset)


def merge_fields(
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    keep: frozenset[str] = frozenset(),
) -> Merge:
    """Merge what a person sent (``mine``) into what is stored (``theirs``).

    ``base`` holds the values that the person saw. A field that only one side changed takes that
    side's value; a field that both changed to different values is a clash and keeps ``theirs``,
    unless it is named in ``keep`` ("keep mine").
    """
    final = dict(theirs)
    clashes = []
    for name, value in mine.items():
        seen, stored = base.get(name), theirs.get(name)
        if value in (seen, stored):
            continue
        if stored == seen or name in keep:
            final[name] = value
        else:
            clashes.append(Clash(name, seen, value, stored))
    changed = frozenset(name for name, value in final.items() if value != theirs.get(name))
    return Merge(final, tuple(clashes), changed)
