"""JSON (RFC 8259) as plain data with the line and the characters of every value.

Strict, never recursive, and limited in depth and number of values. Numbers stay text as written
(``1.10`` keeps its zero) except integers that any reader holds exactly, as in ``yaml_tree``.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.yaml_tree import Duplicate, Path, Tree

MAX_DEPTH = 40
MAX_VALUES = 100_000

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<word>true|false|null)"
    r"|(?P<sign>[{}\[\],:])"
    r")"
)
_BLANK = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class Span(NamedTuple):
    """The characters of a value in the raw text."""

    start: int
    end: int


@dataclass
class JsonTree(Tree):
    """``Tree`` with the characters of each value and of the key before it."""

    spans: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)


@dataclass
class _Open:
    """A list or table that is still being filled."""

    value: dict[str, Any] | list[Any]
    path: Path
    start: int
    key: str | None = None
    again: bool = False
    want: str = "first"  # first, item, colon, value, more


def load_json(raw: str) -> JsonTree:
    """Read one JSON document. Raises ``Refused`` with the line for anything else."""
    reader = _Reader(raw)
    reader.read()
    return reader.tree


def pointer(path: Path) -> str:
    """``path`` as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def path_of(text: str) -> tuple[str, ...]:
    """The parts of a JSON pointer; indices stay text."""
    return tuple(p.replace("~1", "/").replace("~0", "~") for p in text.split("/")[1:])


class _Reader:
    """Takes tokens one by one."""

    def __init__(self, raw: str) -> None:
        self.tree = JsonTree()
        self._raw = raw
        self._breaks = [found.end() for found in _LINE_END.finditer(raw)]
        self._stack: list[_Open] = []
        self._values = 0
        self._done = False

    def line(self, at: int) -> int:
        """The line (from 1) of a character."""
        return bisect_right(self._breaks, at) + 1

    def read(self) -> None:
        """Read to the end. Raises ``Refused``."""
        at, raw = 0, self._raw
        end = len(raw)
        while (at_token := self._skip(at)) < end:
            found = _TOKEN.match(raw, at_token)
            if found is None or self._done:
                raise self._broken(at_token)
            self._take(found, at_token)
            at = found.end()
        if not self._done:
            raise self._wrong(end, _("it ends before it is complete"))

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self._raw, at)
        return found.end() if found else at

    def _broken(self, at: int) -> Refused:
        if self._done:
            return self._wrong(at, _("more text follows after its end"))
        if self._raw[at] == '"':
            return self._wrong(at, _("a text is not closed or holds a wrong escape"))
        return self._wrong(at, _("“%(sign)s” does not belong here") % {"sign": self._raw[at]})

    def _wrong(self, at: int, problem: str) -> Refused:
        return Refused(
            _(
                "The JSON is broken at line %(line)s: %(problem)s. Correct that line and import "
                "the file again."
            )
            % {"line": self.line(at), "problem": problem},
            code="json",
            field="card",
        )

    def _take(self, found: re.Match[str], at: int) -> None:
        sign = found["sign"]
        if sign in ("{", "["):
            self._open(sign, at)
        elif sign in ("}", "]"):
            self._close(sign, at, found.end())
        elif sign:
            self._separate(sign, at)
        elif self._wants_key():
            self._name(found, at)
        else:
            self._put(self._scalar(found, at), at, found.end())

    def _wants_key(self) -> bool:
        top = self._stack[-1] if self._stack else None
        return top is not None and isinstance(top.value, dict) and top.want in ("first", "item")

    def _scalar(self, found: re.Match[str], at: int) -> Any:
        if found["string"] is not None:
            return self._text(found["string"], at)
        if found["word"] is not None:
            return _WORDS[found["word"]]
        number = found["number"]
        return int(number) if _INTEGER.fullmatch(number) and number != "-0" else number

    def _text(self, token: str, at: int) -> str:
        text: str = json.loads(token) if "\\" in token else token[1:-1]
        if _UNSTORABLE.search(text):
            raise self._wrong(
                at, _("it holds a character that is no text (NUL or half a surrogate pair)")
            )
        return text

    def _name(self, found: re.Match[str], at: int) -> None:
        if found["string"] is None:
            raise self._wrong(at, _("a key in quotes is expected"))
        top = self._stack[-1]
        top.key = self._text(found["string"], at)
        top.again = top.key in top.value
        top.want = "colon"
        if not top.again:
            self.tree.keys[(*top.path, top.key)] = at

    def _separate(self, sign: str, at: int) -> None:
        top = self._stack[-1] if self._stack else None
        wanted = {"colon": ":", "more": ","}.get(top.want) if top else None
        if top is None or sign != wanted:
            raise self._wrong(at, _("“%(sign)s” does not belong here") % {"sign": sign})
        top.want = "value" if sign == ":" else "item"

    def _expects_value(self, at: int) -> None:
        top = self._stack[-1] if self._stack else None
        allowed = ("value",) if top and isinstance(top.value, dict) else ("first", "item")
        if top is not None and top.want not in allowed:
            raise self._wrong(at, _("a comma, a colon or a bracket is missing before it"))

    def _open(self, sign: str, at: int) -> None:
        self._expects_value(at)
        if len(self._stack) >= MAX_DEPTH:
            raise self._wrong(
                at,
                _("lists and tables are nested deeper than %(limit)s levels")
                % {"limit": MAX_DEPTH},
            )
        self._stack.append(_Open({} if sign == "{" else [], self._next_path(), at))

    def _close(self, sign: str, at: int, end: int) -> None:
        top = self._stack[-1] if self._stack else None
        fits = top is not None and isinstance(top.value, dict) == (sign == "}")
        if top is None or not fits or top.want not in ("first", "more"):
            raise self._wrong(at, _("“%(sign)s” does not belong here") % {"sign": sign})
        self._stack.pop()
        self._put(top.value, top.start, end)

    def _next_path(self) -> Path:
        if not self._stack:
            return ()
        top = self._stack[-1]
        last = len(top.value) if isinstance(top.value, list) else str(top.key)
        if top.again:
            last = f"{last} (again)"
        return (*top.path, last)

    def _put(self, value: Any, at: int, end: int) -> None:
        self._expects_value(at)
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._wrong(at, _("more than %(limit)s values") % {"limit": MAX_VALUES})
        path, line = self._next_path(), self.line(at)
        top = self._stack[-1] if self._stack else None
        if top is None:
            self.tree.data, self._done = value, True
        elif isinstance(top.value, list):
            top.value.append(value)
        elif top.again:
            first = self.tree.lines.get((*top.path, str(top.key)), 1)
            self.tree.duplicates.append(Duplicate(str(top.key), line, first, value))
            top.again, top.want = False, "more"
            return
        else:
            top.value[str(top.key)] = value
        if top is not None:
            top.want = "more"
        self.tree.lines[path] = line
        self.tree.spans[path] = Span(at, end)
