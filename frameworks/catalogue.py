"""Read the catalogue in our own words from its two fixture files and check its structure.

No database here: ``read_catalogue`` returns plain values that ``frameworks.actions`` stores.
Structure: NIST AI 100-1 (January 2023), Tables 1-4.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from frameworks.identifiers import FUNCTIONS, parent_key
from ledger.canonical import canonical, sha256_hex

SUBCATEGORIES_PER_CATEGORY: Final = {
    "GOVERN": (7, 3, 2, 3, 2, 2),
    "MAP": (6, 3, 5, 2, 2),
    "MEASURE": (3, 13, 3, 3),
    "MANAGE": (4, 4, 2, 3),
}
SCOPES: Final = {"organisation": 15, "both": 17, "system": 40}


class BrokenCatalogue(ValueError):
    """The fixture files do not hold the published structure."""


@dataclass(frozen=True)
class CatalogueNode:
    """One node: its place in the tree, its tags, and its texts by kind."""

    key: str
    kind: str
    order: int
    texts: dict[str, str]
    scope: str = ""
    auto_evidence: bool = False
    evidence: tuple[str, ...] = ()
    characteristics: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """Key of the function that the node stands under."""
        return self.key.partition(" ")[0]

    def structure(self) -> dict[str, Any]:
        """What must never change in a published version: everything but the wording."""
        return {
            "key": self.key,
            "kind": self.kind,
            "order": self.order,
            "scope": self.scope,
            "auto_evidence": self.auto_evidence,
            "evidence": list(self.evidence),
            "characteristics": list(self.characteristics),
            "records": list(self.records),
            "stages": list(self.stages),
        }


@dataclass(frozen=True)
class Catalogue:
    """A whole framework version, nodes in reading order (a parent before its children)."""

    framework: str
    label: str
    language: str
    nodes: tuple[CatalogueNode, ...]

    @property
    def structure_digest(self) -> str:
        """SHA-256 over the canonical JSON of keys, order and tags."""
        return sha256_hex(canonical([node.structure() for node in self.nodes]))

    @property
    def text_digest(self) -> str:
        """SHA-256 over the canonical JSON of the wording."""
        return sha256_hex(canonical({node.key: node.texts for node in self.nodes}))


def read_catalogue(folder: Path) -> Catalogue:
    """Read ``rmf-own-words.json`` and ``vocab-own-words.json`` from the folder.

    Raises BrokenCatalogue when the structure is not that of AI RMF 1.0.
    """
    words = json.loads((folder / "rmf-own-words.json").read_text(encoding="utf-8"))
    vocabulary = json.loads((folder / "vocab-own-words.json").read_text(encoding="utf-8"))
    rows = {row["id"]: row for part in ("functions", "categories") for row in vocabulary[part]}
    rows |= {row["id"]: row for row in words["subcategories"]}
    counted = len(vocabulary["functions"] + vocabulary["categories"] + words["subcategories"])
    keys = published_keys()
    if counted != len(rows) or set(rows) != set(keys):
        raise BrokenCatalogue(f"ids differ from AI RMF 1.0: {sorted(set(rows) ^ set(keys))}")
    nodes = tuple(_node(order, rows[key]) for order, key in enumerate(keys, start=1))
    scopes = Counter(node.scope for node in nodes if node.scope)
    if scopes != SCOPES:
        raise BrokenCatalogue(f"scopes differ: {dict(scopes)}")
    return Catalogue(words["framework"], words["version"], words["language"], nodes)


def published_keys() -> list[str]:
    """All 95 keys of AI RMF 1.0 in reading order: 4 functions, 19 categories, 72 subcategories."""
    keys: list[str] = []
    for function in FUNCTIONS:
        keys.append(function)
        for category, count in enumerate(SUBCATEGORIES_PER_CATEGORY[function], start=1):
            keys.append(f"{function} {category}")
            keys.extend(f"{function} {category}.{item}" for item in range(1, count + 1))
    return keys


def kind_of(key: str) -> str:
    """Level of a key in the tree: function, category or subcategory."""
    above = parent_key(key)
    if above is None:
        return "function"
    return "subcategory" if parent_key(above) else "category"


def _node(order: int, row: dict[str, Any]) -> CatalogueNode:
    texts: dict[str, str] = {
        kind: row[kind]
        for kind in ("title", "paraphrase", "question", "scope_reason")
        if kind in row
    }
    return CatalogueNode(
        key=row["id"],
        kind=kind_of(row["id"]),
        order=order,
        texts=texts,
        scope=row.get("scope", ""),
        auto_evidence=row.get("auto_evidence", False),
        evidence=tuple(row.get("evidence", ())),
        characteristics=tuple(row.get("characteristics", ())),
        records=tuple(row.get("records", ())),
        stages=tuple(row.get("stages", ())),
    )
