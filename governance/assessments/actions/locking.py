"""What every write of an assessment begins with."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from frameworks.identifiers import key_forms
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries import questions
from ledger.errors import Refused


def locked(by: User, assessment: Assessment, permission: Permission) -> Assessment:
    """The assessment as stored now, locked until the transaction ends.

    The permission is part of the query: one question less for each save. Raises
    PermissionDenied, or Refused when it is signed.
    """
    found: Assessment | None = (
        Assessment.objects.visible_to(by, permission)
        .select_for_update(of=("self",))
        .filter(pk=assessment.pk)
        .first()
    )
    if found is None:
        raise PermissionDenied(
            _("Your roles do not include “%(permission)s” here.") % {"permission": permission}
        )
    found.refuse_if_signed()
    return found


def locked_open(by: User, assessment: Assessment, permission: Permission) -> Assessment:
    """The same, and its answers may change. Raises Refused when it is handed in."""
    found = locked(by, assessment, permission)
    if not found.is_open:
        raise Refused(
            _("This assessment is submitted. Reopen it before you change answers."),
            code="not-open",
            status=409,
        )
    return found


def answer_of(by: User, assessment: Assessment, key: str) -> Answer:
    """The answer to a question, as stored or a new one. Raises Refused for an unknown question."""
    wanted = key_forms(key)
    answer: Answer | None = (
        Answer.objects.filter(assessment=assessment, node__key__in=wanted)
        .select_related("node")
        .first()
    )
    if answer is None:
        node: Any = questions(assessment).filter(key__in=wanted).first()
        if node is None:
            raise Refused(
                _("The assessment has no question “%s”.") % key[:80],
                code="unknown-subcategory",
                status=404,
            )
        answer = Answer(node=node, saved_by=by)
    answer.assessment = assessment
    return answer


def check_owner(owner_id: int, unit_id: int) -> None:
    """Raises Refused for somebody who may not see the unit."""
    owner = User.objects.filter(pk=owner_id, is_active=True).first()
    if owner is None or not can(owner, Permission.RECORD_VIEW, unit_id):
        raise Refused(
            _("The owner must be somebody who may see what is assessed."),
            code="owner",
            field="owner",
        )
