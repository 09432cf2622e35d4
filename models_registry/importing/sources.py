"""From a file to a manifest, whatever the source."""

import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from ledger.errors import Refused
from models_registry.importing import inventory
from models_registry.importing.card_files import read_cards
from models_registry.importing.inventory import read_inventory
from models_registry.importing.manifest import LeftOut, Manifest
from models_registry.importing.mlflow_export import read_export
from models_registry.importing.opening import REASONS, is_archive, open_archive
from models_registry.importing.unpacking import Unpacked

MANIFEST, CARDS = "manifest", "cards"
MLFLOW_EXPORT, MLFLOW_SERVER = "mlflow_export", "mlflow_server"
_LARGEST_TEXT = 10_000_000
_HEAD = 512

Tick = Callable[[str], None]


def read_source(source: str, path: Path, label: str, tick: Tick | None = None) -> Manifest:
    """Read the file ``path`` that was sent under the name ``label``.

    Raises ``Refused`` when it is not what ``source`` says.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if source in (MLFLOW_EXPORT, MLFLOW_SERVER):
        return read_export(_text(path))
    if source == MANIFEST and not is_archive(head):
        return read_inventory(_text(path), {})
    if source == MANIFEST:
        return _inventory(open_archive(path, tick))
    if is_archive(head):
        return _cards(open_archive(path, tick))
    return read_cards({posixpath.basename(label) or "card.md": _bytes(path)})


def guess(name: str, path: Path) -> str:
    """The source that a file seems to be, by its name; an archive is looked into."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if is_archive(head):
        return MANIFEST if _manifests(open_archive(path).files) else CARDS
    if name.lower().endswith((".yaml", ".yml")):
        return MANIFEST
    return MLFLOW_EXPORT if name.lower().endswith(".json") else CARDS


def _manifests(names: Iterable[str]) -> list[str]:
    """Those of the files that are manifests, at the top or one folder below, the top first."""
    found = [n for n in names if posixpath.basename(n) in inventory.NAMES and n.count("/") <= 1]
    return sorted(found, key=lambda name: (name.count("/"), name))


def _inventory(found: Unpacked) -> Manifest:
    names = _manifests(found.files)
    if not names:
        raise Refused(
            _("The archive holds no inventory.yaml, at its top or one folder below."),
            code="no-manifest",
        )
    text = _decoded(found.files[names[0]])
    manifest = read_inventory(text, found.files, posixpath.dirname(names[0]))
    _leave_out(manifest, found)
    return manifest


def _cards(found: Unpacked) -> Manifest:
    manifest = read_cards(found.files)
    _leave_out(manifest, found)
    return manifest


def _leave_out(manifest: Manifest, found: Unpacked) -> None:
    manifest.left_out += [LeftOut(name, str(REASONS[code])) for name, code in found.refused]


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_TEXT + 1)
    if len(data) > _LARGEST_TEXT:
        raise Refused(
            _("The file has more than 10 MB. Split it and import the parts."),
            code="too-large",
            status=413,
        )
    return data


def _text(path: Path) -> str:
    return _decoded(_bytes(path))


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refused(
            _("Line %(line)s: byte %(byte)s is not UTF-8. Save the file as UTF-8.")
            % {"line": line, "byte": error.start + 1},
            code="encoding",
        ) from error
    if not text.strip():
        raise Refused(_("The file is empty. Choose the file that has the text."), code="empty")
    return text
