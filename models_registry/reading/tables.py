"""Inspect an uploaded table: the profile, or a sentence that says what to do."""

import logging
import os
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.errors import Refused
from models_registry.reading.process import ChildFailed, ChildLimits, ask
from models_registry.reading.profile import TableProfile

log = logging.getLogger(__name__)
DEFAULT_LIMIT = 250 * 1024 * 1024
SENTENCES: dict[str, str | Promise] = {
    "empty_file": _("The file is empty. Upload a table with a header line and rows."),
    "container": _(
        "The file is a %(container)s archive or document, not a table. Unpack it, or save the "
        "sheet as CSV or Parquet, and upload that."
    ),
    "wrong_format": _(
        "The file is announced as %(announced)s, but its bytes are %(actual)s. Give it the "
        "right ending and upload it again."
    ),
    "truncated_parquet": _("The Parquet file ends too early. Write it again and upload it whole."),
    "unreadable_parquet": _("The Parquet file cannot be read: %(detail)s"),
    "unreadable_jsonl": _(
        "The JSONL file cannot be read: %(detail)s. Each line is one object, and a column has the "
        "same type on every line."
    ),
    "nested": _("“%(column)s” holds lists or objects. Write one plain value per column and line."),
    "unreadable_csv": _("The CSV file cannot be read: %(detail)s"),
    "utf16": _("The file is written in UTF-16. Save it as UTF-8 and upload it again."),
    "nul_bytes": _(
        "The file holds NUL bytes, so it is not a text table. Export it again as CSV in UTF-8."
    ),
    "too_many_columns": _(
        "The table has %(columns)s columns; at most %(limit)s can be read. Keep the ones that "
        "the model and its checks need."
    ),
    "no_header": _(
        "The first line holds only numbers (%(first)s …), so the columns have no names. Add a "
        "header line."
    ),
    "duplicate_column": _("Two columns are called “%(column)s”. Give each its own name."),
    "bad_line": _("Line %(line)s does not fit the header: %(detail)s"),
    "inflates": _(
        "The Parquet file unpacks to %(rows)s rows of %(columns)s columns, which is more than "
        "can be read. Split it."
    ),
    "no_rows": _("The table has %(columns)s columns and no rows. Upload one with rows."),
    "all_missing": _(
        "All %(rows)s rows are empty: every cell of every column is missing. Check the export."
    ),
    "out_of_memory": _("The table needs more memory than a check may use. Upload a smaller one."),
}
FAILURES: dict[str, str | Promise] = {
    "timeout": _("Reading the table took too long and was stopped. Upload a smaller one."),
    "cpu": _("Reading the table took too long and was stopped. Upload a smaller one."),
    "memory": SENTENCES["out_of_memory"],
    "crash": _("The table broke the reader, so it was not accepted. Write the file again."),
    "garbled": _("The table broke the reader, so it was not accepted. Write the file again."),
}
LIMITS = ChildLimits(wall_seconds=120, cpu_seconds=120, memory_mb=1024)


def sentence(code: str, facts: dict[str, str | int]) -> str:
    """The sentence for a problem that the reading process reported by code."""
    template = SENTENCES.get(code, FAILURES["crash"])
    return str(template) % {key: str(value)[:200] for key, value in facts.items()}


def inspect_table(
    path: str | os.PathLike[str], media_type: str, *, limits: ChildLimits = LIMITS
) -> TableProfile:
    """Return the profile of a CSV, JSONL or Parquet file, read in a process of its own.

    `media_type` decides which format is expected ("parquet" or "jsonl" in it, else CSV); the
    bytes must agree. Raises Refused, code `table.<problem>`, with a sentence
    that says what to do.
    """
    file = Path(path).resolve()
    refuse_oversize(file.stat().st_size)
    request = {"path": str(file), "media_type": media_type}
    try:
        answer = ask("models_registry.reading.child", request, limits)
    except ChildFailed as failure:
        log.warning("The table reader gave no answer: %s", failure)
        raise Refused(FAILURES[failure.kind], code=f"table.{failure.kind}", field="file") from None
    if problem := answer.get("problem"):
        code = str(problem["code"])
        raise Refused(sentence(code, problem["facts"]), code=f"table.{code}", field="file")
    return TableProfile.from_json(answer["profile"])


def refuse_oversize(size: int) -> None:
    """Raise Refused (413) when a file of `size` bytes is above ASSAY_UPLOAD_LIMIT."""
    limit = int(getattr(settings, "ASSAY_UPLOAD_LIMIT", DEFAULT_LIMIT))
    if size > limit:
        message = _("The file has %(size)s MB; at most %(limit)s MB can be uploaded.") % {
            "size": size // 1024**2,
            "limit": limit // 1024**2,
        }
        raise Refused(message, code="table.too_large", field="file", status=413)
