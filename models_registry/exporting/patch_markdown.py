"""Edits of Markdown cards: section texts, labelled lines, the title, keys of the front matter."""

import re

from models_registry.cards.card import Card, Found
from models_registry.cards.decode import Text
from models_registry.cards.formats import HUGGING_FACE
from models_registry.cards.front import Front, find
from models_registry.cards.sections import Section, split
from models_registry.cards.vocabulary import fields_for_heading
from models_registry.exporting.edits import Edit, line_starts, newline_of, unpatchable
from models_registry.exporting.headings import FRONT_HOMES, HEADINGS
from models_registry.exporting.patch_yaml import new_key, replace_key

_LABEL = re.compile(r"(?:\*\*|__)[^*_\n]{1,80}?:?(?:\*\*|__)[ \t]*:?[ \t]*")


class _Page:
    """A Markdown card with its lines, sections and front matter."""

    def __init__(self, text: Text) -> None:
        self.raw, self.lines = text.raw, text.lines
        self.starts = line_starts(text.raw)
        self.newline = newline_of(text.raw)
        self.front: Front = find(text.lines)
        self.sections = split(self.front.body, self.front.body_line)

    def at(self, line: int) -> int:
        """Where line ``line`` (from 1) starts."""
        return self.starts[min(line, len(self.starts)) - 1]

    def end_of(self, line: int) -> int:
        """The end of line ``line`` without its line end."""
        return self.at(line) + len(self.lines[line - 1])

    def native(self, text: str) -> str:
        """``text`` with the line ends of the file."""
        return text.replace("\n", self.newline)

    def section_at(self, line: int) -> Section | None:
        """The section that holds the line."""
        return next((s for s in self.sections if s.line <= line < s.end), None)


def patch_markdown(text: Text, card: Card, key: str, new: str) -> Edit:
    """The edit that makes ``new`` the first text of ``key``. Raises ``Refused``."""
    page = _Page(text)
    part = next((p for p in card.fields.get(key, ()) if p["label"] != "model-index"), None)
    if part is None:
        return _add(page, card, key, new)
    if part["source"] == "front":
        return _front(page, part, key, new)
    section = page.section_at(part["line"])
    if section is None:
        raise unpatchable(key)
    if part["source"] == "label":
        return _label(page, section, part, new)
    if key == "name" and "name" not in fields_for_heading(section.title):
        return _title(page, section, part["text"], new)
    if part["text"] != section.text:  # a sub-section that carries its heading as a bold line
        return _sub_section(page, section, new)
    return _body(page, section, new)


def _front(page: _Page, part: Found, key: str, new: str) -> Edit:
    low, high = page.front.first_line, page.front.body_line - 1
    start, end = page.at(low), page.at(high)
    inner = replace_key(page.raw[start:end], (part["label"],), new, key)
    return Edit(((start, end, inner),))


def _body(page: _Page, section: Section, new: str) -> Edit:
    """Replace the text of a section between its blank edges."""
    filled = [n for n in range(section.body, section.end) if page.lines[n - 1]]
    low, high = section.line, section.end
    if filled:
        start, end = page.at(filled[0]), page.end_of(filled[-1])
        return Edit(((start, end, page.native(new)),), low, high, frozenset({0, -1}))
    return Edit((_insertion(page, section.body, section.end, new),), low, high)


def _insertion(page: _Page, line: int, end: int, new: str) -> tuple[int, int, str]:
    """``new`` as a paragraph of its own in the empty lines from ``line`` up to ``end``."""
    at = page.at(end)
    before = "" if end - line >= 1 else "\n"
    if at and page.raw[at - 1] not in "\r\n":
        before = "\n\n"
    after = "\n\n" if at < len(page.raw) else "\n"
    return at, at, page.native(f"{before}{new}{after}")


def _sub_section(page: _Page, section: Section, new: str) -> Edit:
    """Replace heading and text of a sub-section, or its text when ``new`` keeps the heading."""
    head = f"**{section.title}**\n\n"
    if new.startswith(head):
        return _body(page, section, new.removeprefix(head))
    last = max(n for n in range(section.line, section.end) if page.lines[n - 1])
    above = [s.line for s in page.sections if s.line < section.line]
    piece = (page.at(section.line), page.end_of(last), page.native(new))
    return Edit((piece,), above[-1] if above else section.line, section.end, frozenset({-1}))


def _label(page: _Page, section: Section, part: Found, new: str) -> Edit:
    """Replace what stands behind ``**Label:**`` and in the lines that continue it."""
    first, count = part["line"], part["text"].count("\n")
    found = _LABEL.search(page.lines[first - 1])
    if found is None:
        raise unpatchable("summary")
    start = page.at(first) + found.end()
    gap = "" if found[0].endswith((" ", "\t")) or not new else " "
    lines = new.split("\n")
    indent = " " * found.start()
    body = page.native("\n".join([gap + lines[0], *(indent + line for line in lines[1:])]))
    return Edit(((start, page.end_of(first + count), body),), section.line, section.end)


def _title(page: _Page, section: Section, old: str, new: str) -> Edit:
    """Put another name into the first heading."""
    start = page.at(section.line)
    last = max(section.line, section.body - 1)
    end = page.end_of(last)
    head = page.raw[start:end]
    name = " ".join(new.split())
    piece = head.replace(old, name, 1) if old and old in head else f"# {name}"
    return Edit(((start, end, piece),), section.line, section.end, frozenset({0, -1}))


def _add(page: _Page, card: Card, key: str, new: str) -> Edit:
    """Give the field its first place: an empty section of its name, a key, a new section."""
    if not new:
        return Edit(())
    empty = [s for s in page.sections if not s.text and key in _fields(card, s)]
    own = [s for s in empty if key in fields_for_heading(s.title)] or empty
    if own and key != "name":
        return _body(page, own[0], new)
    short = "\n" not in new and len(new) <= 200
    if card.format == HUGGING_FACE and key in FRONT_HOMES and short:
        at = page.at(page.front.body_line - 1)
        return Edit(((at, at, new_key(FRONT_HOMES[key], new, page.newline)),))
    if key == "name":
        return _top(page, f"# {new}")
    if key == "summary" and not any(s.level == 0 for s in page.sections):
        title = [s for s in page.sections if "summary" in _fields(card, s)]
        if not title:
            return _top(page, new)
    return _append(page, f"## {HEADINGS[key]}\n\n{new}\n")


def _fields(card: Card, section: Section) -> list[str]:
    return next((s["fields"] for s in card.sections if s["line"] == section.line), [])


def _top(page: _Page, text: str) -> Edit:
    """``text`` as the first paragraph of the Markdown."""
    line = page.front.body_line
    at = page.at(line) if line <= len(page.lines) else len(page.raw)
    before = "\n" if page.front.text is not None else ""
    if at and page.raw[at - 1] not in "\r\n":
        before = "\n\n"
    after = "\n" if page.raw[at : at + 1] in ("\r", "\n", "") else "\n\n"
    high = page.sections[0].end if page.sections else line
    return Edit(((at, at, page.native(before + text + after)),), line, high, frozenset({0, 1}))


def _append(page: _Page, text: str) -> Edit:
    """``text`` as the last section."""
    raw = page.raw
    gap = "\n\n" if raw[-1:] not in ("\r", "\n") else "\n"
    if re.search(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z", raw):
        gap = ""
    last = len(page.lines)
    return Edit(((len(raw), len(raw), page.native(gap + text)),), last, last + 1, frozenset({1}))
