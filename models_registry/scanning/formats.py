"""What a file is, told by its bytes; its name is what somebody wants us to believe."""

import json
import zipfile
from pathlib import Path

from models_registry.scanning.pickles import Pickle, read_pickle

DATA, CODE, UNKNOWN = "data", "code", "unknown"
# What happens when somebody loads such a file with the usual library.
LOADING: dict[str, str] = {
    "safetensors": DATA, "gguf": DATA, "onnx": DATA, "json": DATA, "text": UNKNOWN,
    "numpy": DATA, "npz": DATA,
    "pickle": CODE, "pytorch": CODE, "torchscript": CODE, "joblib": CODE, "keras": CODE,
    "hdf5": UNKNOWN, "zip": UNKNOWN, "compressed": UNKNOWN, "unknown": UNKNOWN,
}  # fmt: skip
PICKLED = frozenset({"pickle", "joblib"})
ZIPPED = frozenset({"pytorch", "torchscript", "npz", "keras", "zip"})
HEAD = 64 * 1024
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"\x04\x22\x4d\x18",
           b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # fmt: skip
_JSON_LIMIT = 64 * 1024 * 1024


def detect(path: Path) -> str:
    """The format of the file, a key of ``LOADING``. What a pickle loader would begin to run is
    a pickle, whatever else it may be."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return _zip_kind(path)
        file.seek(0)
        found = read_pickle(file)
    if head[:2] != b"PK" and found.plausible:
        return "joblib" if _is_joblib(found) else "pickle"
    return _by_magic(head) or _by_text(path, head)


def _is_joblib(found: Pickle) -> bool:
    return any(module.partition(".")[0] == "joblib" for module, _ in found.imports)


def _by_magic(head: bytes) -> str:
    if head[:4] in (b"GGUF", b"FUGG"):
        return "gguf"
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return "hdf5"
    if head[:6] == b"\x93NUMPY":
        return "numpy"
    if head[8:9] == b"{":
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] <= b"\x05" and len(head) > 1:
        return "pickle"
    if any(head.startswith(magic) for magic in _PACKED):
        return "compressed"
    return "onnx" if _is_onnx(head) else ""


def _is_onnx(head: bytes) -> bool:
    """A ModelProto begins with ir_version (field 1) and names its producer, domain or opset."""
    return (
        len(head) > 4 and head[0] == 0x08 and head[1] <= 32 and head[2] in (0x12, 0x1A, 0x3A, 0x42)
    )


def _by_text(path: Path, head: bytes) -> str:
    if b"\x00" in head or not head:
        return "unknown"
    if head.lstrip()[:1] in (b"{", b"[") and path.stat().st_size <= _JSON_LIMIT:
        try:
            json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            return _text(head)
        return "json"
    return _text(head)


def _text(head: bytes) -> str:
    try:
        head[: HEAD - 4].decode("utf-8", errors="strict" if len(head) < HEAD - 4 else "ignore")
    except UnicodeDecodeError:
        return "unknown"
    return "text"


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):
        return "zip"
    return zip_kind(names)


def zip_kind(names: list[str]) -> str:
    """Which of the zipped formats has these members."""
    leaves = {name.rpartition("/")[2] for name in names}
    if "data.pkl" in leaves:
        return "torchscript" if any("/code/" in f"/{name}" for name in names) else "pytorch"
    if {"config.json", "metadata.json"} <= set(names) or "model.weights.h5" in leaves:
        return "keras"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    return "zip"
