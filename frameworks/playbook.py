"""Read NIST's own Playbook export (JSON, one object for each subcategory).

Pure: bytes in, ``Playbook`` out, or ``Refused`` with a sentence that says what to do.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.identifiers import canonical_key
from frameworks.models import NodeText
from ledger.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
# A file that nests deeper than this is no Playbook; the parser would use the call stack for it.
MAX_DEPTH = 12
_BULLET = re.compile(r"^\s*[-*•]\s+\S", re.MULTILINE)
# The questions stand above the reading list, which is a heading of its own.
_READING_LIST = re.compile(
    r"^#+\s*AI Transparency Resources.*", re.DOTALL | re.IGNORECASE | re.MULTILINE
)
_FIELDS = {
    NodeText.Kind.STATEMENT: "description",
    NodeText.Kind.ABOUT: "section_about",
    NodeText.Kind.ACTIONS: "section_actions",
    NodeText.Kind.DOCUMENTATION: "section_doc",
}


@dataclass(frozen=True)
class PlaybookEntry:
    """The official texts of one subcategory, Markdown, by kind of text."""

    key: str
    texts: dict[str, str]

    @property
    def suggested_actions(self) -> int:
        """Number of suggested actions (bullets)."""
        return len(_BULLET.findall(self.texts.get(NodeText.Kind.ACTIONS, "")))

    @property
    def questions(self) -> int:
        """Number of documentation questions (bullets)."""
        return len(_BULLET.findall(self.texts.get(NodeText.Kind.DOCUMENTATION, "")))


@dataclass(frozen=True)
class Playbook:
    """Entries by key, and identifiers that nobody knows (kept to be reported)."""

    entries: dict[str, PlaybookEntry]
    unknown: tuple[str, ...]


def read_playbook(data: bytes, known: Iterable[str]) -> Playbook:
    """Parse the export; ``known`` are the keys that the framework has.

    Raises Refused for anything that is not a whole, unambiguous export: too big, not UTF-8,
    not JSON, nested too deep, wrong shape, an entry without an identifier, the same
    identifier twice, a subcategory missing.
    """
    rows = _rows(data)
    wanted = set(known)
    entries: dict[str, PlaybookEntry] = {}
    unknown: list[str] = []
    for number, row in enumerate(rows, start=1):
        written = _written_id(number, row)
        key = _key_or_none(written)
        if key is None or key not in wanted:
            unknown.append(written[:80])
        elif key in entries:
            _refuse(
                _("%(key)s stands in the file twice. Take the export as NIST publishes it.")
                % {"key": key}
            )
        else:
            entries[key] = PlaybookEntry(key, _texts(key, row))
    missing = sorted(wanted - set(entries))
    if missing:
        _refuse(
            ngettext(
                "The file lacks %(count)d subcategory: %(keys)s. Take the whole export.",
                "The file lacks %(count)d subcategories, such as %(keys)s. Take the whole export.",
                len(missing),
            )
            % {"count": len(missing), "keys": ", ".join(missing[:5])}
        )
    return Playbook(entries, tuple(unknown))


def read_limited(stream: IO[bytes]) -> bytes:
    """At most one byte more than a Playbook may have, so that no huge file enters memory."""
    return stream.read(MAX_BYTES + 1)


def _refuse(message: str) -> NoReturn:
    raise Refused(message, code="broken-playbook", field="file")


def _rows(data: bytes) -> list[Any]:
    if len(data) > MAX_BYTES:
        _refuse(_("The file is larger than 10 MB; a Playbook export has about 0.4 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(_("The file is not UTF-8 text. Take the JSON export as NIST publishes it."))
    if _too_deep(text):
        _refuse(_("The file is nested too deeply to be a Playbook export."))
    try:
        rows = json.loads(text)
    except ValueError as error:
        where = getattr(error, "lineno", 1)
        _refuse(_("The file is not JSON: line %(line)d cannot be read.") % {"line": where})
    if not isinstance(rows, list) or not rows:
        _refuse(_("The file should be a list with one entry for each subcategory."))
    return rows


def _too_deep(text: str) -> bool:
    depth = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', text):
        sign = mark.group()
        if sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def _written_id(number: int, row: Any) -> str:
    written = row.get("title") if isinstance(row, dict) else None
    if not isinstance(written, str) or not written.strip():
        _refuse(_("Entry %(number)d has no identifier in “title”.") % {"number": number})
    return written.strip()


def _key_or_none(written: str) -> str | None:
    try:
        return canonical_key(written)
    except ValueError:
        return None


def _texts(key: str, row: dict[str, Any]) -> dict[str, str]:
    texts = {}
    for kind, field in _FIELDS.items():
        value = row.get(field, "")
        if not isinstance(value, str) or not _storable(value):
            _refuse(_("%(key)s: “%(field)s” is not readable text.") % {"key": key, "field": field})
        if kind == NodeText.Kind.DOCUMENTATION:
            value = _READING_LIST.sub("", value)
        if value.strip():
            texts[kind.value] = value.strip()
    if NodeText.Kind.STATEMENT not in texts:
        _refuse(_("%(key)s has no official wording in “description”.") % {"key": key})
    return texts


def _storable(text: str) -> bool:
    """Neither a NUL (PostgreSQL refuses it) nor half a surrogate pair (no UTF-8 for it)."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
