"""Pages about reports of others, and the exchange of ours."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from incidents.actions.cases import (
    apply_import,
    discard_import,
    plan_import,
    say_not_similar,
)
from incidents.case_tables import CaseFilter, CaseTable
from incidents.exchange.record import CaseRecord, lost_parts
from incidents.exchange.writing import TARGETS, export
from incidents.forms.cases import ImportForm, LookForm, NotSimilarForm
from incidents.models import CaseImport, CaseReport, Incident
from incidents.queries.cases import cases, record_of
from incidents.queries.incidents import with_names
from incidents.queries.similar import similar_to_text
from incidents.views.tabs import list_tabs
from ledger.errors import Refused
from vault.actions import note_custody
from vault.queries import read_bytes
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404


class CaseList(RecordList):
    """All imported reports, narrowed and exported."""

    table_class = CaseTable
    filterset_class = CaseFilter
    title = _("Reports of others")
    template_name = "incidents/list.html"

    def queryset(self) -> QuerySet[Any]:
        """What the reader may see, newest first."""
        return cases(self.request.user)

    def context(self) -> dict[str, Any]:
        """The button for those who may import."""
        found: dict[str, Any] = {"tabs": list_tabs("incidents:case-list")}
        if can_anywhere(self.request.user, Permission.INCIDENT_DECLARE):
            url = reverse("incidents:case-import")
            found["primary"] = {"url": url, "label": _("Import reports")}
        return found


@require_safe
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what it says, what was not understood, where it comes from."""
    case = _case(request, pk)
    context = {"case": case, "record": case.record, "lost": lost_parts(_record(case))}
    return render(request, "incidents/case_detail.html", context)


@require_safe
def case_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that the report came in, byte for byte."""
    case = _case(request, pk)
    note_custody(case.original, by=cast(User, request.user), act="downloaded", why=case.external_id)
    body = read_bytes(case.original.digest)
    return attachment(body, media_type=case.original.media_type, name=case.file_name)


@require_safe
def case_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The formats to choose from; with ``?to=`` what that format cannot hold, before the file."""
    case = _case(request, pk)
    return _export_page(request, case, _record(case), "incidents:case-export-file")


@require_safe
def case_export_file(request: HttpRequest, pk: int, target: str) -> HttpResponse:
    """The report as a file of that format."""
    return _export_file(_record(_case(request, pk)), target)


@require_safe
def incident_export(request: HttpRequest, pk: int) -> HttpResponse:
    """An incident of ours in other formats, with what each cannot hold."""
    incident = _incident(request, pk)
    page = "incidents:incident-export-file"
    return _export_page(request, incident, record_of(incident), page)


@require_safe
def incident_export_file(request: HttpRequest, pk: int, target: str) -> HttpResponse:
    """An incident of ours as a file of that format."""
    return _export_file(record_of(_incident(request, pk)), target)


@require_http_methods(["GET", "HEAD", "POST"])
def case_import(request: HttpRequest) -> HttpResponse:
    """Upload files; the next page shows what importing them would do."""
    if not can_anywhere(request.user, Permission.INCIDENT_DECLARE):
        raise PermissionDenied(_("Your roles do not include importing reports."))
    form = ImportForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        given = [(one.name, one.read()) for one in values["uploads"]]
        try:
            batch = plan_import(
                by=cast(User, request.user),
                unit=values["unit"],
                files=given,
                licence=values["licence"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(batch)
    status = 422 if form.errors else 200
    return render(request, "incidents/case_import.html", {"form": form}, status=status)


@require_safe
def case_import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, or what an import did."""
    batch = _batch(request, pk)
    rows = batch.plan.get("reports", [])
    context = {
        "batch": batch,
        "rows": rows,
        "problems": batch.plan.get("problems", []),
        "counts": {kind: sum(row["change"] == kind for row in rows) for kind in _CHANGES},
        "may_decide": batch.state == CaseImport.State.PLANNED
        and can(request.user, Permission.INCIDENT_DECLARE, batch.unit_id),
    }
    return render(request, "incidents/case_import_detail.html", context)


@require_POST
def case_import_decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Apply a plan or put it away."""
    acts = {"apply": apply_import, "discard": discard_import}
    if verb not in acts:
        raise Http404
    return SeeOther(acts[verb](by=cast(User, request.user), batch=_batch(request, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def similar_look(request: HttpRequest) -> HttpResponse:
    """What resembles a description that is being written; a fragment for htmx."""
    form = LookForm(request.POST or None)
    text = form.cleaned_data["what"] if form.is_bound and form.is_valid() else ""
    found = similar_to_text(text, by=request.user) if text.strip() else []
    context = {"form": form, "similar": found, "asked": bool(text.strip())}
    fragment = request.headers.get("HX-Request") == "true"
    page = "incidents/parts/similar.html" if fragment else "incidents/similar_look.html"
    return render(request, page, context)


@require_POST
def incident_not_similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a found one from being shown again."""
    incident = _incident(request, pk)
    form = NotSimilarForm(request.POST, by=request.user)
    if not form.is_valid():
        raise Http404
    say_not_similar(by=cast(User, request.user), incident=incident, **form.cleaned_data)
    return SeeOther(f"{incident.get_absolute_url()}#similar")


_CHANGES = ("new", "changed", "unchanged")


def _export_page(request: HttpRequest, about: Any, record: CaseRecord, page: str) -> HttpResponse:
    wanted = request.GET.get("to", "")
    if wanted and wanted not in TARGETS:
        raise Http404
    choices = [
        {"target": target, "name": name, "losses": export(record, target).losses}
        for target, name in TARGETS.items()
    ]
    chosen = next((one for one in choices if one["target"] == wanted), None)
    url = reverse(page, kwargs={"pk": about.pk, "target": wanted}) if chosen else ""
    context = {"about": about, "choices": choices, "chosen": chosen, "file_url": url}
    return render(request, "incidents/case_export.html", context)


def _export_file(record: CaseRecord, target: str) -> HttpResponse:
    if target not in TARGETS:
        raise Http404
    made = export(record, target)
    return attachment(made.data, media_type="application/json", name=made.file_name)


def _record(case: CaseReport) -> CaseRecord:
    return cast(CaseRecord, case.record)


def _case(request: HttpRequest, pk: int) -> CaseReport:
    rows = CaseReport.objects.select_related("unit", "original", "batch")
    found: CaseReport = visible_or_404(rows, request.user, pk=pk)
    return found


def _batch(request: HttpRequest, pk: int) -> CaseImport:
    rows = CaseImport.objects.select_related("unit", "asked_by")
    found: CaseImport = visible_or_404(rows, request.user, pk=pk)
    return found


def _incident(request: HttpRequest, pk: int) -> Incident:
    found: Incident = visible_or_404(with_names(Incident.objects.all()), request.user, pk=pk)
    return found
