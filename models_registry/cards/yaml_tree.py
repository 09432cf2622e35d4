"""YAML 1.2 as plain data with line numbers, built from parser events.

No object is ever constructed: scalars stay text as written (``no`` is a word, ``1.10`` keeps its
zero) except null, true, false and integers that a JSON number holds exactly. Building from events
instead of a composer makes depth, aliases and size checkable before anything grows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from ledger.errors import Refused

MAX_CHARS = 512_000
MAX_DEPTH = 40
MAX_ALIASES = 100
MAX_EVENTS = 40_000  # about 20,000 values; a large model-index has 10,000
MAX_WEIGHT = 2_000_000  # characters after aliases are expanded

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

# The types that this module reads anyway; any other tag asks for an object of some program.
_TAGS = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")
}

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Duplicate:
    """A key that stands twice in one table: the first value is used, this one is kept aside."""

    key: str
    line: int
    first_line: int
    value: Any


@dataclass
class Tree:
    """The data, the line (from 1) where each value starts, and keys that stood twice."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    duplicates: list[Duplicate] = field(default_factory=list)


@dataclass
class _Open:
    """A list or table that is still being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    anchor: str | None
    start_weight: int
    line: int
    height: int = 1
    key: str | None = None
    duplicate_of: int | None = None


def load(text: str, first_line: int) -> Tree:
    """Read one YAML document whose first line is line ``first_line`` of the file.

    Raises ``Refused`` with the line number for anything that is not safe, small, plain YAML.
    """
    if len(text) > MAX_CHARS:
        raise Refused(
            _("The YAML has more than %(limit)s characters. Move results into the text or a file.")
            % {"limit": MAX_CHARS},
            code="too-large",
            field="card",
        )
    _check_brackets(text, first_line)
    builder = _Builder(first_line)
    for event in _events(text, first_line):
        builder.take(event)
    return builder.tree


def _check_brackets(text: str, first_line: int) -> None:
    """The scanner needs quadratic time for deep brackets, so they are counted before it runs."""
    depth = 0
    for found in re.finditer(r"[\[{}\]]", text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH * 4:
            raise _too_deep(first_line + text.count("\n", 0, found.start()))


def _events(text: str, first_line: int) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        raise _marked(error, first_line) from error
    except (YAMLError, ValueError, OverflowError) as error:
        raise _at(first_line, str(error).splitlines()[0][:200]) from error


def _marked(error: MarkedYAMLError, first_line: int) -> Refused:
    """The parser's words, with the line where the trouble began if it is another one."""
    start, end = error.context_mark, error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or _("it cannot be read"))
    if start and end and start.line != end.line:
        problem += _(" (begun in line %(line)s)") % {"line": first_line + start.line}
    return _at(first_line + (end.line if end else 0), problem)


def _at(line: int, problem: str) -> Refused:
    return Refused(
        _(
            "The YAML is broken at line %(line)s: %(problem)s. Correct that line and import "
            "the file again."
        )
        % {"line": line, "problem": problem.rstrip(".")},
        code="yaml",
        field="card",
    )


def _too_deep(line: int) -> Refused:
    return _at(
        line, _("lists and tables are nested deeper than %(limit)s levels") % {"limit": MAX_DEPTH}
    )


class _Builder:
    """Takes events one by one; never recurses."""

    def __init__(self, first_line: int) -> None:
        self.tree = Tree()
        self._first = first_line
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}  # value, weight, height
        self._aliases = 0
        self._weight = 0
        self._documents = 0
        self._events = 0

    def take(self, event: Event) -> None:
        """Add one event to the tree. Raises ``Refused``."""
        line = self._first + event.start_mark.line
        self._events += 1
        if self._events > MAX_EVENTS:
            raise _at(line, _("more than %(limit)s entries") % {"limit": MAX_EVENTS})
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _at(line, _("a second YAML document starts here"))
        elif isinstance(event, AliasEvent):
            self._alias(event.anchor, line)
        elif isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, CollectionStartEvent):
            self._open(event, line)
        elif isinstance(event, CollectionEndEvent):
            self._close()

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        text = event.value
        _check_tag(event, line)
        if _UNSTORABLE.search(text):
            raise _at(
                line, _("it holds a character that is no text (NUL or half a surrogate pair)")
            )
        self._grow(len(text) + 1, line)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._name(top, text, line)
            return
        value = _plain(text) if event.implicit[0] and event.style is None else text
        self._anchor(event, value, len(text) + 1)
        self._put(value, line)

    def _name(self, top: _Open, key: str, line: int) -> None:
        top.key = key
        path = (*top.path, key)
        top.duplicate_of = self.tree.lines.get(path) if key in top.value else None
        self.tree.lines.setdefault(path, line)

    def _open(self, event: CollectionStartEvent, line: int) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _too_deep(line)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise _at(line, _("a key is a list or a table; quote it if it is text"))
        _check_tag(event, line)
        self._grow(1, line)
        value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
        path = self._next_path()
        self._stack.append(_Open(value, path, event.anchor, self._weight, line))

    def _close(self) -> None:
        done = self._stack.pop()
        if done.anchor:
            weight = self._weight - done.start_weight + 1
            self._anchors[done.anchor] = (done.value, weight, done.height)
        self._raise(done.height)
        self._put(done.value, done.line)

    def _alias(self, name: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise _at(line, _("more than %(limit)s references to anchors") % {"limit": MAX_ALIASES})
        if name not in self._anchors:
            raise _at(
                line, _("the anchor “%(name)s” is not complete before this line") % {"name": name}
            )
        value, weight, height = self._anchors[name]
        self._grow(weight, line)
        if len(self._stack) + height > MAX_DEPTH:
            raise _too_deep(line)
        self._raise(height)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise _at(line, _("a reference cannot be a key; write the key out"))
        self._put(value, line)

    def _anchor(self, event: NodeEvent, value: Any, weight: int) -> None:
        if event.anchor:
            self._anchors[event.anchor] = (value, weight, 0)

    def _raise(self, height: int) -> None:
        """A child of this height closed: the list or table around it is one higher."""
        if self._stack:
            top = self._stack[-1]
            top.height = max(top.height, height + 1)

    def _next_path(self) -> Path:
        if not self._stack:
            return ()
        top = self._stack[-1]
        last = len(top.value) if isinstance(top.value, list) else str(top.key)
        return (*top.path, last)

    def _put(self, value: Any, line: int) -> None:
        if not self._stack:
            self.tree.data = value
            return
        top, path = self._stack[-1], self._next_path()
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.duplicate_of is not None:
            self.tree.duplicates.append(Duplicate(str(top.key), line, top.duplicate_of, value))
            top.key = top.duplicate_of = None
            return
        else:
            top.value[str(top.key)] = value
            top.key = None
        self.tree.lines.setdefault(path, line)

    def _grow(self, by: int, line: int) -> None:
        self._weight += by
        if self._weight > MAX_WEIGHT:
            raise _at(line, _("references to anchors make the document too large"))


def _check_tag(event: ScalarEvent | CollectionStartEvent, line: int) -> None:
    tag = str(event.tag or "")
    if tag and tag != "!" and tag not in _TAGS:
        raise _at(
            line, _("the tag “%(tag)s” asks for more than data; remove it") % {"tag": tag[:80]}
        )


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) and text != "-0" else text
