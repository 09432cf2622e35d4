"""Walking through a document of others: what is taken, and what nobody took."""

from collections.abc import Callable, Iterator
from typing import Any

from incidents.exchange.record import Unmapped
from models_registry.cards.json_tree import pointer
from models_registry.cards.yaml_tree import Path

EMPTY = "empty"
NO_PLACE = "no_place"
ODD = "odd"

ABSENT = object()


def is_text(value: Any) -> bool:
    """Whether ``value`` is text."""
    return isinstance(value, str)


def is_texts(value: Any) -> bool:
    """Whether ``value`` is a list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_rows(value: Any) -> bool:
    """Whether ``value`` is a list of tables."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def is_flat_rows(value: Any) -> bool:
    """Whether ``value`` is a list of tables whose every value is text."""
    return is_rows(value) and all(is_text(cell) for row in value for cell in row.values())


class Taker:
    """A document of others, part by part. What no reader takes ends in ``unmapped``.

    A part is taken whole or not at all, so that it can be written out again word for word. What
    is empty stays untaken: written out again it is empty, not absent.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._taken: set[Path] = set()
        self._odd: set[Path] = set()

    def peek(self, *path: str) -> Any:
        """The value at ``path``, or ``ABSENT``; it stays untaken."""
        value: Any = self._document
        for part in path:
            if not isinstance(value, dict) or part not in value:
                return ABSENT
            value = value[part]
        return value

    def take(self, *path: str, fits: Callable[[Any], bool]) -> Any:
        """Take the value at ``path`` if it ``fits``; ``None`` when it is absent, null or odd."""
        value = self.peek(*path)
        if value is ABSENT or value is None:
            return None
        if not fits(value):
            self._odd.add(path)
            return None
        if value not in ("", [], {}):
            self._taken.add(path)
        return value

    def text(self, *path: str) -> str:
        """Take a text; empty when there is none."""
        return self.take(*path, fits=is_text) or ""

    def texts(self, *path: str) -> list[str]:
        """Take a list of texts."""
        return self.take(*path, fits=is_texts) or []

    def rows(self, *path: str, flat: bool = True) -> list[dict[str, Any]]:
        """Take a list of tables."""
        return self.take(*path, fits=is_flat_rows if flat else is_rows) or []

    def unmapped(self) -> list[Unmapped]:
        """Every part that nobody took: its path (RFC 6901), its value, and why."""
        return [
            {"path": pointer(path), "value": value, "why": self._why(path, value)}
            for path, value in self._left(self._document, ())
        ]

    def _left(self, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        if path in self._taken:
            return
        if isinstance(value, dict) and value and path not in self._odd:
            for key, item in value.items():
                yield from self._left(item, (*path, key))
        else:
            yield path, value

    def _why(self, path: Path, value: Any) -> str:
        if path in self._odd:
            return ODD
        return EMPTY if value in (None, "", [], {}) else NO_PLACE


def put(document: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set the value at ``path``, making the tables on the way.

    A value on the way that is no table stays as it is, and nothing is set.
    """
    *way, last = path
    place = document
    for part in way:
        found = place.setdefault(part, {})
        if not isinstance(found, dict):
            return
        place = found
    place[last] = value
