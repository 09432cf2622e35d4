"""An assessment as a workbook: its cells, and the marks by which a change of one is known.

The hidden column ``digest`` holds a mark of each cell as it was written and a seal over the row's
hidden columns. Both are keyed hashes (HMAC-SHA-256 with the key of this installation): what was
changed here since, and what was changed in the hidden columns, is seen without keeping anything.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from governance.assessments.models import Assessment
from governance.assessments.queries.answers import row_values, rows
from ledger.canonical import canonical
from models_registry.spreadsheet.cells import plain_text, unguarded

# Columns that people edit, with the fields of an answer behind them.
EDITED = {
    "applicability": "applicability",
    "reason": "reason",
    "level": "level",
    "text": "text",
    "owner": "owner_id",
    "due_date": "due_date",
}
COLUMNS = ("key", "title", *EDITED, "id", "version", "digest")
WIDTHS = {
    "key": 14, "title": 40, "applicability": 16, "reason": 30, "level": 7, "text": 70,
    "owner": 28, "due_date": 12, "id": 0, "version": 0, "digest": 0,
}  # fmt: skip


def cells_of(assessment: Assessment) -> Iterator[list[str | int]]:
    """One row of cells for each question; two queries."""
    found = list(rows(assessment))
    emails = emails_of(found)
    for row in found:
        texts = written(row, emails)
        version = str(row.answer_version)
        digest = digest_of(assessment.pk, row.key, version, texts)
        edited = [_number(texts[name]) if name == "level" else texts[name] for name in EDITED]
        yield [row.key, row.title, *edited, assessment.pk, row.answer_version, digest]


def emails_of(found: list[Any]) -> dict[int, str]:
    """The addresses of those who own one of these answers."""
    owners = {row.owner_id for row in found if row.owner_id}
    return dict(User.objects.filter(pk__in=owners).values_list("pk", "email"))


def written(row: Any, emails: dict[int, str]) -> dict[str, str]:
    """The edited columns of a row as their cells hold them, before they are made safe."""
    values = row_values(row)
    found = {name: values[field] for name, field in EDITED.items()}
    found["owner"] = emails.get(found["owner"], "")
    return {name: "" if value is None else plain_text(str(value)) for name, value in found.items()}


def digest_of(pk: int, key: str, version: str, texts: dict[str, str]) -> str:
    """What the hidden column says: a mark for each edited cell, then the seal."""
    marks = [mark(pk, key, name, texts[name]) for name in EDITED]
    return ".".join([*marks, _seal(pk, key, version, marks)])


def mark(pk: int, key: str, name: str, text: str) -> str:
    """The mark of one cell."""
    return _keyed("cell", [pk, key, name, text])


def marks_in(digest: str, pk: int, key: str, version: str) -> dict[str, str] | None:
    """The marks of a row by column; None when its hidden columns are not as they were written."""
    *marks, seal = digest.strip().split(".")
    if len(marks) != len(EDITED) or not constant_time_compare(seal, _seal(pk, key, version, marks)):
        return None
    return dict(zip(EDITED, marks, strict=True))


def as_read(name: str, text: str) -> str:
    """The text of a cell that came back, as ``written`` has it; spreadsheets turn days to times."""
    text = unguarded(plain_text(text))
    if name in {"text", "reason"}:
        return text
    return text.strip().removesuffix("T00:00:00").removesuffix(" 00:00:00")


def _seal(pk: int, key: str, version: str, marks: list[str]) -> str:
    return _keyed("row", [pk, key, version, *marks])


def _keyed(kind: str, parts: list[Any]) -> str:
    salt = f"assay.workbook.{kind}"
    return salted_hmac(salt, canonical(parts), algorithm="sha256").hexdigest()[:16]


def _number(text: str) -> str | int:
    return int(text) if text else ""
