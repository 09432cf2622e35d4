"""Pickles inside zip archives (PyTorch, npz, Keras and plain zips), without unpacking to names."""

import re
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from models_registry.scanning.arrays import judge_array
from models_registry.scanning.formats import zip_kind
from models_registry.scanning.outcome import Notes
from models_registry.scanning.pickles import DEEPEST, judge_stream, read_pickle

MOST_MEMBERS = 20_000
MOST_BYTES = 16 * 1024**3
MOST_NESTED_BYTES = 512 * 1024**2
_RAW = re.compile(
    r"(^|/)(data/\d+|\.?data/serialization_id|version|byteorder|\.format_version"
    r"|\.storage_alignment)$"
)
_PICKLE_NAMES = (".pkl", ".pickle", ".p", ".joblib", ".pt", ".pth", ".ckpt", ".dill")
_ENCRYPTED = 1
_BROKEN = (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, zlib.error)


def judge_zip(file: IO[bytes], notes: Notes, where: str = "", depth: int = 0) -> None:
    """Add what the members of the archive hold that is not known to be harmless."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            kind = zip_kind([member.filename for member in members])
            if not _judge_layout(members, notes, where):
                return
            if kind == "torchscript":
                notes.add("torchscript", "It carries TorchScript code, which runs later.", where)
            for member in members:
                if not member.is_dir():
                    _judge_member(archive, member, kind, notes, where, depth)
    except _BROKEN as error:
        notes.add("broken-archive", f"The archive is broken: {error}", where)


def _judge_layout(members: list[zipfile.ZipInfo], notes: Notes, where: str) -> bool:
    """Whether the members may be read; lies of the directory become findings."""
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        notes.add("duplicate-member", "Two members have one name; readers disagree which.", where)
    if members and min(member.header_offset for member in members) > 0:
        notes.add("prefix", "Bytes stand before the first member.", where)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        notes.add("encrypted", "A member is encrypted, so nobody can look into it.", where)
        return False
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        notes.add("bomb", "It unpacks to more than is reasonable.", where)
        return False
    return True


def _judge_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    kind: str,
    notes: Notes,
    where: str,
    depth: int,
) -> None:
    inside = f"{where}:{member.filename}".lstrip(":")
    raw = kind in ("pytorch", "torchscript") and bool(_RAW.search(member.filename))
    with archive.open(member) as stream:
        if member.filename.lower().endswith(_PICKLE_NAMES) or _begins_as_pickle(stream, raw):
            stream.seek(0)
            if stream.read(2) != b"PK":
                stream.seek(0)
                judge_stream(stream, notes, inside)
                return
        stream.seek(0)
        head = stream.read(8)
        stream.seek(0)
        if head[:4] == b"PK\x03\x04":
            _judge_nested(stream, member, notes, inside, depth)
        elif head[:6] == b"\x93NUMPY":
            judge_array(stream, member.file_size, notes, inside)
        elif not raw:
            notes.unscanned.append(f"No scanner understands its member {member.filename[:80]}.")


def _begins_as_pickle(stream: IO[bytes], raw: bool) -> bool:
    """Whether a loader would begin to run it; tensors may look like a harmless one by chance."""
    found = read_pickle(stream)
    return found.plausible and (not raw or bool(found.imports or found.obscure))


def _judge_nested(
    stream: IO[bytes], member: zipfile.ZipInfo, notes: Notes, where: str, depth: int
) -> None:
    if depth >= DEEPEST or member.file_size > MOST_NESTED_BYTES:
        notes.add("nested", "Archives are nested too deeply or too large to look into.", where)
        return
    with tempfile.TemporaryFile() as spool:
        shutil.copyfileobj(stream, spool)
        spool.seek(0)
        judge_zip(spool, notes, where, depth + 1)


def judge_file(path: Path, notes: Notes) -> None:
    """Judge a zip archive on disk."""
    with path.open("rb") as file:
        judge_zip(file, notes)
