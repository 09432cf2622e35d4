"""Answers have no record until the first save: tags and responses of their own."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from governance.assessments import queries
from governance.assessments.actions import Saved
from governance.assessments.api.shapes import AnswerSerializer
from governance.assessments.history import FORM_NAMES
from governance.assessments.models import Assessment
from web.api import sent_tags
from web.problems import PreconditionFailed, problem


def row_or_404(assessment: Assessment, key: str) -> Any:
    """The row of a question. Raises Http404."""
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    return row


def answer_tag(assessment: Assessment, row: Any) -> str:
    """Of an answer that may not have a row yet: assessment, subcategory, version."""
    return f'"{assessment.pk}-{row.pk}-{row.answer_version}"'


def require_answer_match(
    request: Request, assessment: Assessment, row: Any, *, merge: bool
) -> None:
    """Raise 428 without If-Match, and 412 for another version unless fields are merged."""
    tags = sent_tags(request)
    if not merge and answer_tag(assessment, row) not in tags:
        raise PreconditionFailed


def shown_answer(assessment: Assessment, key: str) -> Response:
    """The row as it is now, with its tag."""
    row = row_or_404(assessment, key)
    response = Response(AnswerSerializer(row).data)
    response["ETag"] = answer_tag(assessment, row)
    return response


def conflict(saved: Saved) -> Response:
    """409 with both values of each field."""
    clashes = [
        {
            "field": FORM_NAMES[clash.name],
            "base": clash.base,
            "mine": clash.mine,
            "theirs": clash.theirs,
        }
        for clash in saved.clashes
    ]
    return problem(
        409,
        _("Somebody else changed the same fields. The others are saved."),
        kind="clash",
        clashes=clashes,
        saved=sorted(FORM_NAMES[name] for name in saved.changed),
    )
