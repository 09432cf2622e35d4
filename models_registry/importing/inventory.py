"""The inventory manifest: systems, models, versions and uses in one YAML 1.2 file."""

import posixpath
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.yaml_tree import Path, Tree, load
from models_registry.importing.manifest import (
    MODEL,
    SYSTEM,
    USE,
    VERSION,
    CardFile,
    Entry,
    Manifest,
    Trouble,
    again,
)

SHAPE = 1
NAMES = ("inventory.yaml", "inventory.yml")
SOURCE_SYSTEM = "inventory"

# How the file calls a field and what it must hold: text, list or table.
Fields = Mapping[str, tuple[str, str]]


def _same(kind: str, *names: str) -> dict[str, tuple[str, str]]:
    return {name: (name, kind) for name in names}


SYSTEM_KEYS: Fields = {
    **_same(
        "text", "name", "purpose", "people_affected", "intended_users", "decision_role",
        "autonomy", "eu_class", "eu_class_reason", "tier", "tier_reason", "owner", "accountable",
    ),
    **_same("list", "jurisdictions"),
}  # fmt: skip
MODEL_KEYS: Fields = {
    "kind": ("model_type", "text"),
    **_same(
        "text", "name", "description", "vendor", "determination", "determination_reason",
        "owner", "developer", "validator", "approver",
    ),
}  # fmt: skip
VERSION_KEYS: Fields = {
    **_same("text", "number", "run_id", "git_commit", "environment_lock", "notes"),
    **_same("table", "io_schema"),
}
USE_KEYS: Fields = _same("text", "purpose", "limits", "tier", "tier_reason")

_TYPES = {"text": (str, int), "list": (list,), "table": (dict,)}


def read_inventory(text: str, files: Mapping[str, bytes], folder: str = "") -> Manifest:
    """The entries of the manifest ``text``; cards are found among ``files``, below ``folder``.

    Raises ``Refused`` with the line when the file is no such manifest. What is wrong with one
    entry stands in its troubles.
    """
    tree = load(text, 1)
    _check_shape(tree)
    reader = _Reader(tree, files, folder)
    reader.read()
    return reader.manifest


def _check_shape(tree: Tree) -> None:
    if not isinstance(tree.data, dict) or not {"systems", "models"} & tree.data.keys():
        raise _refused(
            1, _("a table with the keys “assay”, “systems” and “models” is expected here")
        )
    if tree.data.get("assay") != SHAPE:
        raise _refused(
            tree.lines.get(("assay",), 1),
            _("“assay: %(shape)s” must say which shape the file has") % {"shape": SHAPE},
        )
    for double in tree.duplicates[:1]:
        raise _refused(
            double.line,
            _("“%(key)s” stands here again (first in line %(first)s); keep one of them")
            % {"key": double.key[:80], "first": double.first_line},
        )
    unknown = [key for key in tree.data if key not in ("assay", "systems", "models")]
    if unknown:
        line = tree.lines.get((unknown[0],), 1)
        raise _refused(line, _unknown(unknown[0], ("assay", "systems", "models")))


def _refused(line: int, text: str) -> Refused:
    return Refused(
        _("Line %(line)s: %(text)s. Correct it and import the file again.")
        % {"line": line, "text": text},
        code="manifest",
    )


def _unknown(key: str, known: tuple[str, ...]) -> str:
    return _("“%(key)s” is not known here; known are: %(known)s") % {
        "key": key[:80],
        "known": ", ".join(known),
    }


