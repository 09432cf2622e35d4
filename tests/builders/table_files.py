"""Table files: taken from the registry, edited, hostile."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook, load_workbook

from models_registry.actions.kinds import SYSTEMS
from models_registry.actions.many import Kind
from models_registry.queries.sheets import columns_of, rows_of
from models_registry.spreadsheet.writing import as_csv, as_xlsx


def taken(world: Any, *, kind: Kind = SYSTEMS, suffix: str = "csv") -> bytes:
    """The table of everything that the engineer may see."""
    columns = columns_of(kind.model, kind.fields)
    found = kind.model._default_manager.visible_to(world.engineer)  # type: ignore[attr-defined]
    rows = rows_of(found, columns, kind.people)
    return b"".join(as_csv(columns, rows)) if suffix == "csv" else as_xlsx("S", columns, rows)


def edited(raw: bytes, changes: Mapping[tuple[int, str], str]) -> bytes:
    """A CSV file with other texts in some cells: (row, column) → text, rows counted from 2."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    for (row, column), text in changes.items():
        while len(rows) < row:
            rows.append([""] * len(rows[0]))
        rows[row - 1][rows[0].index(column)] = text
    return csv_of(rows)


def csv_of(rows: Iterable[Iterable[Any]], **dialect: Any) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(rows)
    return text.getvalue().encode()


def workbook(rows: Iterable[Iterable[Any]], *, merge: str = "", more: bool = False) -> bytes:
    """Rows as a workbook, as a spreadsheet program writes it."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if merge:
        book.active.merge_cells(merge)
    if more:
        book.create_sheet("Notes")
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def repacked(raw: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced or added."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(found, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return found.getvalue()


def resaved(raw: bytes) -> bytes:
    """A workbook as it comes out of another program that opened and saved it."""
    book = load_workbook(io.BytesIO(raw))
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()
