"""Opening what somebody sent: an archive in a limited process, or a single file."""

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.errors import Refused
from models_registry.importing.unpacking import BadArchive, Unpacked, walk
from models_registry.reading.process import ChildFailed, ChildLimits, ask

LARGEST_UPLOAD = 50_000_000
LIMITS = ChildLimits(
    wall_seconds=60, cpu_seconds=40, memory_mb=512, address_space_mb=1_024, threads=1
)

REASONS: dict[str, str | Promise] = {
    "link": gettext_lazy("It is a link or a device; only plain files are read."),
    "path": gettext_lazy("Its path leads out of the archive or holds signs that no path has."),
    "hidden": gettext_lazy("It is a hidden file or one of a tool."),
    "twice": gettext_lazy("The archive holds this path twice; the first one is read."),
    "large": gettext_lazy("It has more than 5 MB."),
    "encrypted": gettext_lazy("It is encrypted."),
    "method": gettext_lazy("It is packed by a method that is not read; use “deflate”."),
    "broken": gettext_lazy("Its bytes are damaged."),
}
_BAD: dict[str, str | Promise] = {
    "kind": gettext_lazy("This is no archive that is read. Send a .zip, .tar or .tar.gz file."),
    "broken": gettext_lazy("The archive is damaged or cut off. Pack it again."),
    "too-many": gettext_lazy(
        "The archive holds more than 2,000 files. Split it and import the parts."
    ),
    "too-large": gettext_lazy(
        "Unpacked, the archive has more than 40 MB. Leave large files out; only manifests and "
        "cards are read."
    ),
}


def is_archive(head: bytes) -> bool:
    """Whether the first bytes are those of a zip or tar archive."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")) or (
        head[257:262] == b"ustar"
    )


def open_archive(path: Path, tick: Callable[[str], None] | None = None) -> Unpacked:
    """The files of an archive. Raises ``Refused`` when it is no archive, damaged or too large."""
    try:
        said = ask("models_registry.importing.child", {"path": str(path)}, LIMITS, tick=tick)
    except ChildFailed as failed:
        raise Refused(
            _("The archive could not be opened within its limits. Pack fewer files."),
            code="archive-limits",
        ) from failed
    if "bad" in said:
        raise bad_archive(str(said["bad"]))
    files = {name: base64.b64decode(data) for name, data in said["files"].items()}
    return Unpacked(files, [(name, code) for name, code in said["refused"]])


def bad_archive(code: str) -> Refused:
    """The refusal of an archive, or of a folder, as a whole."""
    return Refused(_BAD[code], code=f"archive-{code}")


def packed(folder: Path) -> tuple[bytes, list[tuple[str, str]]]:
    """A folder as a zip archive, the same bytes for the same files; and what was left out.

    Raises ``Refused`` when it holds too much.
    """
    try:
        found = walk(folder)
    except BadArchive as bad:
        raise bad_archive(bad.code) from bad
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(found.files):
            archive.writestr(zipfile.ZipInfo(name), found.files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue(), found.refused
