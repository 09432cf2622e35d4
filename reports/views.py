"""Pages of reports: thin."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from models_registry.models import AISystem, CardRevision
from reports.actions import hand_out, hand_out_oscal, request_card_report, request_report
from reports.document import context
from reports.forms import ReportForm
from reports.models import Report
from reports.queries import signing_of, snapshot_of, with_names
from reports.tables import ReportFilter, ReportTable
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404


class ReportList(RecordList):
    """All reports that the reader may see."""

    table_class = ReportTable
    filterset_class = ReportFilter
    title = _("Reports")

    def context(self) -> dict[str, Any]:
        """The way to the verification page."""
        return {"primary": {"url": reverse("reports:report-verify"), "label": _("Verify a report")}}

    def queryset(self) -> QuerySet[Any]:
        """Newest first, with names."""
        visible: QuerySet[Any] = Report.objects.all().visible_to(self.request.user)
        return with_names(visible)


@require_POST
def report_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The one button: print the report of system `pk`."""
    system = visible_or_404(AISystem.objects.all(), request.user, pk=pk)
    report = request_report(by=request.user, system=system)  # type: ignore[arg-type]
    return SeeOther(report)


@require_http_methods(["GET", "HEAD", "POST"])
def report_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the kind of report of system `pk` and how it is printed."""
    system = visible_or_404(AISystem.objects.all(), request.user, pk=pk)
    require(request.user, Permission.REPORT_CREATE, system.unit_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        by: Any = request.user
        return SeeOther(request_report(by=by, system=system, options=form.options()))
    context = {"system": system, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "reports/report_choose.html", context, status=status)


@require_POST
def card_report_request(request: HttpRequest, pk: int) -> HttpResponse:
    """The button beside a card: print its revision `pk`."""
    cards = CardRevision.objects.select_related("model_version__model__unit")
    card = visible_or_404(cards, request.user, pk=pk)
    report = request_card_report(by=request.user, card=card)  # type: ignore[arg-type]
    return SeeOther(report)


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress while it is printed, then digests and downloads."""
    report = _report(request, pk)
    signing = signing_of(report, request.user)
    context = {"report": report, "signing": signing, "file": report.file}
    if signing.given:
        context["file"] = signing.given[-1].file
    return render(request, "reports/report_detail.html", context)


@require_safe
def report_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The sections of a printed report as a page, from the same snapshot."""
    report = _report(request, pk)
    found = {"report": report}
    if report.is_done:
        found.update(context(snapshot_of(report)))
    return render(request, "reports/report_preview.html", found)


@require_safe
def report_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF. Who took it is written down."""
    report = _report(request, pk)
    body = hand_out(by=request.user, report=report, what="file")  # type: ignore[arg-type]
    return attachment(body, media_type="application/pdf", name=report.file_name)


@require_safe
def report_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """The snapshot as canonical JSON. Who took it is written down."""
    report = _report(request, pk)
    body = hand_out(by=request.user, report=report, what="snapshot")  # type: ignore[arg-type]
    return attachment(body, media_type="application/json", name=f"{report.reference}.json")


@require_safe
def report_oscal(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """An OSCAL document of the report. Who took it is written down."""
    report = _report(request, pk)
    body = hand_out_oscal(by=request.user, report=report, name=name)  # type: ignore[arg-type]
    file = f"{report.reference}-{name}.oscal.json"
    return attachment(body, media_type="application/json", name=file)


def _report(request: HttpRequest, pk: int) -> Report:
    found: Report = visible_or_404(with_names(Report.objects.all()), request.user, pk=pk)
    return found
