"""Reading XLSX that may be hostile. No Django."""

import datetime as dt
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from models_registry.spreadsheet.problem import SheetProblem
from models_registry.spreadsheet.sheet import MAX_COLUMNS, MAX_ROWS, Cell, Sheet, build

MAX_PARTS = 200
MAX_UNPACKED = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_OVERLAP = 64
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell[\s/>]")
# Blank rows that a spreadsheet keeps for their colour are walked over, up to here.
_LAST_ROW = MAX_ROWS * 4
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    SyntaxError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,  # also a compression that zipfile does not know
)


def read_xlsx(path: Path) -> Sheet:
    """The first sheet of the workbook.

    Raises ``SheetProblem`` for a broken file, one that unpacks to too much, document types and
    entities, macros, passwords, merged cells, and too many rows or columns.
    """
    try:
        _look_at_parts(path)
        # By its bytes, since openpyxl goes by the name of a file where it has one.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are not needed
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
            try:
                return _first(book)
            finally:
                book.close()
    except _BROKEN as error:
        raise SheetProblem("broken_xlsx") from error


def _look_at_parts(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise SheetProblem("bomb", limit=MAX_UNPACKED // 1024 // 1024)
        if len(set(names)) < len(names) or "[Content_Types].xml" not in names:
            raise SheetProblem("broken_xlsx")
        if any(part.flag_bits & 1 for part in parts):
            raise SheetProblem("password")
        if any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise SheetProblem("macros")
        for part in parts:
            _look_at(archive, part)


def _look_at(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    tail, read = b"", 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not read and chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise SheetProblem("broken_xlsx")  # UTF-16 would hide what is looked for
            read += len(chunk)
            if read > MAX_UNPACKED:
                raise SheetProblem("bomb", limit=MAX_UNPACKED // 1024 // 1024)
            seen = tail + chunk
            if _DOCTYPE.search(seen):
                raise SheetProblem("doctype")
            if "worksheets/" in part.filename and _MERGED.search(seen):
                raise SheetProblem("merged")
            tail = seen[-_OVERLAP:]


def _first(book: Any) -> Sheet:
    if not book.worksheets:
        raise SheetProblem("no_header")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file claims of its size is not believed
    notes = ["other_sheets"] if len(book.worksheets) > 1 else []
    return build(_lines(sheet), notes)


def _lines(sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        if number > _LAST_ROW:
            raise SheetProblem("too_many_rows", limit=MAX_ROWS)
        yield number, [_cell(cell) for cell in cells]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell("", "formula")
    if cell.data_type == "e":
        return Cell("", "error_value")
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    if isinstance(value, dt.date | dt.time):
        return Cell(value.isoformat())
    return Cell(str(value))
