"""Pages of review and signature."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from governance.assessments import queries
from governance.assessments.actions import return_assessment, review_answer, sign_assessment
from governance.assessments.forms import ReasonForm, ReviewForm, SignForm
from governance.assessments.models import SignOff
from governance.assessments.queries.snapshot import signature_problems
from governance.assessments.views.asking import WITH_FACTS, form_page, person_of
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def answer_review(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Say what one finds in an answer."""
    user = person_of(request)
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    row = queries.row_for(assessment, key)
    if row is None:
        raise Http404
    require(user, Permission.ASSESSMENT_REVIEW, assessment.unit_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            review_answer(by=user, assessment=assessment, key=row.key, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("%(key)s: reviewed.") % {"key": row.key})
            return SeeOther("assessments:answer-edit", pk=assessment.pk, key=row.slug)
    return form_page(
        request, "assessments/answer_review.html", form, assessment=assessment, row=row
    )


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to its authors."""
    user = person_of(request)
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    require(user, Permission.ASSESSMENT_REVIEW, assessment.unit_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = True
    if request.method == "POST" and form.is_valid():
        try:
            return_assessment(by=user, assessment=assessment, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Returned to its authors."))
            return SeeOther(assessment)
    rows = [row for row in queries.rows(assessment) if row.review == "returned"]
    return form_page(
        request, "assessments/assessment_return.html", form, assessment=assessment, rows=rows
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the password, then sign."""
    user = person_of(request)
    assessment = visible_or_404(WITH_FACTS, user, pk=pk)
    require(user, Permission.ASSESSMENT_SIGN, assessment.unit_id)
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not ratelimit.consume(
        request, action="reauthenticate", user=user
    ):
        form.add_error("password", _("Too many attempts. Wait a few minutes."))
    elif request.method == "POST" and form.is_valid():
        try:
            sign_assessment(by=user, assessment=assessment, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Signed."))
            return SeeOther("assessments:assessment-signature", pk=assessment.pk)
    rows = list(queries.rows(assessment))
    return form_page(
        request,
        "assessments/assessment_sign.html",
        form,
        assessment=assessment,
        score=queries.score(rows),
        reviewed=sum(queries.verdicts(rows).values()),
    )


@require_safe
def assessment_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Who signed what, and whether the records still agree with it."""
    signatures = SignOff.objects.select_related(
        "file", "signer", *(f"assessment__{name}" for name in queries.WITH_NAMES)
    )
    signature = visible_or_404(signatures, request.user, assessment=pk)
    context = {
        "signature": signature,
        "assessment": signature.assessment,
        "problems": signature_problems(signature),
    }
    return render(request, "assessments/assessment_signature.html", context)
