"""A workbook of an assessment that comes back: compared cell by cell, applied or discarded."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import colleagues
from governance.assessments.actions.locking import locked_open
from governance.assessments.actions.many import Ask, Line, plan_answers, write_lines
from governance.assessments.models import Answer, AnswerSheet, Assessment, Level
from governance.assessments.queries import rows
from governance.assessments.queries.workbook import (
    EDITED,
    as_read,
    emails_of,
    mark,
    marks_in,
    written,
)
from ledger.actions import action
from ledger.canonical import canonical, plain, sha256_hex
from ledger.errors import Refused
from models_registry.spreadsheet.asking import cell_sentence, read_kept
from models_registry.spreadsheet.sheet import MAX_BYTES, MAX_CELL, Row, Sheet
from vault.actions import store

_LONGEST = {"text": 20_000, "reason": 4_000}


def upload_sheet(
    *, by: User, assessment: Assessment, stream: IO[bytes], file_name: str
) -> AnswerSheet:
    """Keep a workbook; nothing of it is written yet.

    Raises PermissionDenied, or Refused when the assessment is not open or the file is no
    workbook of an assessment.
    """
    require(by, Permission.ASSESSMENT_ANSWER, assessment.unit_id)
    kept = store(
        stream,
        media_type="application/octet-stream",
        by=by,
        why=f"Workbook of assessment {assessment.pk}",
        max_bytes=MAX_BYTES,
    )
    missing = {"key", "id", "version", "digest"} - set(read_kept(kept).names)
    if missing:
        raise Refused(
            _("These columns are missing: %(names)s. Take the workbook again and edit that.")
            % {"names": ", ".join(sorted(missing))},
            code="no-workbook",
            field="file",
        )
    with action("governance.sheet.uploaded", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_ANSWER)
        name = file_name.strip()[:200] or "assessment.xlsx"
        found = AnswerSheet(assessment=held, file=kept, file_name=name, uploaded_by=by)
        act.save(found)
    return found


def plan_workbook(by: User, sheet: AnswerSheet) -> list[Line]:
    """What the workbook would change now, and what of it is refused, cell by cell."""
    return _plan(by, sheet.assessment, read_kept(sheet.file))


def plan_mark(lines: Sequence[Line]) -> str:
    """SHA-256 of the cells that a plan would write: what was shown and what is written is one."""
    cells = [
        [line.ask.key, cell.name, plain(cell.old), plain(cell.new)]
        for line in lines
        for cell in line.ready
    ]
    return sha256_hex(canonical(cells))


def apply_workbook(*, by: User, sheet: AnswerSheet, shown: str) -> AnswerSheet:
    """Write the cells that the plan lets pass, in one transaction.

    ``shown`` is the ``plan_mark`` of the plan that the person saw. Raises Refused when it is
    another one by now, when there is nothing to write, or the workbook is closed.
    """
    read = read_kept(sheet.file)
    with action("governance.answer.saved", by=by, reason=_("Workbook")) as act:
        held = locked_open(by, sheet.assessment, Permission.ASSESSMENT_ANSWER)
        found = _still_open(sheet)
        lines = _plan(by, held, read)
        if plan_mark(lines) != shown:
            raise Refused(
                _("Nothing was changed: answers changed since you saw this. Look again."),
                code="stale-plan",
                status=409,
            )
        count = sum(len(line.ready) for line in lines)
        if not count:
            raise Refused(_("There is nothing to change."), code="nothing", status=409)
        write_lines(act, by, held, lines)
        found.state, found.closed_by = AnswerSheet.State.APPLIED, by
        found.written, found.refused = count, sum(line.refused for line in lines)
        act.save(found, event="governance.sheet.applied")
    return found


def discard_workbook(*, by: User, sheet: AnswerSheet) -> AnswerSheet:
    """Close a workbook without writing anything of it; the file stays in the vault."""
    with action("governance.sheet.discarded", by=by) as act:
        locked_open(by, sheet.assessment, Permission.ASSESSMENT_ANSWER)
        found = _still_open(sheet)
        found.state, found.closed_by = AnswerSheet.State.DISCARDED, by
        act.save(found)
    return found


def _still_open(sheet: AnswerSheet) -> AnswerSheet:
    found: AnswerSheet = sheet.reloaded()
    if found.state != AnswerSheet.State.PLANNED:
        raise Refused(
            _("This workbook was applied or discarded already. Upload it again."),
            code="closed",
            status=409,
        )
    return found


def _plan(by: User, assessment: Assessment, sheet: Sheet) -> list[Line]:
    reader = _Reader(by, assessment, sheet)
    return plan_answers(assessment, [reader.ask(row) for row in sheet.rows])


class _Reader:
    """Turns rows of the workbook into what they ask for, with what that needs read once."""

    def __init__(self, by: User, assessment: Assessment, sheet: Sheet) -> None:
        self.assessment = assessment
        found = list(rows(assessment))
        self.rows = {row.key: row for row in found}
        self.emails = emails_of(found)
        self.people = {one.email.casefold(): one.pk for one in colleagues(by)}
        self.times = Counter(row.cells.get("key", "").strip() for row in sheet.rows)

    def ask(self, row: Row) -> Ask:
        """What one row asks for; every cell that asks for something wrong has its reason."""
        key = row.cells.get("key", "").strip()
        stored = self.rows.get(key)
        if stored is None or self.times[key] > 1:
            twice = _("The workbook has this question in more than one row.")
            why = twice if stored is not None else _("The assessment has no such question.")
            return Ask(key[:40], {}, problems={"": why}, row=row.number)
        now = written(stored, self.emails)
        marks = marks_in(
            row.cells.get("digest", ""), self.assessment.pk, key, row.cells.get("version", "")
        )
        values, problems = self._cells(row, stored, now, marks)
        if "title" in row.cells and as_read("text", row.cells["title"]) != stored.title:
            problems["title"] = _("A workbook cannot change this.")
        if row.cells.get("id", "").strip() != str(self.assessment.pk):
            problems[""] = _("This row is from the workbook of another assessment.")
        return Ask(key, values, problems=problems, row=row.number)

    def _cells(
        self, row: Row, stored: Any, now: dict[str, str], marks: dict[str, str] | None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """New values and reasons against them, by field."""
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name, field in EDITED.items():
            if name not in row.cells or not self._asks(row, name, now[name], marks):
                continue
            value, problem = None, self._stale(stored, name, now[name], marks)
            if not problem and name in row.problems:
                problem = cell_sentence(row.problems[name])
            if not problem:
                value, problem = self._value(name, as_read(name, row.cells[name]))
            if problem:
                problems[field] = problem
            else:
                values[field] = value
        return values, problems

    def _asks(self, row: Row, name: str, now: str, marks: dict[str, str] | None) -> bool:
        """Whether the cell asks for something: it is neither as it was nor as it is stored now."""
        text = as_read(name, row.cells[name])
        if row.problems.get(name) == "too_long":
            return not now.startswith(text[: MAX_CELL - 1])
        was = marks and marks[name] == mark(
            self.assessment.pk, row.cells["key"].strip(), name, text
        )
        return name in row.problems or (not was and text != now)

    def _stale(self, stored: Any, name: str, now: str, marks: dict[str, str] | None) -> str:
        """Why a changed cell cannot be taken, whatever it says."""
        if marks is None:
            return _("The hidden columns of this row were changed. Take the workbook again.")
        if marks[name] != mark(self.assessment.pk, stored.key, name, now):
            who = {"who": stored.saved_by_name, "now": now[:80] or "–"}
            return _("Changed meanwhile by %(who)s; it says “%(now)s” now.") % who
        return ""

    def _value(self, name: str, text: str) -> tuple[Any, str]:
        """The value that a cell names, or why it names none."""
        if name in _LONGEST:
            long = len(text) > _LONGEST[name]
            return text, _("The text is too long.") if long else ""
        if not text:
            return None, _("This cannot be empty.") if name == "applicability" else ""
        try:
            return _READERS[name](self, text), ""
        except (KeyError, ValueError):
            return None, str(_EXPECTED[name]()) % {"text": text[:80]}

    def owner(self, text: str) -> int:
        """The person with this address. Raises ``KeyError``."""
        return self.people[text.casefold()]


def _choice(choices: Sequence[tuple[Any, Any]], text: str) -> Any:
    known = {str(value).casefold(): value for value, _label in choices}
    known |= {str(label).casefold(): value for value, label in choices}
    return known[text.casefold()]


_READERS: dict[str, Any] = {
    "applicability": lambda reader, text: _choice(Answer.Applicability.choices, text),
    "level": lambda reader, text: int(_choice(Level.choices, text)),
    "owner": lambda reader, text: reader.owner(text),
    "due_date": lambda reader, text: dt.date.fromisoformat(text),
}
_EXPECTED: dict[str, Any] = {
    "applicability": lambda: _("“%(text)s” is neither applicable nor not_applicable."),
    "level": lambda: _("“%(text)s” is no level: 0 to 4, or empty."),
    "owner": lambda: _("No colleague of yours has the address “%(text)s”."),
    "due_date": lambda: _("“%(text)s” is no day such as 2027-01-31."),
}
