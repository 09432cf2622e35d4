"""Pages of imports: choose a source, look at the plan, apply or discard it, read the report."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require, require_anywhere
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from ledger.errors import Refused
from models_registry import states
from models_registry.actions.imports import MEDIA_TYPE, discard_import, request_apply, start_import
from models_registry.forms.imports import ImportForm
from models_registry.history import history
from models_registry.listing.imports import ImportFilter, ImportTable
from models_registry.models import RegistryImport
from models_registry.queries.imports import (
    VERDICTS,
    imports_for_list,
    page_of_lines,
    registry_imports,
    verdict_tabs,
)
from models_registry.views.asking import form_page, person_of
from vault.queries import read_bytes
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404

_STEPS = {"apply": request_apply, "discard": discard_import}


class ImportList(RecordList):
    """Every import that the person may see."""

    table_class = ImportTable
    filterset_class = ImportFilter
    title = gettext_lazy("Imports")
    template_name = "models_registry/import_list.html"

    def queryset(self) -> QuerySet[Any]:
        return imports_for_list(person_of(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.SYSTEM_EDIT):
            return {}
        return {"primary": {"url": reverse("models_registry:import-start"), "label": _("Import")}}


@require_http_methods(["GET", "HEAD", "POST"])
def import_start(request: HttpRequest) -> HttpResponse:
    """Choose a file or a server."""
    user = person_of(request)
    require_anywhere(user, Permission.SYSTEM_EDIT)
    form = ImportForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        upload = values.pop("file", None)
        name = upload.name if upload else ""
        try:
            found = start_import(by=user, stream=upload, label=name, **values)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(found)
    return form_page(request, "models_registry/import_start.html", form)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan, or the report of what was done."""
    user = person_of(request)
    found = visible_or_404(registry_imports(), user, pk=pk)
    return render(request, "models_registry/import_detail.html", _context(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
def import_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm that the plan is applied, or that the import is discarded."""
    user = person_of(request)
    found = visible_or_404(registry_imports(), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, found.unit_id)
    if verb not in _STEPS:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            _STEPS[verb](by=user, found=found)
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("Discarded.") if verb == "discard" else _("Started."))
            return SeeOther(found)
    context = {"found": found, "verb": verb, "refusal": refusal, "counts": found.plan.get("counts")}
    status = 409 if refusal else 200
    return render(request, "models_registry/import_step.html", context, status=status)


@require_safe
def import_original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was sent, or as the server told it."""
    found = visible_or_404(registry_imports(), request.user, pk=pk)
    if found.original is None:
        raise Http404
    is_live = found.source == RegistryImport.Source.MLFLOW_SERVER
    name = f"{found.reference}.json" if is_live else found.label
    return attachment(read_bytes(found.original.digest), media_type=MEDIA_TYPE, name=name)


def _context(request: HttpRequest, found: RegistryImport) -> dict[str, Any]:
    user = person_of(request)
    shown = request.GET.get("show", "")
    shown = shown if shown in VERDICTS else ""
    is_working = found.job is not None and found.job.is_open
    counts = found.plan.get("counts", {})
    is_open = found.state in (states.READING, states.PLANNED)
    may = is_open and not is_working and can(user, Permission.SYSTEM_EDIT, found.unit_id)
    ready = counts.get("add", 0) + counts.get("change", 0)
    return {
        "found": found,
        "job": found.job if is_working or _failed(found) else None,
        "counts": {"add": 0, "change": 0, "same": 0, "refused": 0, **counts},
        "tabs": verdict_tabs(found, shown),
        "page": page_of_lines(found, shown, request.GET.get("page", "1")),
        "left_out": found.plan.get("left_out", []),
        "notes": found.plan.get("notes", []),
        "may_apply": may and found.state == states.PLANNED and ready > 0,
        "may_discard": may,
        "history": history(found),
    }


def _failed(found: RegistryImport) -> bool:
    """Whether the last attempt at an open import failed."""
    is_open = found.state in (states.READING, states.PLANNED)
    return is_open and found.job is not None and found.job.state in ("failed", "cancelled")