class _Reader:
    """Walks the tree and makes entries."""

    def __init__(self, tree: Tree, files: Mapping[str, bytes], folder: str) -> None:
        self.tree, self.files, self.folder = tree, files, folder
        self.manifest = Manifest(SOURCE_SYSTEM)
        self._first: dict[tuple[str, str], int] = {}

    def read(self) -> None:
        """Make the entries."""
        for path, item in self._items(("systems",), self.tree.data.get("systems")):
            self._system(path, item)
        for path, item in self._items(("models",), self.tree.data.get("models")):
            self._model(path, item)

    def _items(self, path: Path, found: Any) -> list[tuple[Path, dict[str, Any]]]:
        """The tables of a list. Raises ``Refused`` for anything else: no id can be read then."""
        if found is None:
            return []
        if not isinstance(found, list):
            raise _refused(self._line(path), _("a list is expected here"))
        for n, item in enumerate(found):
            if not isinstance(item, dict):
                raise _refused(self._line((*path, n)), _("a table of keys is expected here"))
        return [((*path, n), item) for n, item in enumerate(found)]

    def _line(self, path: Path) -> int:
        while path and path not in self.tree.lines:
            path = path[:-1]
        return self.tree.lines.get(path, 1)

    def _system(self, path: Path, item: dict[str, Any]) -> None:
        entry = self._entry(SYSTEM, path, item, SYSTEM_KEYS, also=("id", "uses"))
        uses = self._items((*path, "uses"), item.get("uses"))
        for at, use in uses:
            self._use(at, use, entry.key)

    def _use(self, path: Path, item: dict[str, Any], system: str) -> None:
        model = self._text(item.get("model"))
        entry = self._entry(USE, path, item, USE_KEYS, also=("model",), key=f"{system} × {model}")
        entry.system, entry.model, entry.external_id = system, model, entry.key
        if not model:
            entry.troubles.append(Trouble(self._at(path, _("name the “model” by its id"))))

    def _model(self, path: Path, item: dict[str, Any]) -> None:
        entry = self._entry(MODEL, path, item, MODEL_KEYS, also=("id", "versions"))
        for at, version in self._items((*path, "versions"), item.get("versions")):
            self._version(at, version, entry.key)

    def _version(self, path: Path, item: dict[str, Any], model: str) -> None:
        own = self._text(item.get("id")) or f"{model}/{self._text(item.get('number'))}"
        known = ("id", "card")
        entry = self._entry(VERSION, path, item, VERSION_KEYS, also=known, key=own)
        entry.model, entry.external_id = model, own[:200]
        if "number" not in entry.values and not entry.troubles:
            entry.troubles.append(Trouble(self._at(path, _("“number” is missing")), "number"))
        if item.get("card") is not None:
            self._card(entry, (*path, "card"), item["card"])

    def _card(self, entry: Entry, path: Path, said: Any) -> None:
        name = posixpath.normpath(posixpath.join(self.folder, self._text(said) or ".."))
        if name in self.files:
            entry.card = CardFile(name, self.files[name])
            return
        text = _(
            "the card “%(name)s” is not there; give its path from the manifest, and import the "
            "folder, or an archive that holds both"
        ) % {"name": str(said)[:200]}
        entry.troubles.append(Trouble(self._at(path, text)))

    def _entry(
        self,
        kind: str,
        path: Path,
        item: dict[str, Any],
        fields: Fields,
        *,
        also: tuple[str, ...],
        key: str = "",
    ) -> Entry:
        key = key or self._text(item.get("id"))
        line = self._line(path)
        entry = Entry(kind, key, line=line, external_id=key)
        if "id" in also and kind in (SYSTEM, MODEL) and not key:
            entry.key = f"(line {line})"
            entry.troubles.append(Trouble(self._at(path, _("“id” is missing"))))
        if len(key) > 200:
            entry.troubles.append(Trouble(self._at(path, _("the id has more than 200 characters"))))
        self._values(entry, path, item, fields, also)
        if (kind, entry.key) in self._first:
            entry.troubles.append(again(self._first[kind, entry.key]))
        self._first.setdefault((kind, entry.key), line)
        self.manifest.add(entry)
        return entry

    def _values(
        self, entry: Entry, path: Path, item: dict[str, Any], fields: Fields, also: tuple[str, ...]
    ) -> None:
        for name, value in item.items():
            at = (*path, name)
            if name in also:
                continue
            if name not in fields:
                text = _unknown(name, (*also, *fields))
                entry.troubles.append(Trouble(self._at(at, text)))
                continue
            field, kind = fields[name]
            if value is None:
                entry.values[field] = ""
            elif isinstance(value, bool) or not isinstance(value, _TYPES[kind]):
                text = _("“%(name)s” must be a %(kind)s") % {"name": name, "kind": kind}
                entry.troubles.append(Trouble(self._at(at, text)))
            else:
                self._put(entry, at, field, value)

    def _put(self, entry: Entry, at: Path, field: str, value: Any) -> None:
        if isinstance(value, list) and not all(isinstance(part, str) for part in value):
            text = _("“%(name)s” must be a list of words") % {"name": at[-1]}
            entry.troubles.append(Trouble(self._at(at, text)))
        else:
            entry.values[field] = value if isinstance(value, list | dict) else str(value).strip()

    def _text(self, value: Any) -> str:
        if isinstance(value, str | int) and not isinstance(value, bool):
            return " ".join(str(value).split())
        return ""

    def _at(self, path: Path, text: str) -> str:
        return _("Line %(line)s: %(text)s.") % {"line": self._line(path), "text": text}
