"""Pages of tables of risks: take one, bring it back, look at every row, apply or discard it."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require_anywhere
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere, units_where
from governance.risks import queries
from governance.risks.actions import apply_sheet, discard_sheet, plan_sheet, upload_risks
from governance.risks.actions.sheets import plan_mark
from governance.risks.forms import RiskSheetForm
from governance.risks.models import RiskSheet
from governance.risks.sheet_rows import COLUMNS, rows_of
from governance.risks.tables import RiskFilter, RiskSheetFilter, RiskSheetTable
from governance.risks.views.risks import form_page, history_of, person_of
from ledger.errors import Refused
from models_registry.spreadsheet.writing import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404


class SheetList(RecordList):
    """Tables that were brought to the units that one may see."""

    table_class = RiskSheetTable
    filterset_class = RiskSheetFilter
    template_name = "risks/record_list.html"
    title = gettext_lazy("Tables of risks")

    def queryset(self) -> QuerySet[Any]:
        """The newest first."""
        return queries.sheets(self.request.user).order_by("-pk")

    def context(self) -> dict[str, Any]:
        """The way to another one."""
        if not can_anywhere(self.request.user, Permission.RISK_EDIT):
            return {"here": "tables"}
        primary = {"url": reverse("risks:sheet-upload"), "label": _("Bring a table")}
        return {"here": "tables", "primary": primary}


@require_safe
def sheet_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The open risks that the filters leave, as a table that can be edited and brought back."""
    rows = queries.risks(request.user)
    chosen = RiskFilter(request.GET or None, queryset=rows, request=request)
    rows = chosen.qs if chosen.is_valid() or not chosen.is_bound else rows.none()
    if kind == "csv":
        response = StreamingHttpResponse(as_csv(COLUMNS, rows_of(rows)), content_type=CSV_TYPE)
        response["Content-Disposition"] = 'attachment; filename="risks.csv"'
        return response
    if kind != "xlsx":
        raise Http404
    content = as_xlsx(_("Risks"), COLUMNS, rows_of(rows))
    return attachment(content, media_type=XLSX_TYPE, name="risks.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_upload(request: HttpRequest) -> HttpResponse:
    """Take the table, or bring one."""
    by = person_of(request)
    require_anywhere(by, Permission.RISK_EDIT)
    units = units_where(by, Permission.RISK_EDIT).order_by("path")
    sent = request.method == "POST"
    form = RiskSheetForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        units=units,
        initial={"unit": units.first()},
    )
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        unit = form.cleaned_data["unit"]
        try:
            return SeeOther(upload_risks(by=by, unit=unit, stream=file, file_name=file.name))
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(
        request,
        form,
        _("Preview"),
        reverse("risks:sheet-list"),
        template="risks/sheet_upload.html",
        columns=COLUMNS,
    )


@require_safe
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row: what it would register or change, or why it is refused."""
    return _page(request, _sheet(request, pk))


@require_POST
def sheet_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Apply the table or discard it."""
    by, sheet = person_of(request), _sheet(request, pk)
    if verb not in {"apply", "discard"}:
        raise Http404
    try:
        if verb == "apply":
            apply_sheet(by=by, sheet=sheet, shown=request.POST.get("shown", ""))
        else:
            discard_sheet(by=by, sheet=sheet)
    except Refused as refused:
        return _page(request, sheet, refused)
    messages.success(request, _("Applied.") if verb == "apply" else _("Discarded."))
    return SeeOther(sheet)


def _sheet(request: HttpRequest, pk: int) -> RiskSheet:
    found: RiskSheet = visible_or_404(queries.sheets(request.user), request.user, pk=pk)
    return found


def _page(request: HttpRequest, sheet: RiskSheet, refused: Refused | None = None) -> HttpResponse:
    by = person_of(request)
    context: dict[str, Any] = {"sheet": sheet, "history": history_of(sheet)}
    if sheet.state == RiskSheet.State.PLANNED:
        lines = plan_sheet(by, sheet)
        count = Counter(line.verdict for line in lines)
        context |= {
            "lines": lines,
            "count": {name: count[name] for name in ("new", "changed", "unchanged", "refused")},
            "shown": plan_mark(lines),
            "may_apply": can(by, Permission.RISK_EDIT, sheet.unit_id),
            "ready": 0 if count["refused"] else count["new"] + count["changed"],
        }
    context["refusal"] = refused.message if refused else ""
    status = refused.status if refused else 200
    return render(request, "risks/sheet_detail.html", context, status=status)
