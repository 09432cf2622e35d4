"""Read the wording of NIST AI 600-1 (JSON with ``actions``: id, subcategory, action, page).

Pure: bytes in, ``GenAIWording`` out, or ``Refused`` with a sentence that says what to do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frameworks.identifiers import SHORT_FORMS, canonical_key
from frameworks.json_files import is_storable, read_json
from ledger.errors import Refused

CODE = "broken-genai-profile"
MAX_DEPTH, MAX_TEXT = 12, 10_000
_NAME = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"id"\s*:\s*"nist-ai-600-1"')
# The document prints one identifier as GV4.3--001.
_ACTION = re.compile(r"\s*(GV|MP|MS|MG)-?(\d{1,2}\.\d{1,2})-{1,2}(\d{3})\s*", re.ASCII)


@dataclass(frozen=True)
class GenAIWording:
    """The official text of each action, the printed page where it is stated, and leftovers."""

    texts: dict[str, str]
    pages: dict[str, int]
    unknown: tuple[str, ...]


def names_genai_profile(data: bytes) -> bool:
    """Whether a JSON object calls itself NIST AI 600-1 at its beginning."""
    return _NAME.match(data) is not None


def action_key(written: str) -> str | None:
    """``GV-1.1-001`` from any printed form; None when it is none."""
    match = _ACTION.fullmatch(written)
    return f"{match[1]}-{match[2]}-{match[3]}" if match else None


def read_genai_profile(data: bytes, known: Mapping[str, str]) -> GenAIWording:
    """Parse the file; ``known`` are subcategories by action identifier, as the profile has them.

    Raises Refused for a file of another shape, an action that stands twice, under another
    subcategory or without text, and when one of the known actions is missing.
    """
    content = read_json(data, depth=MAX_DEPTH, code=CODE)
    rows = content.get("actions") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows:
        _refuse(_("The file should hold the actions of NIST AI 600-1 in a list “actions”."))
    texts: dict[str, str] = {}
    pages: dict[str, int] = {}
    unknown: list[str] = []
    for number, row in enumerate(rows, start=1):
        written = _written(number, row)
        key = action_key(written)
        if key is None or key not in known:
            unknown.append(written[:80])
            continue
        if key in texts:
            _refuse(_("%(key)s stands in the file twice.") % {"key": key})
        _check_place(key, row, known[key])
        texts[key] = _text(key, row)
        if isinstance(row.get("page"), int) and 0 < row["page"] < 1000:
            pages[key] = row["page"]
    _check_whole(set(known) - set(texts))
    return GenAIWording(texts, pages, tuple(unknown))


def _refuse(message: str) -> NoReturn:
    raise Refused(message, code=CODE, field="file")


def _written(number: int, row: Any) -> str:
    written = row.get("id") if isinstance(row, dict) else None
    if not isinstance(written, str) or not written.strip():
        _refuse(_("Action %(number)d has no identifier in “id”.") % {"number": number})
    return written.strip()


def _check_place(key: str, row: dict[str, Any], subcategory: str) -> None:
    """The subcategory stands in the identifier of the action, and where stated it agrees."""
    stated = row.get("subcategory", subcategory)
    try:
        agrees = isinstance(stated, str) and canonical_key(stated) == subcategory
    except ValueError:
        agrees = False
    short, _sep, _number = key.rpartition("-")
    function, _sep, item = short.partition("-")
    if not agrees or f"{SHORT_FORMS[function]} {item}" != subcategory:
        _refuse(_("%(key)s stands under another subcategory than its own.") % {"key": key})


def _text(key: str, row: dict[str, Any]) -> str:
    text = row.get("action")
    if not isinstance(text, str) or not text.strip() or not is_storable(text):
        _refuse(_("%(key)s has no readable text in “action”.") % {"key": key})
    if len(text) > MAX_TEXT:
        _refuse(_("The text of %(key)s is longer than 10,000 characters.") % {"key": key})
    return text.strip()


def _check_whole(missing: set[str]) -> None:
    if missing:
        _refuse(
            ngettext(
                "The file lacks %(count)d action: %(keys)s. Take the whole file.",
                "The file lacks %(count)d actions, such as %(keys)s. Take the whole file.",
                len(missing),
            )
            % {"count": len(missing), "keys": ", ".join(sorted(missing)[:5])}
        )
