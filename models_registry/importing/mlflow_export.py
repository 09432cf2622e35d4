"""An MLflow model registry as its REST API tells it: registered models and their versions."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.cards.json_tree import load_json
from models_registry.cards.yaml_tree import Path, Tree
from models_registry.importing.manifest import (
    MODEL,
    VERSION,
    Entry,
    LeftOut,
    Manifest,
    Trouble,
    again,
)

SOURCE_SYSTEM = "mlflow"
_COMMIT = "mlflow.source.git.commit"
_PROMPT = "mlflow.prompt.is_prompt"
_MODEL_KEYS = frozenset({"name", "description", "latest_versions"})
_VERSION_KEYS = frozenset({"name", "version", "description", "run_id", "status"})


def read_export(text: str) -> Manifest:
    """The entries of an export: ``{"registered_models": […], "model_versions": […]}``.

    Raises ``Refused`` with the line when the file is no such export.
    """
    tree = load_json(text)
    data = tree.data
    if not isinstance(data, dict) or not {"registered_models", "model_versions"} & data.keys():
        raise _refused(
            1,
            _(
                "this is no MLflow registry export; “registered_models” and “model_versions” are "
                "expected, as the REST API returns them"
            ),
        )
    for double in tree.duplicates[:1]:
        raise _refused(double.line, _("“%(key)s” stands here again") % {"key": double.key[:80]})
    reader = _Reader(tree)
    reader.read(data)
    return reader.manifest


def _refused(line: int, text: str) -> Refused:
    return Refused(
        _("Line %(line)s: %(text)s. Export it again.") % {"line": line, "text": text},
        code="mlflow-export",
    )


class _Reader:
    """Turns the lists of an export into entries."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.manifest = Manifest(SOURCE_SYSTEM)
        self._models: set[str] = set()
        self._versions: dict[str, int] = {}
        self._prompts: set[str] = set()

    def read(self, data: dict[str, Any]) -> None:
        """Make the entries; the versions that only stand with their model come last."""
        if data.get("next_page_token"):
            self.manifest.notes.append(
                _("The export says that more pages follow, so it is not complete.")
            )
        later = []
        for path, item in self._items(("registered_models",), data.get("registered_models")):
            self._model(path, item)
            later += list(self._items((*path, "latest_versions"), item.get("latest_versions")))
        for path, item in self._items(("model_versions",), data.get("model_versions")):
            self._version(path, item)
        for path, item in later:
            if self._own(item) not in self._versions:
                self._version(path, item)

    def _items(self, path: Path, found: Any) -> Iterator[tuple[Path, dict[str, Any]]]:
        if found is None:
            return
        if not isinstance(found, list):
            raise _refused(self._line(path), _("a list is expected here"))
        for n, item in enumerate(found):
            name = item.get("name") if isinstance(item, dict) else None
            if not isinstance(name, str) or not name.strip():
                raise _refused(self._line((*path, n)), _("an object with a “name” is expected"))
            yield (*path, n), item

    def _line(self, path: Path) -> int:
        while path and path not in self.tree.lines:
            path = path[:-1]
        return self.tree.lines.get(path, 1)

    def _model(self, path: Path, item: dict[str, Any]) -> None:
        name = item["name"]
        if _PROMPT in _tags(item):
            self._prompts.add(name)
            self.manifest.left_out.append(LeftOut(name, _("It is a prompt, not a model.")))
            return
        entry = Entry(
            MODEL, name, line=self._line(path), external_id=name, kept=_kept(item, _MODEL_KEYS)
        )
        entry.values = {"name": name, **self._texts(entry, path, item, description="description")}
        if name in self._models:
            entry.troubles.append(again(0))
        self._known(entry, name)

    def _known(self, entry: Entry, name: str) -> None:
        if len(name) > 200:
            entry.troubles.append(Trouble(_("The name has more than 200 characters.")))
        self._models.add(name)
        self.manifest.add(entry)

    def _own(self, item: dict[str, Any]) -> str:
        return f"{item['name']}/{item.get('version')}"

    def _version(self, path: Path, item: dict[str, Any]) -> None:
        name, own, line = item["name"], self._own(item), self._line(path)
        if name in self._prompts:
            return
        if name not in self._models:
            self._known(
                Entry(MODEL, name, line=line, external_id=name, values={"name": name}), name
            )
        entry = Entry(
            VERSION, own, line=line, external_id=own[:200], model=name,
            kept=_kept(item, _VERSION_KEYS),
        )  # fmt: skip
        entry.values = self._texts(
            entry, path, item, number="version", notes="description", run_id="run_id"
        )
        commit = _tags(item).get(_COMMIT)
        if commit:
            entry.values["git_commit"] = commit
        self._check(entry, item)
        if own in self._versions:
            entry.troubles.append(again(self._versions[own]))
        self._versions.setdefault(own, line)
        self.manifest.add(entry)

    def _check(self, entry: Entry, item: dict[str, Any]) -> None:
        if not entry.values.get("number"):
            entry.troubles.append(Trouble(_("“version” is missing."), "number"))
        status = item.get("status") or "READY"
        if status != "READY":
            text = _("MLflow says that its state is %(status)s, not READY.")
            entry.troubles.append(Trouble(text % {"status": str(status)[:40]}))

    def _texts(
        self, entry: Entry, path: Path, item: dict[str, Any], **names: str
    ) -> dict[str, Any]:
        """The texts under ``names`` (our field → key of MLflow)."""
        found: dict[str, Any] = {}
        for field, key in names.items():
            value = item.get(key)
            if value is None:
                continue
            if isinstance(value, str | int) and not isinstance(value, bool):
                found[field] = str(value).strip()
            else:
                text = _("Line %(line)s: “%(key)s” must be a text.")
                at = {"line": self._line((*path, key)), "key": key}
                entry.troubles.append(Trouble(text % at, field))
        return found


def _tags(item: dict[str, Any]) -> dict[str, str]:
    """Tags as MLflow lists them: ``[{"key": …, "value": …}]``."""
    found = item.get("tags")
    pairs = found if isinstance(found, list) else []
    return {
        tag["key"]: tag["value"]
        for tag in pairs
        if isinstance(tag, dict)
        and isinstance(tag.get("key"), str)
        and isinstance(tag.get("value"), str)
    }


def _kept(item: dict[str, Any], mapped: frozenset[str]) -> tuple[str, ...]:
    """What has no field here and stays in the original."""
    return tuple(key for key in item if key not in mapped and item[key] not in (None, "", []))
