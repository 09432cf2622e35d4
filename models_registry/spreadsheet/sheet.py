"""A table as it was read: names of columns, and rows of text. No Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models_registry.spreadsheet.problem import SheetProblem

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 64
MAX_CELL = 10_000


@dataclass(frozen=True)
class Row:
    """A row by the names of its columns. ``number`` is that of the spreadsheet, the header is 1.

    ``problems`` are codes of cells that were not taken, such as formulas.
    """

    number: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """What a file holds. ``notes`` are codes of what was taken with a remark."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the way between two processes."""
        rows = [[row.number, row.cells, row.problems] for row in self.rows]
        return {"names": list(self.names), "rows": rows, "notes": list(self.notes)}


def from_json(found: dict[str, Any]) -> Sheet:
    """The other way of ``Sheet.as_json``."""
    rows = tuple(Row(number, cells, problems) for number, cells, problems in found["rows"])
    return Sheet(tuple(found["names"]), rows, tuple(found["notes"]))


@dataclass(frozen=True)
class Cell:
    """One cell as the reader of a format found it; ``problem`` is a code."""

    text: str
    problem: str = ""


def build(lines: Iterable[tuple[int, Sequence[Cell]]], notes: Iterable[str] = ()) -> Sheet:
    """A sheet of numbered lines of cells, the first of which names the columns.

    Rows without any text are left out. Raises ``SheetProblem`` for a missing or doubled name,
    too many rows or columns, and a row that is wider than the header.
    """
    numbered = iter(lines)
    first = next(numbered, None)
    names = _names([] if first is None else [cell.text for cell in first[1]])
    rows: list[Row] = []
    for number, cells in numbered:
        if not any(cell.text or cell.problem for cell in cells):
            continue
        if len(rows) == MAX_ROWS:
            raise SheetProblem("too_many_rows", limit=MAX_ROWS)
        rows.append(_row(number, names, cells))
    return Sheet(tuple(name for name in names if name), tuple(rows), tuple(notes))


def _names(header: Sequence[str]) -> list[str]:
    names = [" ".join(text.split()).casefold() for text in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetProblem("no_header")
    if len(names) > MAX_COLUMNS:
        raise SheetProblem("too_many_columns", limit=MAX_COLUMNS)
    doubled = [name for name in names if name and names.count(name) > 1]
    if doubled:
        raise SheetProblem("doubled_column", column=doubled[0][:80])
    return names


def _row(number: int, names: Sequence[str], cells: Sequence[Cell]) -> Row:
    if any(cell.text or cell.problem for cell in cells[len(names) :]):
        raise SheetProblem("wide_row", row=number)
    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if not name:
            continue
        texts[name] = cell.text[:MAX_CELL]
        problem = cell.problem or ("too_long" if len(cell.text) > MAX_CELL + 1 else "")
        if problem:
            problems[name] = problem
    return Row(number, texts, problems)
