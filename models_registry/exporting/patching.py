"""Edits inside a card: only the edited texts change, every other byte of the file stays.

An edit replaces the first place where the card speaks of a field (``cards.editing.main_part``), or
adds one in the idiom of the format. Every edit is checked by reading the file again: what cannot be
done without touching other fields is refused, never done halfway.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.card import Card, Found
from models_registry.cards.decode import Text, decode
from models_registry.cards.formats import CYCLONEDX, HUGGING_FACE, MARKDOWN, MCT, MLMODEL
from models_registry.cards.parse import parse_card
from models_registry.cards.vocabulary import BY_KEY
from models_registry.exporting.edits import Edit, clean, splice, unpatchable
from models_registry.exporting.patch_json import patch_cyclonedx, patch_mct
from models_registry.exporting.patch_markdown import patch_markdown
from models_registry.exporting.patch_yaml import patch_mlmodel

Patcher = Callable[[Text, Card, str, str], Edit]

_PATCHERS: dict[str, Patcher] = {
    HUGGING_FACE: patch_markdown,
    MARKDOWN: patch_markdown,
    MCT: patch_mct,
    MLMODEL: patch_mlmodel,
    **dict.fromkeys(CYCLONEDX, patch_cyclonedx),
}


def patch_card(original: bytes, format: str, changes: Mapping[str, str]) -> bytes:
    """The bytes of ``original`` with the merged fields in ``changes`` (field → text) replaced.

    Line ends, byte order mark and encoding stay. No change, or the text that stands there already,
    gives the same bytes. Raises ``Refused`` (field: the merged field) where the file cannot hold
    the text without changing something else.
    """
    data = original
    for key, text in changes.items():
        data = _patch(data, format, key, clean(text, key))
    return data


def _patch(data: bytes, format: str, key: str, new: str) -> bytes:
    if key not in BY_KEY or format not in _PATCHERS:
        raise Refused(
            _("“%(key)s” in a card of format “%(format)s” cannot be edited here.")
            % {"key": key[:60], "format": format[:40]},
            code="unpatchable",
            field="card",
        )
    text, before = decode(data), parse_card(data)
    part = main_part(before, key)
    if (part["text"] if part else "").strip("\n") == new:
        return data
    edit = _PATCHERS[format](text, before, key, new)
    patched = text.encode(splice(text.raw, edit))
    try:
        after = parse_card(patched)
    except Refused as refused:
        raise unpatchable(key) from refused
    _check(before, after, key, new, edit)
    return patched


def main_part(card: Card, key: str) -> Found | None:
    """The place that an edit of ``key`` replaces: the first one that is no list of figures."""
    return next((p for p in card.fields.get(key, ()) if p["label"] != "model-index"), None)


def _check(before: Card, after: Card, key: str, new: str, edit: Edit) -> None:
    """The text stands where it should, and nothing else moved."""
    part = main_part(after, key)
    found = (part["text"] if part else "").strip("\n")
    if new and found != new:
        raise unpatchable(key)
    delta = len(after.sections) - len(before.sections)
    if after.format != before.format or delta not in edit.sections:
        raise unpatchable(key)
    low, high, grown = edit.low, edit.high, after.report.lines - before.report.lines
    for other in BY_KEY.keys() - {key}:
        was = _outside(before.fields.get(other, []), low, high)
        if was != _outside(after.fields.get(other, []), low, high + grown):
            raise unpatchable(key)


def _outside(parts: list[Found], low: int, high: int) -> list[tuple[str, str, str]]:
    """The parts outside the edited lines; front matter and data count wherever they stand."""
    return [
        (p["source"], p["label"], p["text"])
        for p in parts
        if p["source"] not in ("section", "label") or not low <= p["line"] < high
    ]
