"""Reading data files (JSON, YAML) by a table of patterns: what matches becomes a merged field.

A pattern is a path with ``*`` for any index. What no pattern matches is kept verbatim in ``extra``
under its JSON pointer, so that nothing of a file is lost.
"""

from typing import Any

from models_registry.cards.card import Card
from models_registry.cards.figures import as_text, number
from models_registry.cards.json_tree import pointer
from models_registry.cards.wording import has_hidden_marks, one_line
from models_registry.cards.yaml_tree import Path, Tree

MAX_FIGURES = 2_000

Patterns = tuple[tuple[str, str], ...]  # “/a/*/b”, merged field


class Collector:
    """Reads one file into ``card``; ``source`` is a key of ``report.SOURCES``."""

    def __init__(self, card: Card, tree: Tree, source: str) -> None:
        self.card, self.tree, self.source = card, tree, source
        self._read: set[Path] = set()

    def collect(self, patterns: Patterns, base: Path = ()) -> None:
        """Add every text that a pattern below ``base`` matches, in the order of the table."""
        for pattern, key in patterns:
            for path, value in self._matches(pattern, base):
                if isinstance(value, str | int) and as_text(value).strip():
                    self.add(key, as_text(value), path)

    def add(self, key: str, text: str, path: Path) -> None:
        """Note ``text``, found at ``path``, as the merged field ``key``."""
        self._read.add(path)
        self.card.add(key, text, self.source, pointer(path), self.line(path))

    def metrics(self, base: Path, spelling: dict[str, str]) -> None:
        """Read the list of metrics at ``base``; ``spelling`` names the keys of the interval."""
        for path, metric in self._matches("/*", base):
            if not isinstance(metric, dict) or len(self.card.figures) >= MAX_FIGURES:
                continue
            figure = self._figure(metric, spelling, self.line(path))
            self.card.figures.append(figure)
            where = f" ({figure['slice']})" if figure["slice"] else ""
            text = f"{figure['name']} {figure['text']}{where}"
            self.card.add("evaluation_results", text, self.source, pointer(path), figure["line"])
            self._read |= {(*path, name) for name in ("type", "value", "slice") if name in metric}
            inner = (*path, spelling["interval"])
            self._read |= {(*inner, spelling["low"]), (*inner, spelling["high"])}

    def _figure(
        self, metric: dict[str, Any], spelling: dict[str, str], line: int
    ) -> dict[str, Any]:
        interval = metric.get(spelling["interval"])
        bounds = interval if isinstance(interval, dict) else {}
        written = metric.get("value")
        return {
            "model": "", "task": "", "dataset": "", "config": "", "split": "", "revision": "",
            "metric": as_text(metric.get("type")),
            "name": as_text(metric.get("type")),
            "text": as_text(written),
            "value": number(written),
            "verified": False,
            "slice": as_text(metric.get("slice")),
            "low": as_text(bounds.get(spelling["low"])),
            "high": as_text(bounds.get(spelling["high"])),
            "line": line,
        }  # fmt: skip

    def finish(self) -> None:
        """Keep what was not read, report doubtful names and keys that stood twice."""
        around = {path[:n] for path in self._read for n in range(len(path))}
        self._keep((), self.tree.data, around)
        self.card.front_matter = {}
        for again in self.tree.duplicates:
            self.card.extra.setdefault("duplicate_keys", []).append(
                {"key": again.key, "line": again.line, "value": again.value}
            )
            self.card.report.problem(
                "duplicate-key", again.line, key=again.key, first=again.first_line
            )
        names = self.card.fields.get("name", [])
        if not names:
            self.card.report.problem("no-name-key", 1)
        if any(has_hidden_marks(found["text"]) for found in names):
            self.card.report.problem("hidden-marks", names[0]["line"])

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest part around it."""
        while path and path not in self.tree.lines:
            path = path[:-1]
        return self.tree.lines.get(path, 1)

    def _matches(self, pattern: str, base: Path) -> list[tuple[Path, Any]]:
        found = [(base, at(self.tree.data, base))]
        for part in pattern.split("/")[1:]:
            found = [step for path, value in found for step in _steps(path, value, part)]
        return found

    def _keep(self, path: Path, value: Any, around: set[Path]) -> None:
        """Keep the largest parts of ``value`` in which nothing was read."""
        if path in self._read:
            return
        if path and (path not in around or not isinstance(value, dict | list)):
            self.card.extra[pointer(path)] = value
            self.card.report.keep(self.source, one_line(pointer(path)), self.line(path))
            return
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for part, inner in parts:
            self._keep((*path, part), inner, around)


def at(data: Any, path: Path) -> Any:
    """The value at ``path``, or ``None``."""
    for part in path:
        inside = isinstance(data, dict) and part in data
        if inside or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
        else:
            return None
    return data


def _steps(path: Path, value: Any, part: str) -> list[tuple[Path, Any]]:
    if part == "*":
        items = value if isinstance(value, list) else []
        return [((*path, index), inner) for index, inner in enumerate(items)]
    return [((*path, part), value[part])] if isinstance(value, dict) and part in value else []
