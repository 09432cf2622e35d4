"""Changing many answers of one assessment at once: a plan that writes nothing, then its cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from governance.assessments.actions.answers import tidy
from governance.assessments.actions.locking import locked_open
from governance.assessments.models import Answer, Assessment, Review
from governance.assessments.queries import row_values, rows
from ledger.actions import Act, action
from ledger.errors import Refused
from models_registry.queries.many import units_seen_by


@dataclass(frozen=True)
class Ask:
    """What one answer shall become: some of ``Answer.FIELDS``, and the version that was seen.

    Version 0 is an answer that nobody began; without a version nothing is compared. ``problems``
    are reasons found before, by field; the empty field is about the whole row.
    """

    key: str
    values: Mapping[str, Any]
    version: int | None = None
    problems: Mapping[str, str] | None = None
    row: int = 0


@dataclass(frozen=True)
class Cell:
    """One field of one answer: what is stored, what shall be, and why not if it is refused."""

    name: str
    old: Any
    new: Any
    problem: str = ""


@dataclass(frozen=True)
class Line:
    """What a plan does with one question; ``question`` is its row, None for an unknown one."""

    ask: Ask
    question: Any
    cells: tuple[Cell, ...] = ()
    problem: str = ""

    @property
    def ready(self) -> tuple[Cell, ...]:
        """The cells that applying the plan would write."""
        return () if self.problem else tuple(cell for cell in self.cells if not cell.problem)

    @property
    def refused(self) -> int:
        """How many cells are refused."""
        return len(self.cells) - len(self.ready) or bool(self.problem)


def plan_answers(assessment: Assessment, asks: Sequence[Ask]) -> list[Line]:
    """What would become of ``asks``, in the same order; nothing is written.

    At most three queries, however many answers.
    """
    found = {row.key: row for row in rows(assessment)}
    owners = {ask.values["owner_id"] for ask in asks if ask.values.get("owner_id")}
    unit = assessment.unit
    seen = units_seen_by(owners, {unit.pk: unit.path})
    able = {person for person, units in seen.items() if unit.pk in units}
    return [_line(found.get(ask.key), ask, able) for ask in asks]


def apply_answers(*, by: User, assessment: Assessment, asks: Sequence[Ask]) -> list[Line]:
    """Write every cell that the plan lets pass, in one transaction.

    A change of owner or date alone is an event of its own: who gives work out is no author.
    Raises PermissionDenied, or Refused when the assessment is not open, nothing is to change, or
    an answer is not of the version that was seen.
    """
    with action("governance.answer.saved", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_ANSWER)
        lines = plan_answers(held, asks)
        _refuse(lines)
        write_lines(act, by, held, lines)
    return lines


def write_lines(act: Act, by: User, held: Assessment, lines: Iterable[Line]) -> None:
    """Store the ready cells of a plan of ``held``, which is locked and open."""
    ready = [line for line in lines if line.ready]
    assigned: list[Answer] = []
    nodes = [line.question.pk for line in ready]
    stored = {one.node_id: one for one in held.answers.filter(node__in=nodes)}
    for line in ready:
        answer = stored.get(line.question.pk) or Answer(node=line.question, saved_by=by)
        answer.assessment = held
        for cell in line.ready:
            setattr(answer, cell.name, cell.new)
        states = bool({cell.name for cell in line.ready} & Answer.STATEMENT)
        if states:
            answer.origin, answer.confirms = Answer.Origin.FRESH, None
            answer.stated_at, answer.saved_by = timezone.now(), by
        act.save(answer, event="" if states else "governance.answer.assigned")
        if not states:
            assigned.append(answer)
    keep_verdicts(act, assigned)


def keep_verdicts(act: Act, answers: Sequence[Answer]) -> None:
    """Let verdicts stand for answers that just got another owner or date, and no other words."""
    versions = {one.pk: one.version for one in answers}
    for review in Review.objects.filter(answer__in=versions).select_related("answer__assessment"):
        if review.answer_version == versions[review.answer_id] - 1:
            review.answer_version = versions[review.answer_id]
            act.save(review, event="governance.answer.review-kept")


def _line(row: Any, ask: Ask, able: set[int]) -> Line:
    problems = ask.problems or {}
    if row is None:
        return Line(ask, None, problem=_("The assessment has no such question."))
    stored = row_values(row)
    cells = [
        Cell(name, stored.get(name), new, problems.get(name) or _wrong(name, new, able))
        for name, new in tidy(ask.values).items()
        if name not in stored or new != stored[name]
    ]
    cells += [Cell(n, stored.get(n), "", p) for n, p in problems.items() if n not in ask.values]
    whole = ""
    if cells and ask.version not in (None, row.answer_version):
        whole = _("It changed since you saw it. Look at it again.")
    return Line(ask, row, tuple(cell for cell in cells if cell.name), problems.get("") or whole)


def _wrong(name: str, new: Any, able: set[int]) -> str:
    if name == "owner_id" and new is not None and new not in able:
        return _("The owner must be somebody who may see what is assessed.")
    return ""


def _refuse(lines: Sequence[Line]) -> None:
    stuck = [line for line in lines if line.problem]
    if stuck:
        named = ", ".join(line.ask.key for line in stuck[:5])
        raise Refused(
            _("Nothing was changed. These stand in the way: %(named)s. %(why)s")
            % {"named": named, "why": stuck[0].problem},
            code="not-applied",
            status=409,
        )
    if not any(line.ready for line in lines):
        raise Refused(_("There is nothing to change."), code="nothing", status=409)
