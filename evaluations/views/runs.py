"""Pages of runs: the list, starting checks, one run, judging it again."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require, require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from evaluations import queries
from evaluations.actions import cancel_run, replay_run, start_checks
from evaluations.comparing import others_to_compare
from evaluations.forms import ChecksForm, InputsForm
from evaluations.models import CheckRun
from evaluations.pictures import badness, pictures
from evaluations.tables import RunFilter, RunTable
from ledger.errors import Refused
from models_registry.reading.profile import TableProfile
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


class RunList(RecordList):
    """Every run that the person may see."""

    table_class = RunTable
    filterset_class = RunFilter
    title = gettext_lazy("Check runs")
    template_name = "evaluations/run_list.html"

    def queryset(self) -> QuerySet[Any]:
        return queries.runs_for_list(_person(self.request))

    def context(self) -> dict[str, Any]:
        if not can_anywhere(self.request.user, Permission.CHECK_RUN):
            return {}
        return {"primary": {"url": reverse("evaluations:run-start"), "label": _("Run checks")}}


@require_http_methods(["GET", "HEAD", "POST"])
def run_start(request: HttpRequest) -> HttpResponse:
    """Two steps on one address: choose the tables, then confirm roles, checks and limits."""
    user = _person(request)
    require_anywhere(user, Permission.CHECK_RUN)
    chosen = request.POST if request.method == "POST" else request.GET
    asked = "model_version" in chosen and "current" in chosen
    inputs = InputsForm(chosen if asked else None, user=user, initial=chosen.dict())
    if not asked or not inputs.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "evaluations/run_start.html", {"form": inputs}, status=status)
    return _confirm(request, user, inputs.cleaned_data)


def _confirm(request: HttpRequest, user: User, tables: dict[str, Any]) -> HttpResponse:
    version, current, reference = (
        tables[name] for name in ("model_version", "current", "reference")
    )
    require(user, Permission.CHECK_RUN, version.model.unit_id)
    sent = request.POST if request.method == "POST" else None
    form = ChecksForm(sent, current=current, reference=reference)
    if sent is not None and form.is_valid():
        try:
            runs = start_checks(
                by=user, version=version, current=current, reference=reference,
                roles=form.roles(), checks=form.cleaned_data["checks"], params=form.params(),
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if len(runs) == 1:
                return SeeOther(runs[0])
            return SeeOther(f"{reverse('evaluations:run-list')}?family={runs[0].family}")
    profile = TableProfile.from_json(current.profile)
    context = {**tables, "form": form, "profile": profile, "problem": form.errors}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "evaluations/run_confirm.html", context, status=status)


@require_safe
def run_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Verdict in a sentence, figures, charts, reasons, inputs with digests."""
    user = _person(request)
    run = visible_or_404(queries.run_for_page(user), user, pk=pk)
    results = queries.results_of(run)
    ordered = sorted(results, key=badness)
    spec = run.spec
    may_run = can(user, Permission.CHECK_RUN, run.model_version.model.unit_id)
    context = {
        "run": run,
        "results": ordered,
        "worst": next((o for o in ordered if o.slice and o.verdict in ("fail", "warn")), None),
        "endings": ("json", "csv", "parquet"),
        "pictures": pictures(results),
        "missing": queries.missing_rows(run, results),
        "may_run": may_run,
        "may_monitor": run.window_id is None and run.external_id is None and may_run,
        "others": others_to_compare(user, run) if run.state == run.State.DONE else [],
        "siblings": queries.siblings_of(user, run),
        "rmf": [(key, str(_(words))) for key, words in spec.rmf] if spec else [],
        "params": [(_(p.label), run.params.get(p.name)) for p in spec.params] if spec else [],
    }
    return render(request, "evaluations/run_detail.html", context)


@require_POST
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run that has not ended; those of monitors, too."""
    user = _person(request)
    run: CheckRun = visible_or_404(queries.run_for_page(user), user, pk=pk)
    try:
        cancel_run(by=user, run=run, reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, refused.message)
    return SeeOther(run)


@require_POST
def run_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge the stored aggregates again and say whether the verdict is the same."""
    user = _person(request)
    run: CheckRun = visible_or_404(queries.run_for_page(user), user, pk=pk)
    try:
        replay = replay_run(by=user, run=run)
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(run)
    if replay.same:
        messages.success(request, _("Judged again from its aggregates: every figure is the same."))
    elif replay.code_is_the_same:
        messages.error(request, _("Judged again, the same code gives other figures."))
    else:
        words = _("Judged again by a newer version of the check: %(headline)s.")
        messages.warning(request, words % {"headline": replay.headline})
    return SeeOther(run)
