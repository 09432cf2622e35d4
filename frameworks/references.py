"""Read what ships beside the AI RMF: target frameworks, crosswalks, the Generative AI Profile
and obligation packs.

No database here: ``read_references`` returns plain values that ``frameworks.actions`` stores.
Every identifier is checked against the form that its framework uses, and every source against
the keys of the AI RMF.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frameworks.catalogue import BrokenCatalogue, published_keys
from ledger.canonical import canonical, sha256_hex

ACTIONS, RISKS, SUBCATEGORIES_WITH_ACTIONS = 212, 12, 49


@dataclass(frozen=True)
class ReferenceFramework:
    """A framework of which identifiers ship; ``keys`` in reading order."""

    key: str
    edition: str
    title: str
    publisher: str
    published_on: dt.date
    source: str
    licence: str
    extent: str
    pattern: str
    group: str
    keys: tuple[str, ...]

    def group_of(self, key: str) -> str:
        """What an identifier stands under: an article, a clause, a family."""
        match = re.match(self.group, key)
        return match.group() if match else key

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the identifiers."""
        return sha256_hex(canonical(list(self.keys)))


@dataclass(frozen=True)
class Pair:
    """One line of a crosswalk."""

    source: str
    target: str
    relationship: str
    certainty: str
    published_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class Crosswalk:
    """One set of pairs with where it comes from (``about`` holds the fields of the record)."""

    key: str
    target: str
    about: dict[str, Any]
    pairs: tuple[Pair, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of the pairs and of what is said about them."""
        return sha256_hex(canonical([self.about, [vars(pair) for pair in self.pairs]]))


@dataclass(frozen=True)
class GenAIProfile:
    """Facts of NIST AI 600-1: risks in own words, action identifiers by subcategory."""

    key: str
    title: str
    source: str
    published_on: dt.date
    risks: tuple[dict[str, Any], ...]
    actions: tuple[dict[str, Any], ...]

    @property
    def nodes(self) -> list[str]:
        """The subcategories that have actions, in the order of the document."""
        return list(dict.fromkeys(action["subcategory"] for action in self.actions))

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of risks and actions."""
        return sha256_hex(canonical([list(self.risks), list(self.actions)]))


@dataclass(frozen=True)
class References:
    """All of it."""

    frameworks: tuple[ReferenceFramework, ...]
    crosswalks: tuple[Crosswalk, ...]
    profile: GenAIProfile
    packs: tuple[dict[str, Any], ...]


def read_references(folder: Path) -> References:
    """Read the files beside the catalogue.

    Raises BrokenCatalogue for an identifier that is not formed as its framework forms them, an
    unknown source, a pair that stands twice, or counts other than those of NIST AI 600-1.
    """
    sets = [_load(path) for path in sorted((folder / "crosswalks").glob("*.json"))]
    frameworks = tuple(
        _framework(row, sets) for row in _load(folder / "references.json")["frameworks"]
    )
    by_key = {framework.key: framework for framework in frameworks}
    packs = tuple(_load(folder / "obligations.json")["packs"])
    _check_packs(packs, by_key)
    return References(
        frameworks,
        tuple(_crosswalk(row, by_key) for row in sets),
        _profile(folder),
        packs,
    )


def pack_digest(pack: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a pack."""
    return sha256_hex(canonical(pack))


def in_order(keys: Iterable[str]) -> list[str]:
    """Identifiers as a reader expects them: 9 before 10, 9(2) before 9(10)."""
    parts = re.compile(r"(\d+)")
    return sorted(
        set(keys),
        key=lambda key: [
            (1, int(p), "") if p.isdigit() else (2, 0, p) for p in parts.split(key) if p
        ],
    )


def _framework(row: dict[str, Any], sets: list[dict[str, Any]]) -> ReferenceFramework:
    used = {
        key
        for found in sets
        if found["target"] == row["key"]
        for key in [*(pair["target"] for pair in found["maps"]), *found["unmapped_targets"]]
    }
    wrong = sorted(key for key in used if not re.fullmatch(row["pattern"], key))
    if wrong:
        raise BrokenCatalogue(f"{row['key']}: ids not formed as {row['pattern']}: {wrong}")
    values = {**row, "published_on": dt.date.fromisoformat(row["published_on"])}
    return ReferenceFramework(**values, keys=tuple(in_order(used)))


def _crosswalk(row: dict[str, Any], frameworks: dict[str, ReferenceFramework]) -> Crosswalk:
    target = frameworks.get(row["target"])
    if target is None or target.edition != row["target_edition"]:
        raise BrokenCatalogue(f"{row['key']}: unknown target {row['target']}")
    pairs = tuple(Pair(**pair) for pair in row["maps"])
    unknown = {pair.source for pair in pairs} - set(published_keys())
    if unknown or len({(pair.source, pair.target) for pair in pairs}) != len(pairs):
        raise BrokenCatalogue(f"{row['key']}: unknown sources {sorted(unknown)}, or a pair twice")
    names = ("title", "origin", "author", "method", "basis", "certainty_meaning", "notes")
    about = {name: row[name] for name in (*names, "corrections")}
    return Crosswalk(row["key"], row["target"], about, pairs)


def _profile(folder: Path) -> GenAIProfile:
    row = _load(folder / "genai-profile.json")
    risks = tuple(_load(folder / "vocab-own-words.json")["genai_risks"])
    profile = GenAIProfile(
        row["key"],
        row["title"],
        row["source"],
        dt.date.fromisoformat(row["published_on"]),
        risks,
        tuple(row["actions"]),
    )
    known = {risk["id"] for risk in risks}
    counts = (len(risks), len(profile.actions), len(profile.nodes))
    tags = {tag for action in profile.actions for tag in action["risks"]}
    if counts != (RISKS, ACTIONS, SUBCATEGORIES_WITH_ACTIONS) or not tags <= known:
        raise BrokenCatalogue(
            f"NIST AI 600-1 counts {counts}, unknown risks {sorted(tags - known)}"
        )
    return profile


def _check_packs(
    packs: tuple[dict[str, Any], ...], frameworks: dict[str, ReferenceFramework]
) -> None:
    for pack in packs:
        known = set(frameworks[pack["framework"]].keys) if pack["framework"] else set()
        for duty in pack["obligations"]:
            if not set(duty["ids"]) <= known or not duty["basis"]:
                raise BrokenCatalogue(f"{pack['key']} {duty['key']}: unknown ids or no source")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
