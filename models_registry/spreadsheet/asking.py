"""Read a kept table file in a limited process, and say in words what is wrong with it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.errors import Refused
from models_registry.reading.process import ChildFailed, ChildLimits, ask
from models_registry.spreadsheet.sheet import Sheet, from_json
from vault.models import StoredFile
from vault.queries import path_of

LIMITS = ChildLimits(wall_seconds=30, cpu_seconds=20, memory_mb=512)
_SENTENCES: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("The file is larger than %(limit)s MB. Split it."),
    "too_many_rows": gettext_lazy("The table has more than %(limit)s rows. Split it."),
    "too_many_columns": gettext_lazy("The table has more than %(limit)s columns."),
    "no_header": gettext_lazy("The first row must name the columns, as in the file you took."),
    "doubled_column": gettext_lazy("Two columns are called “%(column)s”. Remove one."),
    "wide_row": gettext_lazy(
        "Row %(row)s has cells to the right of the last named column. Is a quote missing?"
    ),
    "short_row": gettext_lazy("Row %(row)s has fewer cells than the header. Is a quote missing?"),
    "broken_csv": gettext_lazy("The quotes are broken near line %(row)s of the file."),
    "not_utf8": gettext_lazy("The file is not UTF-8. Save it as “CSV UTF-8” or as XLSX."),
    "nul": gettext_lazy("The file holds NUL bytes. Save it as “CSV UTF-8” or as XLSX."),
    "broken_xlsx": gettext_lazy("The workbook is damaged. Open it and save it as XLSX again."),
    "bomb": gettext_lazy("The workbook unpacks to more than %(limit)s MB. It was not opened."),
    "password": gettext_lazy("The workbook has a password. Save it without one."),
    "macros": gettext_lazy("The workbook holds macros. Save it as XLSX without them."),
    "doctype": gettext_lazy("The workbook holds a document type, which no spreadsheet writes."),
    "merged": gettext_lazy("The table has merged cells. Split them, so that each cell is one."),
    "old_office": gettext_lazy("This is an old or locked Excel file. Save it as XLSX or CSV."),
    "container": gettext_lazy("This is no table. Upload CSV or XLSX."),
}
_CELLS: dict[str, str | Promise] = {
    "formula": gettext_lazy("The cell holds a formula. Put its value there."),
    "error_value": gettext_lazy("The cell holds an error of the spreadsheet."),
    "too_long": gettext_lazy("The text is longer than 10,000 characters."),
}


def cell_sentence(code: str) -> str:
    """Why a cell was not taken."""
    return str(_CELLS[code])


def sentence(code: str, facts: Mapping[str, str | int]) -> str:
    """Why a file was not taken."""
    known = {"row": "?", "column": "?", "limit": "?", **facts}
    return str(_SENTENCES[code]) % known


def read_kept(file: StoredFile) -> Sheet:
    """The table in a file of the vault. Raises ``Refused`` with the reason."""
    request = {"path": str(path_of(file.digest)), "media_type": file.media_type}
    try:
        found = ask("models_registry.spreadsheet.child", request, LIMITS)
    except ChildFailed as failed:
        raise Refused(
            _("The file could not be read within the limits. Save it again as CSV UTF-8."),
            code="unreadable",
            field="file",
        ) from failed
    if "problem" in found:
        problem = found["problem"]
        text = sentence(problem["code"], problem["facts"])
        raise Refused(text, code="table", field="file")
    return from_json(found["sheet"])
