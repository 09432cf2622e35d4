"""Pages of table files: take one, bring it back, look at the plan, apply or discard it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require, require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from ledger.errors import Refused
from models_registry.actions.kinds import KINDS
from models_registry.actions.table_files import apply_table, discard_table, kind_of, upload_table
from models_registry.forms.table_files import TableFileForm
from models_registry.history import history
from models_registry.models.imports import RegistryImport
from models_registry.plan_words import for_page
from models_registry.queries.sheets import columns_of, rows_of
from models_registry.queries.table_files import tables_seen_by
from models_registry.spreadsheet.sheet import MAX_ROWS
from models_registry.spreadsheet.writing import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from models_registry.views.asking import form_page, person_of
from models_registry.views.many import PLACES, Place
from web.views import SeeOther, attachment, visible_or_404

SHOWN = 500
_STEPS = {"apply": apply_table, "discard": discard_table}


@require_http_methods(["GET", "HEAD", "POST"])
def table_upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Take the table of a kind of record, or bring an edited one back."""
    user, place = person_of(request), _place(kind)
    require_anywhere(user, Permission.SYSTEM_EDIT)
    form = TableFileForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = upload_table(
                by=user,
                unit=form.cleaned_data["unit"],
                kind=place.kind,
                stream=upload,
                file_name=upload.name,
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther("models_registry:table-plan", pk=made.pk)
    found = _filtered(request, place, user).count()
    return form_page(
        request,
        "models_registry/table_upload.html",
        form,
        place=place,
        found=found,
        too_many=found > MAX_ROWS,
        most=MAX_ROWS,
        filters=request.GET.urlencode(),
        back_url=reverse(place.back),
    )


@require_safe
def table_file(request: HttpRequest, kind: str, suffix: str) -> HttpResponse:
    """The table as CSV or XLSX, with what the filters of the list leave."""
    user, place = person_of(request), _place(kind)
    rows = _filtered(request, place, user)
    if suffix not in ("csv", "xlsx") or rows.count() > MAX_ROWS:
        raise Http404
    columns = columns_of(place.kind.model, place.kind.fields)
    cells = rows_of(rows, columns, place.kind.people)
    name = f"{kind}s.{suffix}"
    if suffix == "csv":
        return attachment(b"".join(as_csv(columns, cells)), media_type=CSV_TYPE, name=name)
    return attachment(as_xlsx(f"{kind}s", columns, cells), media_type=XLSX_TYPE, name=name)


@require_safe
def table_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Every cell that would change, old and new; what is refused, and why."""
    user = person_of(request)
    table = visible_or_404(tables_seen_by(user), user, pk=pk)
    return render(request, "models_registry/table_plan.html", _context(user, table))


@require_http_methods(["POST"])
def table_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Apply the plan or discard it."""
    user = person_of(request)
    table = visible_or_404(tables_seen_by(user), user, pk=pk)
    require(user, Permission.SYSTEM_EDIT, table.unit_id)
    if verb not in _STEPS:
        raise Http404
    try:
        _STEPS[verb](by=user, table=table)
    except Refused as refused:
        context = {**_context(user, table), "refusal": refused.message}
        return render(request, "models_registry/table_plan.html", context, status=409)
    messages.success(request, _("Applied.") if verb == "apply" else _("Discarded."))
    return SeeOther("models_registry:table-plan", pk=table.pk)


def _context(user: User, table: RegistryImport) -> dict[str, Any]:
    place = PLACES[kind_of(table).name]
    applied = table.report.get("lines")
    lines = table.lines if applied is None else applied
    shown = [line for line in lines if line["verdict"] != "same"]
    shown.sort(key=lambda line: line["verdict"] in ("change", "add"))
    counts = table.plan["counts"]
    return {
        "table": table,
        "place": place,
        "plan": table.plan,
        "counts": counts,
        "ready": counts["change"] + counts["add"],
        "lines": for_page(shown[:SHOWN]),
        "left_out": max(0, len(shown) - SHOWN),
        "with_rows": True,
        "detail_url": place.detail,
        "is_open": table.state == RegistryImport.State.PLANNED,
        "may_apply": can(user, Permission.SYSTEM_EDIT, table.unit_id),
        "history": history(table),
        "here": reverse(f"models_registry:{place.kind.name}-table"),
    }


def _place(kind: str) -> Place:
    if kind not in KINDS:
        raise Http404
    return PLACES[kind]


def _filtered(request: HttpRequest, place: Place, user: User) -> QuerySet[Any]:
    """What the filters of the list, which stand in the address, leave."""
    rows = place.rows(user)
    found = place.filters(request.GET, queryset=rows, request=request)
    return found.qs if found.is_valid() else rows.none()
