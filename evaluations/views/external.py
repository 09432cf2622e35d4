"""Pages of results that other tools measured: the list, importing, one result, its limits."""

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from evaluations import queries
from evaluations.actions import declare_limits, import_result
from evaluations.forms import ImportForm, LimitsForm
from evaluations.models import ExternalResult
from evaluations.tables import ExternalFilter, ExternalTable
from ledger.errors import Refused
from models_registry.history import history
from vault.queries import read_bytes
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404

EVENTS: dict[str, str | Promise] = {
    "evaluations.external.imported": gettext_lazy("Imported"),
    "evaluations.external.limited": gettext_lazy("Limits declared"),
}


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


class ExternalList(RecordList):
    """Every imported result that the person may see."""

    table_class = ExternalTable
    filterset_class = ExternalFilter
    title = gettext_lazy("Imported results")
    template_name = "evaluations/external_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.external_for_list(_person(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.CHECK_RUN):
            return {}
        url = reverse("evaluations:external-import")
        return {"primary": {"url": url, "label": _("Import a result")}}


@require_http_methods(["GET", "HEAD", "POST"])
def external_import(request: HttpRequest) -> HttpResponse:
    """Choose version and file; the file is read before anything is recorded."""
    user = _person(request)
    require_anywhere(user, Permission.CHECK_RUN)
    sent = request.POST if request.method == "POST" else None
    form = ImportForm(sent, request.FILES or None, user=user, initial=request.GET.dict())
    if sent is not None and form.is_valid():
        values = form.cleaned_data
        try:
            result = import_result(
                by=user, version=values["model_version"], stream=values["file"],
                file_name=values["file"].name, limits=values["limits"].splitlines(),
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(result)
    status = 422 if form.is_bound else 200
    return render(request, "evaluations/external_import.html", {"form": form}, status=status)


@require_safe
def external_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file says, what was not understood, and how its figures are judged."""
    user = _person(request)
    result = visible_or_404(queries.external_for_page(user), user, pk=pk)
    return _page(request, user, result, LimitsForm(initial={"limits": "\n".join(result.limits)}))


def _page(
    request: HttpRequest, user: User, result: ExternalResult, form: LimitsForm, status: int = 200
) -> HttpResponse:
    runs = queries.runs_of_external(result)
    context = {
        "result": result,
        "run": runs[0] if runs else None,
        "runs": runs[1:],
        "figures": queries.results_of(runs[0]) if runs and runs[0].verdict else [],
        "form": form,
        "history": [
            replace(entry, what=EVENTS.get(str(entry.what), entry.what))
            for entry in history(result)
        ],
        "may_judge": can(user, Permission.CHECK_RUN, result.model_version.model.unit_id),
    }
    return render(request, "evaluations/external_detail.html", context, status=status)


@require_POST
def external_limits(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare limits; a new run judges the figures by them."""
    user = _person(request)
    result = visible_or_404(queries.external_for_page(user), user, pk=pk)
    form = LimitsForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            declare_limits(
                by=user, result=result, limits=values["limits"].splitlines(),
                reason=values["reason"],
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The limits are declared; the figures are judged by them."))
            return SeeOther(result)
    return _page(request, user, result, form, status=422)


@require_safe
def external_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they were imported."""
    user = _person(request)
    result = visible_or_404(queries.external_for_page(user), user, pk=pk)
    content = read_bytes(result.file.digest)
    return attachment(content, media_type="application/octet-stream", name=result.file_name)
