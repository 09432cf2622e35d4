"""Workbooks that no spreadsheet runs anything of. No Django."""

import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from web.cells import guarded, plain_text

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a sheet of the format holds, and what the name of one may not hold.
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\\]")


def as_xlsx(
    title: str,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
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
    sheet = book.create_sheet(_NOT_IN_TITLES.sub("-", title)[:31] or None)
    sheet.freeze_panes = "A2"
    for name, width in (widths or {}).items():
        column = sheet.column_dimensions[get_column_letter(list(names).index(name) + 1)]
        column.hidden, column.width = not width, width or 1
    header = []
    for name in names:
        cell = WriteOnlyCell(sheet, value=str(name))
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        sheet.append([_cell_value(partial(WriteOnlyCell, sheet), value) for value in row])
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _cell_value(cell_of: Callable[..., Any], value: Any) -> Any:
    if isinstance(value, int | float):
        return value if math.isfinite(value) else str(value)
    text = "" if value is None else plain_text(str(value))
    if not text:
        return None
    cell = cell_of(value=guarded(text)[:LONGEST_CELL])
    cell.data_type = "s"
    return cell
