"""Writing table files that come back unchanged. No Django."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from web.cells import guarded, plain_text
from web.workbooks import XLSX_TYPE, as_xlsx

__all__ = ["CSV_TYPE", "XLSX_TYPE", "as_csv", "as_xlsx"]

CSV_TYPE = "text/csv; charset=utf-8"


def as_csv(names: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[bytes]:
    """UTF-8 with a mark, since spreadsheets take it for Latin-1 without one."""
    yield b"\xef\xbb\xbf"
    for row in chain([names], rows):
        line = io.StringIO()
        csv.writer(line).writerow([_safe(value) for value in row])
        yield line.getvalue().encode()


def _safe(value: str | int) -> str | int:
    return value if isinstance(value, int) else guarded(plain_text(value))
