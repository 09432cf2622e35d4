"""Read NIST's own Playbook export (JSON, one object for each subcategory).

Pure: bytes in, ``Playbook`` out, or ``Refused`` with a sentence that says what to do.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.identifiers import canonical_key
from frameworks.json_files import is_storable, read_json
from frameworks.models import NodeText
from ledger.errors import Refused

CODE = "broken-playbook"
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


def _refuse(message: str) -> NoReturn:
    raise Refused(message, code=CODE, field="file")


def _rows(data: bytes) -> list[Any]:
    rows = read_json(data, depth=MAX_DEPTH, code=CODE)
    if not isinstance(rows, list) or not rows:
        _refuse(_("The file should be a list with one entry for each subcategory."))
    return rows


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
        if not isinstance(value, str) or not is_storable(value):
            _refuse(_("%(key)s: “%(field)s” is not readable text.") % {"key": key, "field": field})
        if kind == NodeText.Kind.DOCUMENTATION:
            value = _READING_LIST.sub("", value)
        if value.strip():
            texts[kind.value] = value.strip()
    if NodeText.Kind.STATEMENT not in texts:
        _refuse(_("%(key)s has no official wording in “description”.") % {"key": key})
    return texts
