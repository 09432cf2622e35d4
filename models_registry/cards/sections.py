"""The sections of a Markdown text, by the headings that a Markdown parser sees.

Headings inside code, comments and lists do not count. Every line belongs to exactly one section,
verbatim, so that nothing of a card is lost.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ledger.errors import Refused
from models_registry.cards.wording import has_hidden_marks, one_line

MAX_SECTIONS = 1_000
MAX_LABELS = 2_000

_LABEL = re.compile(r"(?:\*\*|__)([^*_\n]{1,80}?):?(?:\*\*|__)[ \t]*:?[ \t]*(.*)")


@dataclass(frozen=True)
class Label:
    """A labelled value inside a section, such as ``**Developed by:** Lantern Lending``."""

    name: str
    text: str
    line: int


@dataclass(frozen=True)
class Section:
    """A heading (level 0 and no title before the first one) and the lines up to the next.

    ``line`` counts from 1 in the whole file; ``text`` is verbatim without blank edges. It stands
    in the lines from ``body`` up to, not including, ``end``.
    """

    level: int
    title: str
    line: int
    text: str
    labels: tuple[Label, ...] = ()
    hidden_marks: bool = False
    body: int = 1
    end: int = 1


class _Head(NamedTuple):
    """A heading as written, its first line and the first line after it, both from 0."""

    level: int
    raw: str
    start: int
    body: int


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _parser()


def split(lines: list[str], first_line: int) -> list[Section]:
    """Cut ``lines`` into sections; ``first_line`` is the number of ``lines[0]`` in the file.

    Raises ``Refused`` when there are more than ``MAX_SECTIONS`` headings.
    """
    tokens = _PARSER.parse("\n".join(lines))
    heads = [_Head(0, "", 0, 0), *_headings(tokens)]
    if len(heads) > MAX_SECTIONS:
        raise Refused(
            _("The card has more than %(limit)s headings. Split it, or make them plain lines.")
            % {"limit": MAX_SECTIONS},
            code="too-large",
            field="card",
        )
    labels = _labels(tokens, first_line)
    ends = [head.start for head in heads[1:]] + [len(lines)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        text = "\n".join(lines[head.body : end]).strip("\n")
        low, high = first_line + head.start, first_line + end
        inside = tuple(label for label in labels if low <= label.line < high)
        title = one_line(head.raw, len(head.raw))
        marks = has_hidden_marks(head.raw)
        body = first_line + head.body
        found.append(Section(head.level, title, low, text, inside, marks, body, high))
    return [s for s in found if s.level or s.text.strip()]


def _headings(tokens: list[Token]) -> list[_Head]:
    """The top-level headings."""
    found = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            raw = tokens[index + 1].content
            found.append(_Head(int(token.tag[1]), raw, token.map[0], token.map[1]))
    return found


def _labels(tokens: list[Token], first_line: int) -> list[Label]:
    found: list[Label] = []
    for token in tokens:
        if token.type != "inline" or not token.map or len(found) >= MAX_LABELS:
            continue
        found += _labels_of(token.content, first_line + token.map[0])
    return found


def _labels_of(content: str, line: int) -> list[Label]:
    """Labelled values of one paragraph; following unlabelled lines belong to the value before."""
    found: list[Label] = []
    for offset, text in enumerate(content.split("\n")):
        match = _LABEL.match(text.strip())
        if match:
            found.append(Label(one_line(match[1], 80), match[2].strip(), line + offset))
        elif found:
            last = found[-1]
            found[-1] = Label(last.name, f"{last.text}\n{text.strip()}".strip(), last.line)
    return found
