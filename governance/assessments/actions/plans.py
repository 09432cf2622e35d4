"""Planning how gaps are closed, and keeping what stood on a day as a current profile."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from frameworks.actions import create_profile, publish_profile, set_items
from frameworks.identifiers import key_forms
from frameworks.models import Profile
from governance.assessments.actions.locking import check_owner
from governance.assessments.models import Assessment, PlanStep
from governance.assessments.queries import FINISHED, questions, rows
from ledger.actions import action
from ledger.errors import Refused, StaleWrite


def plan_step(
    *,
    by: User,
    assessment: Assessment,
    key: str,
    what: str,
    owner: User,
    due_date: date,
    done_on: date | None = None,
    version: int = 0,
) -> PlanStep:
    """Say what is done about an item, by whom and until when; again to change it.

    ``version`` is that of the step that was seen, 0 for none. A signed assessment can be planned,
    too: the step is no part of it. Raises PermissionDenied, StaleWrite when somebody else saved
    meanwhile, or Refused for an unknown item, an owner who may not see it, a day of completion
    that lies ahead, or nothing said.
    """
    if not any(can(by, p, assessment.unit_id) for p in _MAY_PLAN):
        raise PermissionDenied(_("Your roles do not include planning here."))
    node: Any = questions(assessment).filter(key__in=key_forms(key)).first()
    if node is None:
        raise Refused(_("The assessment has no question “%s”.") % key[:80], status=404)
    if not what.strip():
        raise Refused(_("Say what is done."), code="empty", field="what")
    if done_on is not None and done_on > timezone.localdate():
        raise Refused(_("That day lies ahead."), code="ahead", field="done_on")
    check_owner(owner.pk, assessment.unit_id)
    with action("governance.plan-step.saved", by=by) as act:
        step: PlanStep | None = (
            PlanStep.objects.select_for_update().filter(assessment=assessment, node=node).first()
        )
        step = step or PlanStep(assessment=assessment, node=node)
        if step.version != version:
            raise StaleWrite(_("Somebody else saved this record meanwhile. Load it again."))
        step.what, step.owner, step.due_date, step.done_on = what.strip(), owner, due_date, done_on
        act.save(step)
    return step


def keep_current_profile(*, by: User, assessment: Assessment, title: str) -> Profile:
    """A published current profile of the levels that count now: what stood on this day.

    Raises PermissionDenied, or Refused while no answer has a level.
    """
    require(by, Permission.ASSESSMENT_OPEN, assessment.unit_id)
    levels = {
        row.key: (row.counted, assessment.title)
        for row in rows(assessment)
        if row.progress in FINISHED and row.counted is not None
    }
    if not levels:
        raise Refused(_("No answer has a level yet."), code="empty", status=409)
    with action("governance.assessment.profiled", by=by) as act:
        draft = create_profile(
            by=by,
            unit=assessment.unit,
            framework_version=assessment.framework_version,
            title=title,
            purpose=Profile.Purpose.CURRENT,
            as_of=timezone.localdate(),
            description=_("From the assessment “%s”.") % assessment.title,
        )
        set_items(by=by, profile=draft, version=draft.version, items=levels)
        draft = draft.reloaded()
        found = publish_profile(by=by, profile=draft, version=draft.version)
        act.note(assessment.key, {"profile": found.key}, unit=assessment.unit_id)
    return found


_MAY_PLAN = (Permission.ASSESSMENT_ANSWER, Permission.ASSESSMENT_OPEN)
