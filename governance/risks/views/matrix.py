"""Pages of matrices: which holds where, and how to set another."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import require_anywhere
from accounts.permissions import Permission
from accounts.queries import can_anywhere, units_where
from governance.risks import queries
from governance.risks.actions import set_matrix
from governance.risks.forms import MatrixForm
from governance.risks.models import standard_matrix
from governance.risks.tables import MatrixFilter, MatrixTable
from governance.risks.views.risks import form_page, history_of, person_of
from governance.risks.words import picture_of
from ledger.errors import Refused
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


class MatrixList(RecordList):
    """Matrices that hold or held for the units that one may see."""

    table_class = MatrixTable
    filterset_class = MatrixFilter
    template_name = "risks/record_list.html"
    title = gettext_lazy("Risk matrices")

    def queryset(self) -> QuerySet[Any]:
        """The newest first."""
        return queries.matrices(self.request.user).order_by("-pk")

    def context(self) -> dict[str, Any]:
        """The way to another one."""
        if not can_anywhere(self.request.user, Permission.RISK_MATRIX):
            return {"here": "matrices"}
        primary = {"url": reverse("risks:matrix-set"), "label": _("Set a matrix")}
        return {"here": "matrices", "primary": primary}


@require_safe
def matrix_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One matrix: its steps and levels, who set it and why."""
    matrix = visible_or_404(queries.matrices(request.user), request.user, pk=pk)
    empty = queries.empty_map(matrix)
    context = {
        "matrix": matrix,
        "picture": picture_of(empty),
        "impacts": matrix.steps("impact"),
        "lines": [
            (word, [matrix.level(step, x) for x, _word in matrix.steps("impact")])
            for step, word in reversed(matrix.steps("likelihood"))
        ],
        "history": history_of(matrix),
    }
    return render(request, "risks/matrix_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def matrix_set(request: HttpRequest) -> HttpResponse:
    """Set the matrix of a unit; the form begins with the standard one."""
    by = person_of(request)
    require_anywhere(by, Permission.RISK_MATRIX)
    units = units_where(by, Permission.RISK_MATRIX).order_by("path")
    standard = standard_matrix()
    initial = {name: getattr(standard, f"{name}_from") for name in ("critical", "high", "medium")}
    initial = {f"{name}_from": value for name, value in initial.items()} | {
        "likelihoods": "\n".join(word for _n, word in standard.steps("likelihood")),
        "impacts": "\n".join(word for _n, word in standard.steps("impact")),
    }
    form = MatrixForm(request.POST or None, initial=initial, units=units)
    if request.method == "POST" and form.is_valid():
        unit, reason = form.cleaned_data["unit"], form.cleaned_data["reason"]
        try:
            return SeeOther(set_matrix(by=by, unit=unit, reason=reason, values=form.values()))
        except Refused as refused:
            form.add_refusal(refused)
    return form_page(request, form, _("Set a matrix"), reverse("risks:matrix-list"))
