"""Edits of values in YAML text: front matter and MLmodel files. Found by the parser's marks."""

import json
import re
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from models_registry.cards.card import Card
from models_registry.cards.decode import Text
from models_registry.exporting.edits import Edit, newline_of, unpatchable
from models_registry.exporting.headings import FRONT_LISTS

# Read the same way by YAML 1.1 and 1.2 when written bare.
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


class Place(NamedTuple):
    """Where a value stands: its characters, its kind and its column."""

    start: int
    end: int
    kind: str  # scalar, flow, block, other
    column: int


def new_key(name: str, text: str, newline: str, indent: str = "") -> str:
    """A line ``name: text`` with its line end."""
    value = _flow(text) if name in FRONT_LISTS else scalar(text)
    return f"{indent}{name}: {value}{newline}"


def scalar(text: str, *, quoted: bool = False) -> str:
    """``text`` as a YAML scalar, quoted unless every YAML reader takes the bare word for text."""
    if not quoted and _BARE.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return escaped(json.dumps(text, ensure_ascii=False))


def escaped(text: str) -> str:
    """JSON ``text`` as YAML: what YAML takes for a line end or for unprintable is escaped."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _flow(text: str) -> str:
    return f"[{', '.join(scalar(item) for item in _items(text))}]"


def _items(text: str) -> list[str]:
    """A comma list; a text whose commas are no such list is one item."""
    items = [item.strip() for item in text.split(",")]
    if ", ".join(items) == text and all(items):
        return items
    return [text] if text else []


def replace_key(raw: str, path: tuple[str, ...], new: str, key: str) -> str:
    """The YAML text ``raw`` with another value under ``path``. Raises ``Refused``."""
    place = _places(raw).get(path)
    if place is None:
        raise unpatchable(key)
    start, end = place.start, place.end
    newline = newline_of(raw)
    if place.kind == "block" and _items(new):
        gap = newline + " " * place.column
        value = gap.join(f"- {scalar(item)}" for item in _items(new))
    elif place.kind == "block":
        start = len(raw[:start].rstrip())  # an empty list stands beside its key
        value = "[]"
    elif place.kind == "flow":
        value = _flow(new)
    elif place.kind == "other":
        value = _as_data(new, key)
    else:
        value = scalar(new, quoted=raw[start:end][:1] in ("'", '"'))
    gap = " " if raw[start - 1 : start] == ":" else ""
    return raw[:start] + gap + value + raw[end:]


def _as_data(new: str, key: str) -> str:
    """A table is shown as JSON, which is YAML as well."""
    try:
        json.loads(new)
    except ValueError as error:
        raise unpatchable(key) from error
    return new


def patch_mlmodel(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit of an MLmodel file; a field without a place goes under ``metadata``."""
    part = next(iter(card.fields.get(key, ())), None)
    raw, newline = text.raw, newline_of(text.raw)
    if part is not None:
        path = tuple(part["label"].split("/")[1:])
        return Edit(((0, len(raw), replace_key(raw, path, new, key)),))
    if not new:
        return Edit(())
    first = next(
        (p for path, p in _places(raw).items() if path[:1] == ("metadata",) and path[1:]), None
    )
    if first is not None:
        at = raw.rfind("\n", 0, first.start) + 1
        indent = raw[at : len(raw[: first.start]) - len(raw[at : first.start].lstrip(" "))]
        return Edit(((at, at, new_key(key, new, newline, indent or "  ")),))
    gap = "" if raw[-1:] in ("\n", "\r") else newline
    added = f"{gap}metadata:{newline}{new_key(key, new, newline, '  ')}"
    return Edit(((len(raw), len(raw), added),))


def _places(raw: str) -> dict[tuple[str, ...], Place]:
    """Where each value of the outer tables stands, to a depth of two keys."""
    reader = _Reader()
    try:
        for event in YAML(typ="safe", pure=True).parse(raw):
            reader.take(event)
    except (YAMLError, ValueError):
        return {}
    return reader.places


class _Reader:
    """Follows the events of one document."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, ...], Place] = {}
        self._stack: list[tuple[CollectionStartEvent, list[str | None], bool]] = []
        self._last = 0

    def take(self, event: Event) -> None:
        """Note one event."""
        if isinstance(event, ScalarEvent | AliasEvent):
            self._leaf(event)
        elif isinstance(event, CollectionStartEvent):
            self._nested()
            self._stack.append((event, [None], True))
        elif isinstance(event, CollectionEndEvent):
            self._close(event)

    def _nested(self) -> None:
        """The list around holds more than scalars."""
        if self._stack:
            event, key, _plain = self._stack[-1]
            self._stack[-1] = (event, key, False)

    def _leaf(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            self._nested()
        top = self._stack[-1] if self._stack else None
        if top and isinstance(top[0], MappingStartEvent) and top[1][0] is None:
            top[1][0] = getattr(event, "value", "")
            return
        self._last = max(self._last, event.end_mark.index)
        kind = "scalar" if isinstance(event, ScalarEvent) else "other"
        block = getattr(event, "style", None) in ("|", ">")
        self._note(event, event.end_mark.index, kind, trim=block)

    def _close(self, end: Event) -> None:
        start, _key, plain = self._stack.pop()
        if start.flow_style:
            self._last = max(self._last, end.end_mark.index)
        kind = "other" if isinstance(start, MappingStartEvent) or not plain else "block"
        if kind == "block" and start.flow_style:
            kind = "flow"
        self._note(start, max(self._last, start.start_mark.index), kind)

    def _note(self, event: Event, end: int, kind: str, *, trim: bool = False) -> None:
        if not self._stack:
            return
        path = tuple(key[0] for _e, key, _p in self._stack)
        top = self._stack[-1]
        if not isinstance(top[0], MappingStartEvent):
            return
        start = event.start_mark
        if trim:
            buffer = str(start.buffer or "")
            end = start.index + len(buffer[start.index : end].rstrip()) if buffer else end
        if len(path) <= 2 and all(path):
            name = tuple(str(part) for part in path)
            self.places.setdefault(name, Place(start.index, end, kind, start.column))
        top[1][0] = None
