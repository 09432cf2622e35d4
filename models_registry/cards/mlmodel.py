"""MLflow's ``MLmodel`` files: YAML that says how a logged model is loaded and what it takes."""

import re
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.card import Card
from models_registry.cards.collecting import Collector, Patterns, at
from models_registry.cards.decode import Text
from models_registry.cards.figures import as_text
from models_registry.cards.formats import MLMODEL
from models_registry.cards.json_tree import load_json
from models_registry.cards.vocabulary import BY_KEY, FRONT_KEYS
from models_registry.cards.yaml_tree import Path, load

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:(\s|$)")
_PATTERNS: Patterns = (("/metadata/name", "name"), ("/artifact_path", "name"))


def is_mlmodel(text: Text) -> bool:
    """Whether the text starts as a YAML table and has MLflow's ``flavors``."""
    first = next((n for n in text.lines if n.strip() and not n.startswith("#")), "")
    if not _KEY.match(first):
        return False
    for line, following in zip(text.lines, [*text.lines[1:], ""], strict=True):
        if line.rstrip() == "flavors:" and following.startswith(" "):
            return True
        if line.rstrip() == "flavors: {}":
            return True
    return False


def read_mlmodel(card: Card, text: Text) -> None:
    """Fill ``card`` from an MLmodel file. Raises ``Refused`` with the line."""
    card.format = MLMODEL
    tree = load("\n".join(text.lines), 1)
    if not isinstance(tree.data, dict):
        raise Refused(
            _("Line 1: an MLmodel file is a table of “key: value” lines. Choose that file."),
            code="yaml",
            field="card",
        )
    collector = Collector(card, tree, "yaml")
    _metadata(collector, tree.data.get("metadata"))
    collector.collect(_PATTERNS)
    _versions(collector, tree.data)
    for side in ("inputs", "outputs", "params"):
        _signature(collector, side, at(tree.data, ("signature", side)))
    collector.finish()


def _metadata(collector: Collector, data: Any) -> None:
    """What people wrote beside the model, under the names of the front matter."""
    for name, value in data.items() if isinstance(data, dict) else ():
        key = name if name in BY_KEY else FRONT_KEYS.get(name)
        if key and name != "name" and as_text(value).strip():
            collector.add(key, as_text(value), ("metadata", name))


def _versions(collector: Collector, data: dict[str, Any]) -> None:
    """The libraries that the flavours name with their versions."""
    flavors = data.get("flavors")
    for name, flavor in flavors.items() if isinstance(flavors, dict) else ():
        for key, value in flavor.items() if isinstance(flavor, dict) else ():
            if str(key).endswith("_version") and isinstance(value, str | int):
                library = str(key).removesuffix("_version")
                collector.add("library", f"{library} {value}", ("flavors", name, key))
    if isinstance(data.get("mlflow_version"), str):
        collector.add("library", f"mlflow {data['mlflow_version']}", ("mlflow_version",))


def _signature(collector: Collector, side: str, value: Any) -> None:
    """The signature is JSON inside a YAML text: columns or tensors with their types."""
    if not isinstance(value, str) or not value.strip():
        return
    path: Path = ("signature", side)
    try:
        columns = load_json(value).data
    except Refused:
        collector.card.report.problem("signature", collector.line(path), side=side)
        return
    items = columns if isinstance(columns, list) else []
    words = [_column(column) for column in items if isinstance(column, dict)]
    text = f"**{side}**: {', '.join(words)}" if words else f"**{side}**: {value}"
    collector.add("inputs_outputs", text, path)


def _column(column: dict[str, Any]) -> str:
    tensor = column.get("tensor-spec")
    kind = column.get("type")
    if isinstance(tensor, dict):
        kind = f"{as_text(tensor.get('dtype'))} [{as_text(tensor.get('shape'))}]"
    optional = "" if column.get("required", True) is not False else f", {_('optional')}"
    return f"{as_text(column.get('name')) or '–'} ({as_text(kind)}{optional})"
