"""Edits of values in JSON text, found by their spans."""

import json
import re
from typing import Any

from models_registry.cards.card import Card
from models_registry.cards.collecting import at
from models_registry.cards.cyclonedx import PROPERTY, model_paths
from models_registry.cards.decode import Text
from models_registry.cards.json_tree import JsonTree, load_json, pointer
from models_registry.cards.mct import OWN
from models_registry.cards.yaml_tree import Path
from models_registry.exporting.edits import Edit, unpatchable

# Where a field goes that the file does not have yet; “-” is a new item of a list.
_MCT_HOMES: dict[str, Path] = {
    "name": ("model_details", "name"),
    "version": ("model_details", "version", "name"),
    "summary": ("model_details", "overview"),
    "developers": ("model_details", "owners", "-", "name"),
    "contact": ("model_details", "owners", "-", "contact"),
    "license": ("model_details", "licenses", "-", "custom_text"),
    "references": ("model_details", "references", "-", "reference"),
    "citation": ("model_details", "citations", "-", "citation"),
    "model_type": ("model_parameters", "model_architecture"),
    "training_data": ("model_parameters", "data", "-", "description"),
    "inputs_outputs": ("model_parameters", "input_format"),
    "intended_use": ("considerations", "use_cases", "-", "description"),
    "limitations": ("considerations", "limitations", "-", "description"),
    "risks": ("considerations", "ethical_considerations", "-", "name"),
    "oversight": ("considerations", "ethical_considerations", "-", "mitigation_strategy"),
}
_SAID: Path = ("modelCard", "considerations")
_PARAMETERS: Path = ("modelCard", "modelParameters")
_CYCLONEDX_HOMES: dict[str, Path] = {
    "name": ("name",),
    "version": ("version",),
    "summary": ("description",),
    "developers": ("authors", "-", "name"),
    "license": ("licenses", "-", "license", "name"),
    "tags": ("tags", "-"),
    "model_type": (*_PARAMETERS, "task"),
    "training_data": (*_PARAMETERS, "datasets", "-", "description"),
    "inputs_outputs": (*_PARAMETERS, "inputs", "-", "format"),
    "intended_use": (*_SAID, "useCases", "-"),
    "limitations": (*_SAID, "technicalLimitations", "-"),
    "risks": (*_SAID, "ethicalConsiderations", "-", "name"),
    "oversight": (*_SAID, "ethicalConsiderations", "-", "mitigationStrategy"),
    "factors": (*_SAID, "fairnessAssessments", "-", "groupAtRisk"),
}


def patch_mct(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit of a Model Card Toolkit file. Raises ``Refused``."""
    tree = load_json(text.raw)
    home = _MCT_HOMES.get(key, ("model_details", OWN, key))
    return _patch(tree, text.raw, card, (key, new), home, new)


def patch_cyclonedx(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit of a CycloneDX file. Raises ``Refused``."""
    tree = load_json(text.raw)
    base = model_paths(tree)[0]
    home = _CYCLONEDX_HOMES.get(key)
    value: Any = new
    if key == "training_data":
        home, value = (*_PARAMETERS, "datasets", "-"), {"type": "dataset", "description": new}
    if home is None:
        home, value = ("modelCard", "properties", "-"), {"name": PROPERTY + key, "value": new}
    return _patch(tree, text.raw, card, (key, new), (*base, *home), value)


def _patch(
    tree: JsonTree, raw: str, card: Card, change: tuple[str, str], home: Path, value: Any
) -> Edit:
    key, new = change
    part = next(iter(card.fields.get(key, ())), None)
    if part is None:
        return _insert(tree, raw, home, value, key) if new else Edit(())
    path = next(path for path in tree.spans if pointer(path) == part["label"])
    if isinstance(at(tree.data, path), dict | list):
        raise unpatchable(key)
    span = tree.spans[path]
    return Edit(((span.start, span.end, dumped(new, raw)),))


def _insert(tree: JsonTree, raw: str, home: Path, value: Any, key: str) -> Edit:
    """Add ``value`` at ``home``, with the tables and lists around it that are missing."""
    depth = next(n for n in range(len(home), -1, -1) if home[:n] in tree.spans)
    if depth == len(home):  # a blank text stands there
        span = tree.spans[home]
        return Edit(((span.start, span.end, dumped(value, raw)),))
    for part in reversed(home[depth + 1 :]):
        value = [value] if part == "-" else {part: value}
    around, name = at(tree.data, home[:depth]), home[depth]
    if not isinstance(around, list if name == "-" else dict):
        raise unpatchable(key)
    item = dumped(value, raw) if name == "-" else f"{json.dumps(name)}: {dumped(value, raw)}"
    return Edit((member(tree, raw, home[:depth], around, item),))


def member(tree: JsonTree, raw: str, path: Path, around: Any, item: str) -> tuple[int, int, str]:
    """``item`` as the last member of ``around``, indented like the first one."""
    start = tree.spans[path].start + 1
    if not around:
        return start, start, item
    names = list(around) if isinstance(around, dict) else list(range(len(around)))
    first = (*path, names[0])
    gap = raw[start : tree.keys.get(first, tree.spans[first].start)]
    end = tree.spans[(*path, names[-1])].end
    return end, end, f",{gap}{item}"


def removal(tree: JsonTree, raw: str, path: Path) -> tuple[int, int, str]:
    """Taking the member of a table at ``path`` away, with the comma that goes with it."""
    start, end = tree.keys[path], tree.spans[path].end
    after = re.match(r"\s*,\s*", raw[end:])
    if after:
        return start, end + after.end(), ""
    before = re.search(r"\s*,\s*\Z", raw[:start])
    return (before.start() if before else start), end, ""


def dumped(value: Any, raw: str) -> str:
    """JSON in the manner of the file: escaped where it has nothing but ASCII."""
    return json.dumps(value, ensure_ascii=raw.isascii())
