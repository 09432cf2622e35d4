"""Figures from a card's ``model-index``, with each number as it was written.

The structure is Hugging Face's: models → results (task, dataset) → metrics.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from models_registry.cards.yaml_tree import Path, Tree

MAX_FIGURES = 2_000

_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")

Figure = dict[str, Any]
Malformed = tuple[int, str]  # line and what is wrong, a key of report.PROBLEMS


def read_figures(tree: Tree) -> tuple[list[Figure], list[Malformed]]:
    """All metrics of ``model-index`` and the places that do not have its shape.

    A figure has: model, task, dataset, config, split, revision, metric, name, text (the number as
    written), value (float or ``None``), verified, line.
    """
    figures: list[Figure] = []
    bad: list[Malformed] = []
    data = tree.data.get("model-index") if isinstance(tree.data, dict) else None
    if data is None:
        return figures, bad
    for model, path in _items(data, ("model-index",), tree, bad):
        results = model.get("results")
        for result, inner in _items(results, (*path, "results"), tree, bad):
            metrics = result.get("metrics")
            for metric, last in _items(metrics, (*inner, "metrics"), tree, bad):
                if len(figures) >= MAX_FIGURES:
                    bad.append((_line(tree, last), "too-many-figures"))
                    return figures, bad
                figures.append(_figure(model, result, metric, _line(tree, last)))
    return figures, bad


def _items(
    value: Any, path: Path, tree: Tree, bad: list[Malformed]
) -> Iterator[tuple[dict[str, Any], Path]]:
    """The tables in the list ``value``; anything else is noted as malformed."""
    if not isinstance(value, list):
        bad.append((_line(tree, path), "not-a-list"))
        return
    for index, item in enumerate(value):
        where = (*path, index)
        if isinstance(item, dict):
            yield item, where
        else:
            bad.append((_line(tree, where), "not-a-table"))


def _line(tree: Tree, path: Path) -> int:
    """The line of ``path``, or of the nearest part around it (aliases have no own lines)."""
    while path and path not in tree.lines:
        path = path[:-1]
    return tree.lines.get(path, 1)


def _figure(
    model: dict[str, Any], result: dict[str, Any], metric: dict[str, Any], line: int
) -> Figure:
    task, dataset = _table(result.get("task")), _table(result.get("dataset"))
    written = metric.get("value")
    return {
        "model": as_text(model.get("name")),
        "task": as_text(task.get("name") or task.get("type")),
        "dataset": as_text(dataset.get("name") or dataset.get("type")),
        "config": as_text(dataset.get("config")),
        "split": as_text(dataset.get("split")),
        "revision": as_text(dataset.get("revision")),
        "metric": as_text(metric.get("type")),
        "name": as_text(metric.get("name") or metric.get("type")),
        "text": as_text(written),
        "value": number(written),
        "verified": metric.get("verified") is True,
        "line": line,
    }


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """``value`` as a finite float, if it is written as a plain number; a percentage is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if not _NUMBER.fullmatch(str(value)):
        return None
    result = float(value)
    return result if math.isfinite(result) else None


def as_text(value: Any) -> str:
    """A front-matter value as a person would write it: text, comma list, or JSON for the rest."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(v, str | int) for v in value):
        return ", ".join(as_text(v) for v in value)
    return json.dumps(value, ensure_ascii=False)
