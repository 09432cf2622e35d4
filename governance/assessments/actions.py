"""Writing assessments and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from frameworks.identifiers import canonical_key
from frameworks.models import FrameworkVersion, Node
from frameworks.queries import current_version
from governance.assessments import states
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries import FINISHED, rows
from ledger.actions import action
from ledger.errors import Refused
from ledger.merge import Clash, merge_fields
from ledger.transitions import NoTransition, Transition, step
from models_registry.models import AISystem


@dataclass(frozen=True)
class Saved:
    """What became of a save: the answer as stored now, and fields that two people changed.

    With clashes, ``other`` is who had saved before, and ``other_at`` when.
    """

    answer: Answer
    clashes: tuple[Clash, ...] = ()
    changed: frozenset[str] = frozenset()
    other: User | None = None
    other_at: datetime | None = None


def open_assessment(
    *,
    by: User,
    system: AISystem,
    title: str,
    framework_version: FrameworkVersion | None = None,
    owner: User | None = None,
    period_start: date | None = None,
    period_end: date | None = None,
    due_date: date | None = None,
) -> Assessment:
    """Open an assessment of a system, against the AI RMF 1.0 unless another version is given.

    The owner is whoever opens it unless named. No answer rows are made: each appears with its
    first save. Raises PermissionDenied, or Refused for an owner who may not see the system or
    a period that ends before it begins.
    """
    require(by, Permission.ASSESSMENT_OPEN, system.unit_id)
    owner = owner or by
    _check_owner(owner.pk, system.unit_id)
    assessment = Assessment(
        system=system,
        framework_version=framework_version or current_version(),
        title=title.strip(),
        owner=owner,
        period_start=period_start,
        period_end=period_end,
        due_date=due_date,
    )
    with action("governance.assessment.opened", by=by) as act:
        act.save(assessment)
    return assessment


def save_answer(
    *,
    by: User,
    assessment: Assessment,
    key: str,
    mine: Mapping[str, Any],
    base: Mapping[str, Any],
    keep: frozenset[str] = frozenset(),
) -> Saved:
    """Merge what ``by`` sent into the stored answer of the subcategory ``key``, per field.

    ``mine`` holds the sent fields of ``Answer.FIELDS``, ``base`` the values that were seen.
    Fields that nobody else changed are stored; a field that somebody else changed meanwhile is
    left as it is and reported as a clash, unless named in ``keep``. Saves of one assessment
    wait for each other, so that nothing is lost between reading and writing. Raises
    PermissionDenied, or Refused when the assessment is not open, the identifier is unknown or a
    value is not allowed.
    """
    mine, base = _tidy(mine), _tidy(base)
    with action("governance.answer.saved", by=by) as act:
        locked = _locked(by, assessment, Permission.ASSESSMENT_ANSWER)
        if not locked.is_open:
            raise Refused(
                _("This assessment is submitted. Reopen it before you change answers."),
                code="not-open",
                status=409,
            )
        answer = _answer(by, locked, key)
        merge = merge_fields(base, mine, answer.values, keep)
        before = (answer.saved_by, answer.updated_at) if merge.clashes else (None, None)
        if merge.changed:
            if "owner_id" in merge.changed and merge.final["owner_id"] is not None:
                _check_owner(merge.final["owner_id"], locked.system.unit_id)
            for name in merge.changed:
                setattr(answer, name, merge.final[name])
            answer.saved_by = by
            act.save(answer)
    return Saved(answer, merge.clashes, merge.changed, *before)


def submit_assessment(*, by: User, assessment: Assessment, reason: str = "") -> Assessment:
    """Hand the assessment in.

    Raises Refused, naming what is left, while answers are unfinished and no reason is given
    for handing it in like that.
    """
    left = [row.key for row in rows(assessment) if row.progress not in FINISHED]
    if left and not reason.strip():
        raise Refused(
            ngettext(
                "%(count)d answer is not finished: %(keys)s. Finish it, or say why you submit "
                "the assessment without it.",
                "%(count)d answers are not finished, such as %(keys)s. Finish them, or say why "
                "you submit the assessment without them.",
                len(left),
            )
            % {"count": len(left), "keys": ", ".join(left[:5])},
            code="unfinished",
            field="reason",
        )
    return _move(by, assessment, "submit", reason)


def reopen_assessment(*, by: User, assessment: Assessment, reason: str) -> Assessment:
    """Make a submitted assessment a draft again. Raises Refused without a reason."""
    return _move(by, assessment, "reopen", reason)


_EVENTS = {
    "submit": "governance.assessment.submitted",
    "reopen": "governance.assessment.reopened",
}


def _move(by: User, assessment: Assessment, verb: str, reason: str) -> Assessment:
    """Walk one row of the state table."""
    with action(_EVENTS[verb], by=by, reason=reason.strip()) as act:
        needed = {Permission(t.permission) for t in states.ASSESSMENT if t.verb == verb}
        locked = _locked(by, assessment, *needed)
        transition = _transition(locked.state, verb)
        if transition.needs_reason and not reason.strip():
            raise Refused(_("Say why."), code="reason-needed", field="reason")
        locked.state = transition.target
        locked.submitted_at = timezone.now() if locked.state == states.SUBMITTED else None
        act.save(locked)
    return locked


def _transition(state: str, verb: str) -> Transition:
    try:
        return step(states.ASSESSMENT, state, verb)
    except NoTransition as error:
        raise Refused(
            _("An assessment in state “%(state)s” does not allow this.") % {"state": state},
            code="wrong-state",
            status=409,
        ) from error


def _locked(by: User, assessment: Assessment, permission: Permission) -> Assessment:
    """The assessment as stored now, locked until the transaction ends.

    The permission is part of the query: one question less for each save.
    """
    found: Assessment | None = (
        Assessment.objects.select_related("system")
        .visible_to(by, permission)
        .select_for_update(of=("self",))
        .filter(pk=assessment.pk)
        .first()
    )
    if found is None:
        raise PermissionDenied(
            _("Your roles do not include “%(permission)s” here.") % {"permission": permission}
        )
    return found


def _tidy(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored: one kind of line end (browsers send CRLF), no blank reason."""
    unknown = set(values) - set(Answer.FIELDS)
    if unknown:
        raise Refused(_("Unknown fields: %s") % ", ".join(sorted(unknown)), code="unknown-field")
    tidy = {
        name: value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value
        for name, value in values.items()
    }
    if not str(tidy.get("reason", "x")).strip():
        tidy["reason"] = ""
    return tidy


def _answer(by: User, assessment: Assessment, key: str) -> Answer:
    try:
        wanted = canonical_key(key)
    except ValueError:
        wanted = ""
    answer: Answer | None = (
        Answer.objects.filter(assessment=assessment, node__key=wanted)
        .select_related("node")
        .first()
    )
    if answer is None:
        node = Node.objects.filter(
            framework_version_id=assessment.framework_version_id, assessable=True, key=wanted
        ).first()
        if node is None:
            raise Refused(
                _("The framework has no subcategory “%s”.") % key[:80],
                code="unknown-subcategory",
                status=404,
            )
        answer = Answer(node=node, saved_by=by)
    answer.assessment = assessment
    return answer


def _check_owner(owner_id: int, unit_id: int) -> None:
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None or not can(owner, Permission.RECORD_VIEW, unit_id):
        raise Refused(
            _("The owner must be somebody who may see the system."), code="owner", field="owner"
        )
