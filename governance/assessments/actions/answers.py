"""Writing answers: what somebody says, and what somebody says still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from governance.assessments.actions.locking import answer_of, check_owner, locked_open
from governance.assessments.models import Answer, Assessment, EvidenceLink, Progress
from governance.assessments.models.evidence import in_force
from governance.assessments.queries import INHERITED, as_of, row_for
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.merge import Clash, merge_fields


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
    mine, base = tidy(mine), tidy(base)
    with action("governance.answer.saved", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_ANSWER)
        answer = answer_of(by, held, key)
        merge = merge_fields(base, mine, answer.values, keep)
        before = (answer.saved_by, answer.updated_at) if merge.clashes else (None, None)
        if merge.changed:
            if "owner_id" in merge.changed and merge.final["owner_id"] is not None:
                check_owner(merge.final["owner_id"], held.unit_id)
            for name in merge.changed:
                setattr(answer, name, merge.final[name])
            if merge.changed & Answer.STATEMENT:
                answer.origin, answer.confirms = Answer.Origin.FRESH, None
                answer.stated_at = timezone.now()
            answer.saved_by = by
            act.save(answer)
    return Saved(answer, merge.clashes, merge.changed, *before)


def confirm_answer(*, by: User, assessment: Assessment, key: str) -> Answer:
    """Say that words still hold: one's own, the organisation's, or those of the last period.

    One's own stay as they are, with the time at which they were confirmed.

    They become an answer of this assessment, with where they come from; evidence of the last
    period that is still in force is offered again where the new period takes it over. Raises
    PermissionDenied, or Refused when the assessment is not open or nothing is offered.
    """
    with action("governance.answer.confirmed", by=by) as act:
        held = locked_open(by, assessment, Permission.ASSESSMENT_ANSWER)
        answer = answer_of(by, held, key)
        source = _offered(held, answer)
        for name, value in _words(held, source).items():
            setattr(answer, name, value)
        if source is not answer:
            answer.origin, answer.confirms = Answer.Origin.CONFIRMED, source
        answer.stated_at, answer.saved_by = timezone.now(), by
        act.save(answer)
        if source.assessment_id == held.previous_id and "evidence" in held.carried:
            _offer_again(act, by, source, answer)
    return answer


def _offered(assessment: Assessment, answer: Answer) -> Answer:
    """The answer whose words hold: the one that is given here, or one to take over."""
    row = row_for(assessment, answer.node.key)
    if row is not None and row.progress in {Progress.ANSWERED, Progress.NOT_APPLICABLE}:
        return answer
    if row is None or row.progress not in {Progress.TO_CONFIRM, Progress.INHERITED}:
        raise Refused(
            _("There is nothing to confirm here: answer the question."),
            code="nothing-to-confirm",
            status=409,
        )
    pk = row.organisation_answer_id if row.origin == INHERITED else row.last_answer_id
    found: Answer = Answer.objects.get(pk=pk)
    return found


def _words(assessment: Assessment, source: Answer) -> dict[str, Any]:
    """What is taken over from ``source``, by field."""
    names = {"applicability", "level", "text"}
    if source.assessment_id == assessment.previous_id:
        names = set(assessment.carried) - {"evidence"}
    if "applicability" in names:
        names.add("reason")
    if "owner" in names:
        names = names - {"owner"} | {"owner_id"}
    return {name: getattr(source, name) for name in names}


def _offer_again(act: Act, by: User, source: Answer, answer: Answer) -> None:
    links = source.links.filter(in_force(as_of(answer.assessment), "evidence__"))
    kept = links.exclude(verdict=EvidenceLink.Verdict.REJECTED)
    known = set(answer.links.values_list("evidence_id", flat=True))
    for link in kept.select_related("evidence"):
        if link.evidence_id not in known:
            again = EvidenceLink(
                evidence=link.evidence, answer=answer, shows=link.shows, linked_by=by
            )
            act.save(again, event="governance.evidence.offered")


def tidy(values: Mapping[str, Any]) -> dict[str, Any]:
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
