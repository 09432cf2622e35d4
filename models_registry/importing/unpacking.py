"""Files out of an archive, within limits. Free of Django: it runs in a process of its own."""

import os
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MOST_MEMBERS = 5_000
MOST_FILES = 2_000
LARGEST_FILE = 5_000_000
LARGEST_TOTAL = 40_000_000
LONGEST_PATH = 300
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class BadArchive(Exception):
    """The archive as a whole cannot be used; ``code`` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Unpacked:
    """The files by path, and what was not taken: path and code of the reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0

    def refuse(self, name: str, code: str) -> None:
        """Note a member that is not taken."""
        shown = "".join(c if c.isprintable() else "?" for c in name)[:LONGEST_PATH]
        self.refused.append((shown, code))

    def keep(self, name: str, stream: IO[bytes]) -> None:
        """Take one file. Raises ``BadArchive`` when there is too much."""
        path = plain(name)
        if not path:
            self.refuse(name, "path")
            return
        if is_hidden(path):
            self.refuse(path, "hidden")
            return
        if path in self.files:
            self.refuse(path, "twice")
            return
        data = stream.read(LARGEST_FILE + 1)
        self.total += len(data)
        if len(self.files) >= MOST_FILES:
            raise BadArchive("too-many")
        if self.total > LARGEST_TOTAL:
            raise BadArchive("too-large")
        if len(data) > LARGEST_FILE:
            self.refuse(path, "large")
            return
        self.files[path] = data


def plain(name: str) -> str:
    """``name`` as a relative path of plain names, or nothing when it is none."""
    name = unicodedata.normalize("NFC", name.removeprefix("./"))
    parts = name.split("/")
    wrong = (
        not name
        or len(name) > LONGEST_PATH
        or "\\" in name
        or name[1:2] == ":"
        or any(part.strip() in ("", ".", "..") for part in parts)
        or any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    )
    return "" if wrong else name


def is_hidden(path: str) -> bool:
    """Whether it belongs to a tool, such as ``.git/config``."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def unpack(path: Path) -> Unpacked:
    """The files of a zip or tar archive, tar plain or with gzip. Raises ``BadArchive``."""
    with path.open("rb") as file:
        head = file.read(512)
    try:
        if head.startswith(b"PK"):
            return _zip(path)
        if head.startswith(b"\x1f\x8b") or head[257:262] == b"ustar":
            return _tar(path)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise BadArchive("broken") from error
    raise BadArchive("kind")


def _zip(path: Path) -> Unpacked:
    found = Unpacked()
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise BadArchive("too-many")
        for info in members:
            mode = info.external_attr >> 16
            if info.is_dir():
                continue
            if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
                found.refuse(info.filename, "link")
            elif info.flag_bits & _ENCRYPTED:
                found.refuse(info.filename, "encrypted")
            elif info.compress_type not in _METHODS:
                found.refuse(info.filename, "method")
            else:
                _zip_member(found, archive, info)
    return found


def _zip_member(found: Unpacked, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    try:
        with archive.open(info) as stream:
            found.keep(info.filename, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        found.refuse(info.filename, "broken")


def _tar(path: Path) -> Unpacked:
    found, members = Unpacked(), 0
    with tarfile.open(path, "r:*") as archive:
        for info in archive:
            members += 1
            if members > MOST_MEMBERS:
                raise BadArchive("too-many")
            if info.isdir():
                continue
            stream = archive.extractfile(info) if info.isreg() else None
            if stream is None:
                found.refuse(info.name, "link")
            elif info.size > LARGEST_TOTAL:
                raise BadArchive("too-large")
            else:
                found.keep(info.name, stream)
    return found


def walk(folder: Path) -> Unpacked:
    """The files of a folder on this machine, links not followed. Raises ``BadArchive``."""
    found = Unpacked()
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            found.refuse(name, "link")
        else:
            with path.open("rb") as stream:
                found.keep(name, stream)
    return found


def _files(folder: Path) -> Iterator[Path]:
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            yield Path(above) / name
