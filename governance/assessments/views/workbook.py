"""Pages of workbooks: take one, bring it back, look at every cell, apply or discard it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.permissions import Permission
from accounts.queries import can
from governance.assessments.actions.workbook import (
    apply_workbook,
    discard_workbook,
    plan_mark,
    plan_workbook,
    upload_sheet,
)
from governance.assessments.forms.many import WorkbookForm
from governance.assessments.models import AnswerSheet
from governance.assessments.queries.workbook import COLUMNS, WIDTHS, cells_of
from governance.assessments.views.asking import WITH_FACTS, form_page, person_of
from governance.assessments.views.many import told
from ledger.errors import Refused
from models_registry.spreadsheet.writing import XLSX_TYPE, as_xlsx
from web.views import SeeOther, attachment, visible_or_404

_SHEETS = AnswerSheet.objects.select_related("assessment__unit", "file", "uploaded_by", "closed_by")


@require_safe
def workbook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole assessment as XLSX."""
    assessment = visible_or_404(WITH_FACTS, request.user, pk=pk)
    raw = as_xlsx("Assessment", COLUMNS, cells_of(assessment), widths=WIDTHS)
    return attachment(raw, media_type=XLSX_TYPE, name=f"assessment-{assessment.pk}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def workbook_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an edited workbook back."""
    by = person_of(request)
    assessment = visible_or_404(WITH_FACTS, by, pk=pk)
    require(by, Permission.ASSESSMENT_ANSWER, assessment.unit_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = WorkbookForm(*sent)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return SeeOther(
                upload_sheet(by=by, assessment=assessment, stream=file, file_name=file.name)
            )
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, "assessments/workbook.html", form, assessment=assessment)


@require_safe
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Every cell that would change, old and new; what is refused, and why."""
    return _page(request, visible_or_404(_SHEETS, request.user, pk=pk))


@require_POST
def sheet_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Apply the workbook or discard it."""
    by = person_of(request)
    sheet = visible_or_404(_SHEETS, by, pk=pk)
    if verb not in {"apply", "discard"}:
        raise Http404
    try:
        if verb == "apply":
            apply_workbook(by=by, sheet=sheet, shown=request.POST.get("shown", ""))
        else:
            discard_workbook(by=by, sheet=sheet)
    except Refused as refused:
        return _page(request, sheet, refused)
    messages.success(request, _("Applied.") if verb == "apply" else _("Discarded."))
    return SeeOther(sheet)


def _page(request: HttpRequest, sheet: AnswerSheet, refused: Refused | None = None) -> HttpResponse:
    by, assessment = person_of(request), sheet.assessment
    context: dict[str, Any] = {"sheet": sheet, "assessment": assessment}
    if sheet.state == AnswerSheet.State.PLANNED:
        lines = plan_workbook(by, sheet)
        context |= {
            "lines": told(lines),
            "shown": plan_mark(lines),
            "ready": sum(len(line.ready) for line in lines),
            "refused": sum(line.refused for line in lines),
            "may_apply": assessment.is_open
            and can(by, Permission.ASSESSMENT_ANSWER, assessment.unit_id),
        }
    context["refusal"] = refused.message if refused else ""
    status = refused.status if refused else 200
    return render(request, "assessments/sheet_detail.html", context, status=status)
