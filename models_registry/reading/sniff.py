"""Look at the bytes of an upload before any library does: format, encoding, delimiter, header.

Everything here is decided by us and not by a library's guess, because a guess that skips a
line or drops a column changes a verdict without telling anybody.
"""

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from models_registry.reading.problem import TableProblem

MAX_COLUMNS = 2000
CHUNK = 1 << 20
HEAD_BYTES = 256 * 1024
DELIMITERS = (",", ";", "\t", "|")

# Leading bytes of files that are often renamed to .csv; a table never starts with them.
CONTAINERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip"),
    (b"Rar!", "rar"),
    (b"\xd0\xcf\x11\xe0", "Office"),
    (b"%PDF", "PDF"),
)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written. `names` are the header's columns, made non-empty."""

    encoding: str
    delimiter: str
    names: tuple[str, ...]
    notes: tuple[str, ...]


def format_of(path: Path, media_type: str) -> str:
    """Return "csv", "jsonl" or "parquet"; the bytes must agree with `media_type`.

    Raises TableProblem for an empty file, an archive, or a format that was not announced.
    """
    if path.stat().st_size == 0:
        raise TableProblem("empty_file")
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(max(0, path.stat().st_size - 4))
        tail = file.read(4)
    for magic, name in CONTAINERS:
        if head.startswith(magic):
            raise TableProblem("container", container=name)
    announced = next((kind for kind in ("parquet", "jsonl") if kind in media_type), "csv")
    actual = "parquet" if head.startswith(b"PAR1") else "csv"
    if announced == "jsonl" and head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        actual = "jsonl"
    if actual != announced:
        raise TableProblem("wrong_format", announced=announced, actual=actual)
    if actual == "parquet" and tail != b"PAR1":
        raise TableProblem("truncated_parquet")
    return actual


def _encoding_of(path: Path) -> str:
    """Return "utf-8" or "latin-1", after reading every byte; refuse NUL bytes and UTF-16."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8"
    with path.open("rb") as file:
        start = file.read(2)
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise TableProblem("utf16")
        file.seek(0)
        while chunk := file.read(CHUNK):
            if b"\x00" in chunk:
                raise TableProblem("nul_bytes")
            if encoding == "utf-8":
                encoding = _still_utf8(decoder, chunk)
    return encoding if encoding == "latin-1" else _still_utf8(decoder, b"", final=True)


def _still_utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> str:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _head(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    complete = len(head) < HEAD_BYTES
    return text if complete else text.rpartition("\n")[0]


def _delimiter(text: str) -> str:
    """Pick the delimiter under which the first lines agree on the largest number of fields."""
    best = (",", 1)
    for delimiter in DELIMITERS:
        rows = list(_rows(text, delimiter, limit=50))
        widths = {len(row) for row in rows if row}
        width = len(rows[0]) if rows else 0
        agrees = len(widths) == 1
        if width > 1 and (agrees, width) > (best[1] > 1, best[1]):
            best = (delimiter, width)
    return best[0]


def _rows(text: str, delimiter: str, *, limit: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == limit:
                break
    except csv.Error as error:
        raise TableProblem("unreadable_csv", detail=str(error)) from error
    return rows


def _looks_like_data(names: list[str]) -> bool:
    def number(text: str) -> bool:
        try:
            float(text)
        except ValueError:
            return False
        return True

    return bool(names) and all(number(name) for name in names)


def _checked_names(names: list[str]) -> tuple[tuple[str, ...], list[str]]:
    if len(names) > MAX_COLUMNS:
        raise TableProblem("too_many_columns", columns=len(names), limit=MAX_COLUMNS)
    if _looks_like_data(names):
        raise TableProblem("no_header", first=", ".join(names[:3]))
    notes: list[str] = []
    result: list[str] = []
    for position, raw in enumerate(names, start=1):
        name = raw.strip()
        if not name:
            name = f"column_{position}"
            notes.append(f"unnamed_column:{position}")
        result.append(name)
    # Compared without case, because SQL engines do not tell "Age" from "age".
    seen: set[str] = set()
    for name in result:
        if name.casefold() in seen:
            raise TableProblem("duplicate_column", column=name)
        seen.add(name.casefold())
    return tuple(result), notes


def names_are_usable(names: list[str]) -> None:
    """Raise TableProblem when a Parquet file's column names are doubled or too many."""
    if len(names) > MAX_COLUMNS:
        raise TableProblem("too_many_columns", columns=len(names), limit=MAX_COLUMNS)
    _checked_names([name if not _looks_like_data([name]) else f"c{name}" for name in names])


def dialect_of(path: Path) -> Dialect:
    """Read encoding, delimiter and header of a CSV file.

    Raises TableProblem when there is no header, no column, a doubled name or a NUL byte.
    """
    encoding = _encoding_of(path)
    text = _head(path, encoding)
    if not text.strip():
        raise TableProblem("empty_file")
    delimiter = _delimiter(text)
    header = _rows(text, delimiter, limit=1)[0]
    names, notes = _checked_names(header)
    if encoding == "latin-1":
        notes.append("latin1")
    return Dialect(encoding, delimiter, names, tuple(notes))
