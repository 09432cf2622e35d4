"""Pages for adding a framework of one's own: template, upload, preview."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can_anywhere
from frameworks.actions import (
    apply_import,
    discard_import,
    plan_digest,
    plan_import,
    upload_framework,
)
from frameworks.forms import FrameworkForm
from frameworks.importing.tables import template_csv, template_xlsx
from frameworks.json_files import read_limited
from frameworks.models import FrameworkImport
from frameworks.tables import ImportFilter, ImportTable
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300


class ImportList(RecordList):
    """Frameworks that were uploaded, and what became of them."""

    table_class = ImportTable
    filterset_class = ImportFilter
    title = gettext_lazy("Added frameworks")
    template_name = "frameworks/profile_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For administrators."""
        _administrator(request)
        return super().get(request, *args, **kwargs)

    def queryset(self) -> QuerySet[Any]:
        """The newest first."""
        found: QuerySet[Any] = FrameworkImport.objects.select_related("made", "uploaded_by")
        return found.visible_to(self.request.user)  # type: ignore[attr-defined,no-any-return]


@require_http_methods(["GET", "HEAD", "POST"])
def framework_add(request: HttpRequest) -> HttpResponse:
    """Upload an OSCAL catalog or a filled template."""
    by = _administrator(request)
    sent = request.method == "POST"
    form = FrameworkForm(request.POST, request.FILES) if sent else FrameworkForm()
    if sent and form.is_valid():
        about = dict(form.cleaned_data)
        upload = about.pop("file")
        try:
            found = upload_framework(
                by=by, data=read_limited(upload.file), file_name=upload.name, **about
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(found)
    status = 422 if form.errors else 200
    return render(request, "frameworks/framework_add.html", {"form": form}, status=status)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would add, and everything that is wrong with it."""
    found = _import(request, pk)
    plan = plan_import(found)
    context = {
        "found": found,
        "plan": plan,
        "nodes": plan.nodes[:SHOWN],
        "more": max(0, len(plan.nodes) - SHOWN),
        "shown": plan_digest(plan),
    }
    return render(request, "frameworks/import_detail.html", context)


@require_POST
def import_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Add the framework as it was shown, or discard the upload."""
    found = _import(request, pk)
    by = cast(User, request.user)
    if verb == "apply":
        version = apply_import(by=by, found=found, shown=request.POST.get("shown", ""))
        messages.success(request, _("The framework is added."))
        return SeeOther("frameworks:version-detail", pk=version.pk)
    if verb != "discard":
        raise Refused(_("There is no such step."), code="unknown-step", status=404)
    discard_import(by=by, found=found)
    messages.success(request, _("Nothing was added. The file stays in the vault."))
    return SeeOther("frameworks:framework-add")


@require_safe
def template_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The template to fill in, as CSV or XLSX."""
    if kind == "xlsx":
        return attachment(template_xlsx(), media_type=XLSX_TYPE, name="framework-template.xlsx")
    return attachment(
        template_csv(), media_type="text/csv; charset=utf-8", name="framework-template.csv"
    )


def _administrator(request: HttpRequest) -> User:
    if not can_anywhere(request.user, Permission.FRAMEWORK_IMPORT):
        raise PermissionDenied(_("Adding a framework needs the role of an administrator."))
    return cast(User, request.user)


def _import(request: HttpRequest, pk: int) -> FrameworkImport:
    _administrator(request)
    imports = FrameworkImport.objects.select_related("follows__framework", "made", "uploaded_by")
    found: FrameworkImport = visible_or_404(imports, request.user, pk=pk)
    return found
