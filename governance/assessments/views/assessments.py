"""List, open, hub, results, submit, reopen."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere, colleagues, permissions_in, units_where
from frameworks.models import FrameworkVersion, Profile
from governance.assessments import queries
from governance.assessments.actions import (
    open_assessment,
    reopen_assessment,
    submit_assessment,
)
from governance.assessments.forms import OpenForm, ReasonForm
from governance.assessments.history import history_of
from governance.assessments.models import Assessment, Progress
from governance.assessments.queries.staleness import stale_reasons
from governance.assessments.tables import (
    AssessmentFilter,
    AssessmentTable,
    ResultFilter,
    ResultTable,
)
from governance.assessments.views.asking import WITH_FACTS
from ledger.errors import Refused
from models_registry.models import AISystem, ModelVersion
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class AssessmentList(RecordList):
    """All assessments that one may see."""

    table_class = AssessmentTable
    filterset_class = AssessmentFilter
    title = gettext_lazy("Assessments")
    template_name = "assessments/assessment_list.html"

    def queryset(self) -> QuerySet[Any]:
        """With the number of finished answers."""
        return queries.assessments(self.request.user)

    def context(self) -> dict[str, Any]:
        """The way to open one, for those who may."""
        if not can_anywhere(self.request.user, Permission.ASSESSMENT_OPEN):
            return {"here": "assessments"}
        url = reverse("assessments:assessment-open")
        return {"here": "assessments", "primary": {"url": url, "label": _("Open an assessment")}}


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_open(request: HttpRequest) -> HttpResponse:
    """Open an assessment of a system; ``?system=`` chooses it beforehand."""
    by = cast(User, request.user)
    if not can_anywhere(by, Permission.ASSESSMENT_OPEN):
        raise PermissionDenied(_("Opening assessments needs the role of a compliance officer."))
    form = _open_form(request, by)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = open_assessment(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(assessment)
    status = 422 if form.errors else 200
    return render(request, "assessments/assessment_open.html", {"form": form}, status=status)


def _open_form(request: HttpRequest, by: User) -> OpenForm:
    opens = Permission.ASSESSMENT_OPEN
    systems = AISystem.objects.visible_to(by, opens)
    versions = ModelVersion.objects.visible_to(by).filter(
        model__uses__system__in=systems.order_by().values("pk")
    )
    return OpenForm(
        request.POST if request.method == "POST" else None,
        initial={name: request.GET.get(name) for name in ("system", "model_version", "profile")},
        systems=systems.order_by("name"),
        versions=versions.distinct().select_related("model").order_by("model__name", "-pk"),
        units=units_where(by, opens).order_by("path"),
        people=colleagues(by),
        frameworks=FrameworkVersion.objects.filter(extent="full").select_related("framework"),
        profiles=Profile.objects.visible_to(by).filter(status=Profile.Status.PUBLISHED),
    )


@require_safe
def assessment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The hub: a task list for each function, honest progress, where to go on."""
    by = cast(User, request.user)
    assessment = visible_or_404(WITH_FACTS, by, pk=pk)
    rows = list(queries.rows(assessment))
    parts = queries.parts_of(rows)
    stale = stale_reasons(assessment, rows, by)
    context = {
        "assessment": assessment,
        "parts": [
            {
                "part": part,
                "rows": [row for row in rows if row.function == part.name],
                "stale": sum(key in stale for key in part.keys),
            }
            for part in parts
        ],
        "whole": queries.whole(parts),
        "score": queries.score(rows),
        "stale": stale,
        "verdicts": queries.verdicts(rows),
        "to_confirm": sum(row.progress == Progress.TO_CONFIRM for row in rows),
        "inherited": sum(row.progress == Progress.INHERITED for row in rows),
        "go_on": queries.go_on(rows, by),
        **_may(by, assessment),
    }
    return render(request, "assessments/assessment_detail.html", context)


def _may(by: User, assessment: Assessment) -> dict[str, bool]:
    """What the page offers to ``by``; the actions decide again."""
    held = set(permissions_in(by, assessment.unit_id))
    return {
        "may_answer": assessment.is_open and Permission.ASSESSMENT_ANSWER in held,
        "may_submit": Permission.ASSESSMENT_SUBMIT in held and not assessment.is_signed,
        "may_review": Permission.ASSESSMENT_REVIEW in held and not assessment.is_signed,
        "may_sign": Permission.ASSESSMENT_SIGN in held
        and assessment.state == Assessment.State.SUBMITTED,
        "may_open": Permission.ASSESSMENT_OPEN in held,
    }


@require_safe
def assessment_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what with the assessment as a whole; each answer has a history of its own."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    context = {"assessment": assessment, "history": history_of(assessment)}
    return render(request, "assessments/assessment_history.html", context)


class ResultList(RecordList):
    """All answers of one assessment as a table, filtered and exported."""

    table_class = ResultTable
    filterset_class = ResultFilter
    template_name = "assessments/assessment_results.html"
    title = gettext_lazy("Answers")
    paginate_by = 100
    assessment: Assessment

    def queryset(self) -> QuerySet[Any]:
        """One row for each subcategory."""
        self.assessment = visible_or_404(WITH_FACTS, self.request.user, pk=self.kwargs["pk"])
        return queries.rows(self.assessment)

    def context(self) -> dict[str, Any]:
        """The assessment, and how far it is."""
        parts = queries.parts(self.assessment)
        return {"assessment": self.assessment, "whole": queries.whole(parts)}


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then hand the assessment in."""
    return _ask(request, pk, "submit")


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then make it a draft again."""
    return _ask(request, pk, "reopen")


def _ask(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    by = cast(User, request.user)
    assessment = visible_or_404(WITH_FACTS, by, pk=pk)
    if not can(by, Permission.ASSESSMENT_SUBMIT, assessment.unit_id):
        raise PermissionDenied(_("Submitting needs the role of a compliance officer."))
    act = submit_assessment if verb == "submit" else reopen_assessment
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = act(by=by, assessment=assessment, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            done = {"submit": _("The assessment is submitted."), "reopen": _("It is open again.")}
            messages.success(request, done[verb])
            return SeeOther(assessment)
    whole = queries.whole(queries.parts(assessment))
    form.fields["reason"].required = verb == "reopen" or whole.left > 0  # as the label shows it
    context = {"assessment": assessment, "form": form, "verb": verb, "whole": whole}
    status = 422 if form.errors else 200
    return render(request, "assessments/assessment_ask.html", context, status=status)
