"""GGUF, versions 2 and 3 (little-endian): counts, strings and tensor offsets must fit the file.

Source: the GGUF specification of the ggml project (docs/gguf.md).
"""

import math
import struct
from pathlib import Path
from typing import IO, Any

from models_registry.scanning.outcome import Notes

MOST = 1_000_000
LONGEST_STRING = 64 * 1024 * 1024
STRING, ARRAY = 8, 9
SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
# ggml type: (elements, bytes) of a block.
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2),
}  # fmt: skip


class Lie(Exception):
    """A count, a length or an offset that cannot be."""


class _Reader:
    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.size = file, size

    def take(self, count: int) -> bytes:
        if count > self.size - self.file.tell():
            raise Lie(f"it announces {count} bytes more than the file has")
        return self.file.read(count)

    def number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self.take(struct.calcsize(f"<{code}")))[0]

    def text(self) -> bytes:
        length = self.number("Q")
        if length > LONGEST_STRING:
            raise Lie(f"it announces a text of {length} bytes")
        return self.take(length)

    def count(self, what: str) -> int:
        found = int(self.number("Q"))
        if found > MOST:
            raise Lie(f"it announces {found} {what}")
        return found

    def value(self, kind: int, depth: int = 0) -> Any:
        if kind == STRING:
            return self.text()
        if kind in SCALARS:
            return self.number(SCALARS[kind])
        if kind != ARRAY or depth > 3:
            raise Lie(f"a value has the unknown type {kind}")
        inner, many = self.number("I"), self.count("values")
        if inner in SCALARS:
            return self.take(many * struct.calcsize(f"<{SCALARS[inner]}"))
        for _ in range(many):
            self.value(inner, depth + 1)
        return None


def judge_gguf(path: Path, notes: Notes) -> None:
    """Follow the header to its end and lay the tensors out; they must fit without overlap."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            _follow(_Reader(file, size), notes)
    except Lie as lie:
        notes.add("lying-header", f"The header lies: {lie}.")


def _follow(reader: _Reader, notes: Notes) -> None:
    magic, version = reader.take(4), reader.number("I")
    if magic != b"GGUF" or version not in (2, 3):
        notes.unscanned.append(f"GGUF version {version} or its byte order is not understood.")
        return
    tensors, pairs = reader.count("tensors"), reader.count("keys")
    alignment = 32
    for _ in range(pairs):
        key, value = reader.text(), reader.value(reader.number("I"))
        if key == b"general.alignment":
            alignment = value
    if not isinstance(alignment, int) or alignment <= 0 or alignment % 8:
        raise Lie("the alignment is no multiple of 8")
    spans = [_tensor(reader, notes) for _ in range(tensors)]
    start = math.ceil(reader.file.tell() / alignment) * alignment
    _lay_out(spans, max(0, reader.size - start), alignment)


def _tensor(reader: _Reader, notes: Notes) -> tuple[int, int]:
    reader.text()
    dimensions = reader.number("I")
    if dimensions > 8:
        raise Lie(f"a tensor has {dimensions} dimensions")
    elements = math.prod(reader.number("Q") for _ in range(dimensions))
    kind, offset = reader.number("I"), reader.number("Q")
    if kind not in BLOCKS:
        notes.unscanned.append(f"The tensor type {kind} is not known.")
        return offset, 0
    block, held = BLOCKS[kind]
    return offset, -(-elements // block) * held


def _lay_out(spans: list[tuple[int, int]], held: int, alignment: int) -> None:
    end = 0
    for offset, length in sorted(spans):
        if offset % alignment or offset < end:
            raise Lie("a tensor overlaps another one or is not aligned")
        end = offset + length
        if end > held:
            raise Lie("a tensor reaches beyond the end of the file")
