"""Data-only formats are safe while their headers tell the truth. Here they are checked."""

import json
import math
import re
from pathlib import Path
from typing import Any

from models_registry.scanning.arrays import judge_array
from models_registry.scanning.gguf import judge_gguf
from models_registry.scanning.outcome import Notes

# The limit of the reference implementation (safetensors 0.4).
LARGEST_HEADER = 100_000_000
LARGEST_JSON = 64 * 1024 * 1024
BITS: dict[str, int] = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "I16": 16, "U16": 16,
    "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
    "C64": 64, "F4": 4,
}  # fmt: skip
# Keys by which configurations ask a loader to run code that lies beside them.
_CODE_KEYS = frozenset({"auto_map", "custom_pipelines", "trust_remote_code"})
_LAMBDA = re.compile(r'"class_name"\s*:\s*"(?:\w+>)?Lambda"')


class Lie(Exception):
    """The header says what cannot be."""


def judge_safetensors(path: Path, notes: Notes) -> None:
    """Length, JSON, types and offsets: the tensors must tile the file without gap or overlap."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > LARGEST_HEADER or 8 + length > size:
                raise Lie(f"it announces a header of {length} bytes in a file of {size}")
            header = _header(file.read(length))
        _tile(header, size - 8 - length)
    except Lie as lie:
        notes.add("lying-header", f"The header lies: {lie}.")


def _header(data: bytes) -> dict[str, Any]:
    try:
        header = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Lie(f"it is no JSON ({error})") from error
    if not isinstance(header, dict):
        raise Lie("it is no JSON object")
    about = header.pop("__metadata__", {})
    if not isinstance(about, dict) or any(not isinstance(v, str) for v in about.values()):
        raise Lie("its metadata are not texts")
    return header


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Lie("it names something twice")
    return made


def _tile(header: dict[str, Any], held: int) -> None:
    end = 0
    spans = sorted(_span(name, entry) for name, entry in header.items())
    for start, stop, name in spans:
        if start != end:
            raise Lie(f"tensor {name[:80]} overlaps another one or leaves a gap")
        end = stop
    if end != held:
        raise Lie(f"its tensors need {end} bytes and {held} follow")


def _span(name: str, entry: Any) -> tuple[int, int, str]:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Lie(f"tensor {name[:80]} is not described by type, shape and offsets")
    bits = BITS.get(str(entry["dtype"]))
    shape, offsets = _numbers(entry["shape"]), _numbers(entry["data_offsets"])
    if bits is None or shape is None or offsets is None or len(offsets) != 2:
        raise Lie(f"tensor {name[:80]} has an unknown type, shape or offset")
    start, stop = offsets
    if stop < start or (stop - start) * 8 != math.prod(shape) * bits:
        raise Lie(f"tensor {name[:80]} has another size than its shape says")
    return start, stop, name


def _numbers(value: Any) -> list[int] | None:
    if not isinstance(value, list) or len(value) > 64:
        return None
    whole = all(type(n) is int and 0 <= n < 2**63 for n in value)
    return value if whole else None


def judge_json(path: Path, notes: Notes) -> None:
    """A configuration is data unless it asks for code."""
    if path.stat().st_size > LARGEST_JSON:
        notes.unscanned.append("The JSON file is too large to be read.")
        return
    data = path.read_bytes()
    try:
        for key in sorted(_keys(json.loads(data)) & _CODE_KEYS):
            notes.add("remote-code", f"The key {key} makes loaders run code beside the file.")
    except (ValueError, RecursionError) as error:
        notes.add("broken-json", f"It is no JSON: {error}")
    if _LAMBDA.search(data.decode("utf-8", "replace")):
        notes.add("lambda", "It describes a Lambda layer, which holds Python code.")


def _keys(value: Any) -> set[str]:
    found: set[str] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= one.keys()
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return found


def judge_numpy(path: Path, notes: Notes) -> None:
    """A single array."""
    with path.open("rb") as file:
        judge_array(file, path.stat().st_size, notes)


JUDGES = {
    "safetensors": judge_safetensors,
    "gguf": judge_gguf,
    "json": judge_json,
    "numpy": judge_numpy,
}
