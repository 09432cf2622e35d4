"""Pages of the catalogue of checks, made from the code."""

from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from evaluations.checks.catalogue import CATALOGUE
from evaluations.checks.spec import CheckSpec
from evaluations.forms import FAMILIES, CheckFilterForm
from evaluations.listing import chosen_checks
from evaluations.tables import CheckTable
from web.lists import RecordList


class CheckList(RecordList):
    """All checks of the catalogue, to filter and to take along."""

    table_class = CheckTable
    title = gettext_lazy("Catalogue of checks")
    template_name = "evaluations/check_list.html"
    paginate_by = 200

    def queryset(self) -> Any:
        self.form = CheckFilterForm(self.request.GET or None)
        wanted = self.form.cleaned_data if self.form.is_valid() else {}
        nothing = self.form.is_bound and not self.form.is_valid()
        return [] if nothing else [_row(spec) for spec in chosen_checks(wanted)]

    def context(self) -> dict[str, Any]:
        asked = any(self.request.GET.get(name) for name in self.form.fields)
        return {"filter": SimpleNamespace(form=self.form), "is_filtered": asked}


def _row(spec: CheckSpec) -> dict[str, str]:
    return {
        "title": _(spec.title),
        "id": spec.id,
        "family": str(FAMILIES.get(spec.family, spec.family)),
        "tells": _(spec.tells),
        "needs": _needs(spec),
        "rmf": ", ".join(key for key, _why in spec.rmf),
        "url": reverse("evaluations:check-detail", kwargs={"name": spec.id}),
    }


def _needs(spec: CheckSpec) -> str:
    """The needed roles in words: "y_true, one of y_score, y_pred"."""
    parts = list(spec.requires)
    if spec.one_of:
        parts.append(_("one of %(roles)s") % {"roles": " / ".join(spec.one_of)})
    if spec.reference == "required":
        parts.append(_("a reference table"))
    if spec.reads == "file":
        return _("no table: it reads an imported result")
    return ", ".join(parts) or _("no table: it reads the registry")


@require_safe
def check_detail(request: HttpRequest, name: str) -> HttpResponse:
    """What a check tells, its formula, source, limits and traps."""
    spec = CATALOGUE.get(name)
    if spec is None:
        raise Http404
    context = {
        "spec": spec,
        "title": _(spec.title),
        "family": FAMILIES.get(spec.family, spec.family),
        "needs": _needs(spec),
        "tells": _(spec.tells),
        "formula": _(spec.formula),
        "limits": _(spec.limits),
        "traps": [_(trap) for trap in spec.traps],
        "rmf": [(key, _(words)) for key, words in spec.rmf],
        "params": [(_(p.label), p) for p in spec.params],
        "others": [
            (s.id, _(s.title))
            for s in CATALOGUE.values()
            if s.id != name and s.family == spec.family
        ],
    }
    return render(request, "evaluations/check_detail.html", context)
