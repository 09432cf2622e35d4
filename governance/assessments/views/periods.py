"""Pages about periods: the next one, what changed since the last, what is inherited."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from accounts.queries import colleagues
from frameworks.models import FrameworkVersion
from governance.assessments import queries
from governance.assessments.actions import inherit_from, open_next_period
from governance.assessments.forms import InheritForm, RenewForm
from governance.assessments.views.asking import WITH_FACTS, form_page, person_of
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the next period, with what of the last one is taken over."""
    user = person_of(request)
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    require(user, Permission.ASSESSMENT_OPEN, assessment.unit_id)
    form = RenewForm(
        request.POST if request.method == "POST" else None,
        people=colleagues(user),
        editions=FrameworkVersion.objects.select_related("framework").filter(
            migrations_to__from_version=assessment.framework_version_id
        ),
    )
    if request.method == "POST" and form.is_valid():
        try:
            new = open_next_period(by=user, assessment=assessment, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The next period is open."))
            return SeeOther(new)
    return form_page(request, "assessments/assessment_renew.html", form, assessment=assessment)


@require_safe
def assessment_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed since the period before, question by question."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    if assessment.previous is None:
        raise Http404
    before = queries.rows_before(assessment)
    rows = list(queries.rows(assessment))
    pairs = [(row, before.get(row.key)) for row in rows]
    changed = [(now, last) for now, last in pairs if last is None or _differs(now, last)]
    context = {
        "assessment": assessment,
        "changed": changed,
        "waiting": sum(row.origin == queries.CARRIED_OVER for row in rows),
        "score": queries.score(rows),
        "last_score": queries.score(before.values()),
    }
    return render(request, "assessments/assessment_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_inherit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the assessment of the organisation that answers come from."""
    user = person_of(request)
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    require(user, Permission.ASSESSMENT_OPEN, assessment.unit_id)
    sources = queries.organisation_assessments(assessment.unit, assessment.framework_version_id)
    form = InheritForm(
        request.POST if request.method == "POST" else None,
        sources=sources,
        initial={"source": assessment.inherits_from_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            inherit_from(by=user, assessment=assessment, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Saved."))
            return SeeOther(assessment)
    return form_page(request, "assessments/assessment_inherit.html", form, assessment=assessment)


def _differs(now: Any, last: Any) -> bool:
    """Whether what stands now is not what stood then; an answer that waits has not changed."""
    if now.progress in {"not_started", "to_confirm"}:
        return False
    return (now.applicability, now.counted, now.said) != (
        last.applicability,
        last.counted,
        last.said,
    )
