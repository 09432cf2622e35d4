"""Writing table files that come back unchanged. No Django."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from models_registry.spreadsheet.cells import guarded, plain_text

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(names: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """UTF-8 with a mark, since spreadsheets take it for Latin-1 without one."""
    yield b"\xef\xbb\xbf"
    for row in chain([names], rows):
        line = io.StringIO()
        csv.writer(line).writerow([_safe(value) for value in row])
        yield line.getvalue().encode()


def as_xlsx(
    title: str,
    names: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    *,
    widths: Mapping[str, int] | None = None,
) -> bytes:
    """A workbook of one sheet whose header stays in sight; numbers are numbers, text is text.

    ``widths`` are those of columns in characters, by name; a column of width 0 is hidden.
    """
    # Loaded only here: it brings numpy along, at the start of every process.
    from openpyxl import Workbook  # type: ignore[import-untyped] # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped] # noqa: PLC0415
    from openpyxl.styles import Font  # type: ignore[import-untyped] # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped] # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for name, width in (widths or {}).items():
        column = sheet.column_dimensions[get_column_letter(list(names).index(name) + 1)]
        column.hidden, column.width = not width, width or 1
    header = []
    for name in names:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        sheet.append([_cell_value(partial(WriteOnlyCell, sheet), value) for value in row])
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _cell_value(cell_of: Callable[..., Any], value: str | int) -> Any:
    if isinstance(value, int) or not value:
        return value if isinstance(value, int) else None
    cell = cell_of(value=_safe(value))
    cell.data_type = "s"
    return cell


def _safe(value: str | int) -> str | int:
    return value if isinstance(value, int) else guarded(plain_text(value))
