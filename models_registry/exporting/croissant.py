"""Croissant files of edited datasheets: the imported file with the edits inside, or a new one.

A theme is text made of labelled paragraphs (``cards.croissant``). Paragraphs that stand in the file
as they were are left alone; the others go to the property of their label, and what has no property
to the file's own key of the theme, which other tools do not read.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from models_registry.cards.card import Card, Found
from models_registry.cards.croissant import (
    KEYS,
    MEDIA_TYPE,
    OWN,
    RAI,
    THEMES,
    parse_croissant,
    plain,
    themes_of,
)
from models_registry.cards.decode import decode
from models_registry.cards.json_tree import JsonTree, load_json, path_of
from models_registry.exporting.edits import Edit, splice
from models_registry.exporting.patch_json import dumped, member, removal
from models_registry.exporting.record import Exported, Loss, pretty

_GAP = "\x00"
_LABELLED = re.compile(r"\*\*([^*\n]{1,80}):\*\*[ \t]*")
_THINGS = frozenset({"creator", "publisher"})
_LISTS = frozenset({"keywords"})
_OWN_KEY = _("Some words have no property in Croissant; they are kept under a key of their own.")
_STAYS = _("What the file says of its own files and of people stays; your wording is kept beside.")
_DIFFERS = _("The file cannot hold this text as it is; read again, it differs.")
_TYPES = {
    "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date",
    "timestamp": "sc:DateTime",
}  # fmt: skip
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": RAI,
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


@dataclass(frozen=True)
class Table:
    """What a new file says of the table itself; ``columns`` are names with their kinds."""

    name: str
    version: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    columns: tuple[tuple[str, str], ...] = ()
    licence: str = ""


def export_croissant(original: bytes, themes: Mapping[str, str], file_name: str) -> Exported:
    """``original`` with ``themes`` written into it; its own bytes when they say what it says.

    Every byte outside of the edited properties stays. Raises ``Refused`` for bytes that are no
    Croissant file.
    """
    before = themes_of(parse_croissant(original))
    wanted = {theme: plain(themes.get(theme, "")) for theme in THEMES}
    data, losses = original, []
    for theme in THEMES:
        if wanted[theme] != before[theme]:
            data, kept = _written(data, theme, wanted[theme])
            losses += kept
    if data != original:
        losses += _differences(themes_of(parse_croissant(data)), wanted, losses)
    return Exported(data, MEDIA_TYPE, file_name, losses)


def new_croissant(table: Table) -> bytes:
    """A Croissant 1.0 file for a table that came without one."""
    fields = [
        {
            "@type": "cr:Field", "@id": f"rows/{number}", "name": name,
            "dataType": _TYPES.get(kind, "sc:Text"),
            "source": {"fileObject": {"@id": "table"}, "extract": {"column": name}},
        }
        for number, (name, kind) in enumerate(table.columns, 1)
    ]  # fmt: skip
    file = {
        "@type": "cr:FileObject", "@id": "table", "name": table.file_name,
        "contentUrl": table.file_name, "contentSize": f"{table.size} B",
        "encodingFormat": table.media_type, "sha256": table.sha256,
    }  # fmt: skip
    rows = [{"@type": "cr:RecordSet", "@id": "rows", "name": "rows", "field": fields}]
    found = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": table.name,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "version": table.version,
        "license": table.licence,
        "distribution": [file],
        "recordSet": rows if fields else [],
    }
    return pretty({key: value for key, value in found.items() if value})


@dataclass
class _Theme:
    """The words of one theme sorted by where they belong: properties, the own key, neither."""

    old: dict[str, str]
    new: dict[str, list[str]]
    own: list[str]
    stays: bool = False


def _written(data: bytes, theme: str, text: str) -> tuple[bytes, list[Loss]]:
    """``data`` with the words of one theme."""
    sorted_out = _sorted_out(parse_croissant(data), theme, text)
    labels = {key: label for key, of, label in KEYS if of == theme}
    for key, said in sorted_out.new.items():
        value = "\n\n".join(said)
        if value == sorted_out.old.get(key, ""):
            continue
        changed = _put(data, key, value)
        if changed is None:
            sorted_out.stays = True
            sorted_out.own += [f"**{labels[key]}:** {one}" if labels[key] else one for one in said]
        data = changed or data
    own = "\n\n".join(sorted_out.own)
    data = _put(data, OWN + theme, own) or data
    if sorted_out.stays:
        return data, [Loss(theme, _STAYS)]
    return data, [Loss(theme, _OWN_KEY)] if own else []


def _sorted_out(card: Card, theme: str, text: str) -> _Theme:
    keys = {label: key for key, of, label in KEYS if of == theme}
    found = _Theme({}, {}, [])
    rest = f"\n\n{text}\n\n"
    for part in sorted(card.fields.get(theme, []), key=lambda part: -len(part["text"])):
        whole = f"\n\n{plain(part['text'])}\n\n"
        intact = whole in rest
        rest = rest.replace(whole, f"\n\n{_GAP}\n\n", 1)
        _note(found, part, intact=intact)
    for label, said in _pieces(rest, frozenset(keys)):
        if label in keys:
            found.new.setdefault(keys[label], []).append(said)
        else:
            found.own.append(f"**{label}:** {said}" if label else said)
    return found


def _note(found: _Theme, part: Found, *, intact: bool) -> None:
    """A paragraph of the file and whether it still stands in the text."""
    path = path_of(part["label"])
    key = path[0].replace(RAI, "rai:")
    text = plain(part["text"])
    if len(path) > 1:  # of a file or a set of records
        found.stays = found.stays or not intact
    elif key.startswith(OWN):
        found.own += [text] if intact else []
    else:
        label = next(label for name, _theme, label in KEYS if name == key)
        found.old[key] = text.removeprefix(f"**{label}:** ") if label else text
        found.new[key] = [found.old[key]] if intact else []


def _pieces(rest: str, labels: frozenset[str]) -> list[tuple[str, str]]:
    """What is left of a text: paragraphs that begin with a label, with those that follow."""
    found: list[tuple[str, str]] = []
    for stretch in rest.split(_GAP):
        label, lines = "", list[str]()
        for paragraph in [*re.split(r"\n\n+", stretch.strip("\n")), None]:
            begins = _LABELLED.match(paragraph) if paragraph is not None else None
            if paragraph is None or (begins and begins[1] in labels):
                said = "\n\n".join(lines).strip()
                found += [(label, said)] if said else []
                label, lines = (begins[1], []) if begins else ("", [])
                paragraph = paragraph[begins.end() :] if paragraph and begins else paragraph
            lines.append(paragraph or "")
    return found


def _put(data: bytes, key: str, value: str) -> bytes | None:
    """The file with ``value`` under ``key``; without the key for no value; None where the file
    holds something there that a text cannot replace."""
    text = decode(data)
    tree = load_json(text.raw)
    name = next((n for n in (key, key.replace("rai:", RAI)) if n in tree.data), None)
    if name is None:
        piece = _inserted(tree, text.raw, key, value) if value else None
        return text.encode(splice(text.raw, Edit((piece,) if piece else ())))
    if not value:
        return text.encode(splice(text.raw, Edit((removal(tree, text.raw, (name,)),))))
    stored, span = tree.data[name], tree.spans[(name,)]
    new = _as_stored(key, stored, value)
    if new is None:
        return None
    return text.encode(splice(text.raw, Edit(((span.start, span.end, dumped(new, text.raw)),))))


def _as_stored(key: str, stored: Any, value: str) -> Any:
    """``value`` in the manner of what is stored; None where it does not fit."""
    if isinstance(stored, bool):
        return {"yes": True, "no": False}.get(value.strip().lower())
    if isinstance(stored, list) and all(isinstance(one, str) for one in stored):
        return _words_of(value) if key in _LISTS or len(stored) != 1 else [value]
    return None if isinstance(stored, list | dict) else value


def _inserted(tree: JsonTree, raw: str, key: str, value: str) -> tuple[int, int, str]:
    context = tree.data.get("@context")
    if key.startswith("rai:") and "rai" not in (context if isinstance(context, dict) else {}):
        key = key.replace("rai:", RAI)
    new: Any = value
    if key in _THINGS:
        new = {"@type": "sc:Organization", "name": value}
    elif key in _LISTS:
        new = _words_of(value)
    elif key == "isLiveDataset":
        new = {"yes": True, "no": False}.get(value.strip().lower(), value)
    return member(tree, raw, (), tree.data, f"{json.dumps(key)}: {dumped(new, raw)}")


def _words_of(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _differences(
    found: Mapping[str, str], wanted: Mapping[str, str], losses: list[Loss]
) -> list[Loss]:
    """Themes that the file, read again, does not say with the same words, in whatever order."""
    told = {loss.field for loss in losses}
    return [
        Loss(theme, _DIFFERS, lost=True)
        for theme in THEMES
        if theme not in told and sorted(found[theme].split()) != sorted(wanted[theme].split())
    ]
