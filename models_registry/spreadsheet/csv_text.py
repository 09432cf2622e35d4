"""Reading CSV as spreadsheets write it. No Django."""

import csv
import io
from collections.abc import Iterator, Sequence

from models_registry.spreadsheet.problem import SheetProblem
from models_registry.spreadsheet.sheet import Cell, Sheet, build

_DELIMITERS = (",", ";", "\t")
_OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff")


def read_csv(raw: bytes) -> Sheet:
    """The table in ``raw``: UTF-8 with or without a mark; comma, semicolon or tab between cells.

    Raises ``SheetProblem`` for another encoding, NUL bytes, broken quotes and short rows.
    """
    text = _text(raw)
    head, _line, rest = text.partition("\n")
    skipped, delimiter = 0, _delimiter(head)
    if head.strip().lower() in {"sep=,", "sep=;", "sep=\\t", "sep=\t"}:
        skipped, text, delimiter = 1, rest, _delimiter(rest.partition("\n")[0])
    return build(_lines(text, delimiter, skipped))


def _text(raw: bytes) -> str:
    if raw.startswith(_OTHER_UNICODE):
        raise SheetProblem("not_utf8")
    if b"\0" in raw:
        raise SheetProblem("nul")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise SheetProblem("not_utf8", row=row) from error


def _delimiter(head: str) -> str:
    """What stands most often between the names of the columns."""
    return max(_DELIMITERS, key=head.count)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    width = 0
    try:
        for number, fields in enumerate(reader, start=1 + skipped):
            width = width or len(fields)
            if any(fields) and len(fields) < width:
                raise SheetProblem("short_row", row=number)
            yield number, [Cell(field) for field in fields]
    except csv.Error as error:
        raise SheetProblem("broken_csv", row=reader.line_num + skipped) from error
