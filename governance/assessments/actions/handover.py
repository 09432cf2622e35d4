"""When somebody leaves: all that he still had to do goes to somebody else, in one action."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from governance.assessments.actions.many import keep_verdicts
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries.work import answers_to_hand, assessments_to_hand
from ledger.actions import action
from ledger.errors import Refused
from models_registry.queries.many import units_seen_by


@dataclass(frozen=True)
class Handover:
    """What would go over, and what cannot: the other person may not see its unit."""

    answers: tuple[Answer, ...]
    assessments: tuple[Assessment, ...]
    stuck: tuple[Answer | Assessment, ...] = ()

    @property
    def count(self) -> int:
        """How many records would get another owner."""
        return len(self.answers) + len(self.assessments)


def plan_handover(*, by: User, leaver: User, to: User) -> Handover:
    """What of ``leaver``'s unfinished answers and draft assessments ``by`` may give to ``to``.

    Finished answers keep their owner: he answered them. Three queries.
    """
    answers = list(answers_to_hand(by, leaver))
    drafts = list(assessments_to_hand(by, leaver))
    homes = {one.unit_id: one.unit.path for one in drafts}
    homes |= {one.assessment.unit_id: one.assessment.unit.path for one in answers}
    seen = units_seen_by({to.pk}, homes).get(to.pk, frozenset())
    stuck = [one for one in drafts if one.unit_id not in seen]
    return Handover(
        tuple(one for one in answers if one.assessment.unit_id in seen),
        tuple(one for one in drafts if one.unit_id in seen),
        (*stuck, *(one for one in answers if one.assessment.unit_id not in seen)),
    )


def hand_over(
    *, by: User, leaver: User, to: User, reason: str, expected: int | None = None
) -> Handover:
    """Give all of it away, in one transaction.

    ``expected`` is the number that the preview showed. Raises Refused when there is nothing to
    give, the number is another one now, both are the same person, or no reason is given.
    """
    if leaver.pk == to.pk:
        raise Refused(_("Choose somebody else to take it over."), code="same", field="to")
    if not reason.strip():
        raise Refused(_("Say why."), code="reason-needed", field="reason")
    with action("governance.answer.assigned", by=by, reason=reason.strip()) as act:
        plan = plan_handover(by=by, leaver=leaver, to=to)
        if not plan.count:
            raise Refused(_("There is nothing to hand over."), code="nothing", status=409)
        if expected not in (None, plan.count):
            raise Refused(
                _("Nothing was handed over: there is more or less of it than you saw. Look again."),
                code="stale-plan",
                status=409,
            )
        for answer in plan.answers:
            answer.owner = to
            act.save(answer)
        keep_verdicts(act, plan.answers)
        for assessment in plan.assessments:
            assessment.owner = to
            act.save(assessment, event="governance.assessment.assigned")
    return plan
