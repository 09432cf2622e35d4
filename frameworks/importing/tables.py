"""Tables of strangers (CSV, XLSX): read within limits, and the template that is taken away.

A row is a mapping from the name of its column to text. Formulas are never computed.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from frameworks.importing.plan import Plan, PlannedNode
from ledger.errors import Refused

CODE = "broken-table"
MAX_BYTES, MAX_UNPACKED, MAX_PARTS = 5_000_000, 24_000_000, 100
MAX_ROWS, MAX_COLUMNS = 5_000, 30
COLUMNS = (
    "key",
    "parent",
    "title",
    "text",
    "question",
    "guidance",
    "evidence",
    "scope",
    "assessable",
    "formerly",
)
EXAMPLE = (
    ("1", "", "Policy", "", "", "", "", "", "no", ""),
    (
        "1.1",
        "1",
        "A policy for AI is in force",
        "The policy says who decides about AI, and by what rules.",
        "Is there a policy for AI that people know and follow?",
        "A good answer names the document, its owner, and its last review.",
        "policy; minutes",
        "organisation",
        "yes",
        "",
    ),
)
_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"no", "false", "0"})
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BROKEN = (
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
    RuntimeError,
)

Rows = list[tuple[int, dict[str, str]]]


def read_table(data: bytes, required: Sequence[str]) -> Rows:
    """Rows with their number in the file (the header is 1), by names of columns in lower case.

    Raises Refused at the field ``file`` for what is no table, too large, broken, or lacks one of
    the ``required`` columns.
    """
    if len(data) > MAX_BYTES:
        _refuse(_("The table is larger than 5 MB. Split it."))
    lines = _xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data)
    header, rows = _split(lines)
    missing = [name for name in required if name not in header]
    if missing:
        _refuse(
            _("These columns are missing: %s. Take the template and fill that.")
            % ", ".join(missing)
        )
    return rows


def plan_from_table(rows: Rows) -> Plan:
    """A framework from the rows of the template; each node knows its row."""
    plan = Plan()
    unknown = sorted({name for _n, row in rows for name in row} - set(COLUMNS))
    if unknown:
        plan.notes.append(_("Columns that nobody reads: %s") % ", ".join(unknown)[:300])
    for number, row in rows:
        where = _("row %d") % number
        node = PlannedNode(
            key=row.get("key", ""),
            parent=row.get("parent", ""),
            title=row.get("title", ""),
            where=where,
            text=row.get("text", ""),
            question=row.get("question", ""),
            guidance=row.get("guidance", ""),
            scope=row.get("scope", "").lower(),
            assessable=_yes_or_no(plan, where, row.get("assessable", "")),
            evidence=_list(row.get("evidence", "")),
            was=_list(row.get("formerly", "")),
        )
        plan.nodes.append(node)
    return plan


def template_csv() -> bytes:
    """The template as CSV (UTF-8 with a mark)."""
    found = io.StringIO()
    csv.writer(found).writerows([COLUMNS, *EXAMPLE])
    return b"\xef\xbb\xbf" + found.getvalue().encode()


def template_xlsx() -> bytes:
    """The template as a workbook of one sheet; every cell is text."""
    # Loaded only here: it brings numpy along, at the start of every process.
    from openpyxl import Workbook  # type: ignore[import-untyped] # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title, sheet.freeze_panes = "framework", "A2"
    for row in (COLUMNS, *EXAMPLE):
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.number_format = "@"
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _refuse(message: str) -> NoReturn:
    raise Refused(message, code=CODE, field="file")


def _split(lines: Iterable[Sequence[str]]) -> tuple[list[str], Rows]:
    numbered = enumerate(lines, start=1)
    _number, first = next(numbered, (1, []))
    header = [" ".join(text.split()).lower() for text in first]
    while header and not header[-1]:
        header.pop()
    if not header or len(header) > MAX_COLUMNS:
        _refuse(_("The first row must name the columns, as in the template."))
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        _refuse(_("Two columns are called “%s”. Remove one.") % doubled[0][:60])
    rows: Rows = []
    for number, cells in numbered:
        texts = [text.strip() for text in cells]
        if not any(texts):
            continue
        if any(texts[len(header) :]):
            _refuse(
                _("Row %d has cells to the right of the last named column. Is a quote missing?")
                % number
            )
        if len(rows) == MAX_ROWS:
            _refuse(_("The table has more than 5,000 rows."))
        rows.append(
            (number, {name: t for name, t in zip(header, texts, strict=False) if name and t})
        )
    return header, rows


def _csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(_("The file is not UTF-8. Save it as “CSV UTF-8” or as XLSX."))
    if "\x00" in text:
        _refuse(_("The file holds NUL characters. Save it as “CSV UTF-8” or as XLSX."))
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error:
        _refuse(_("The quotes are broken near line %d of the file.") % reader.line_num)


def _xlsx(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415  (numpy, as above)

    try:
        _look_at_parts(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that are not needed
            book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file claims of its size is not believed
            most = MAX_ROWS * 2
            for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
                if number > most:
                    _refuse(_("The table has more than 5,000 rows."))
                yield [_cell(number, cell) for cell in cells]
    except _BROKEN as error:
        raise Refused(
            _("The workbook is damaged. Open it and save it as XLSX again."),
            code=CODE,
            field="file",
        ) from error


def _look_at_parts(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            _refuse(_("The workbook unpacks to more than 24 MB. It was not opened."))
        if any(part.flag_bits & 1 for part in parts):
            _refuse(_("The workbook has a password. Save it without one."))
        if any(part.filename.casefold().endswith("vbaproject.bin") for part in parts):
            _refuse(_("The workbook holds macros. Save it as XLSX without them."))
        for part in parts:
            with archive.open(part) as stream:
                content = stream.read(MAX_UNPACKED + 1)
            # UTF-16 would hide what is looked for.
            if _DOCTYPE.search(content) or content.startswith((b"\xff\xfe", b"\xfe\xff")):
                _refuse(_("The workbook holds a document type, which no spreadsheet writes."))


def _cell(number: int, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in {"f", "e"}:
        _refuse(
            _("Row %(row)d, column %(column)s holds a formula or an error. Put its value there.")
            % {"row": number, "column": cell.column_letter}
        )
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _yes_or_no(plan: Plan, where: str, written: str) -> bool | None:
    word = written.strip().lower()
    if not word:
        return None
    if word not in _YES | _NO:
        plan.refuse(f"{where}, assessable", _("Write yes or no, not “%s”.") % written[:40])
    return word in _YES


def _list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(";") if part.strip())
