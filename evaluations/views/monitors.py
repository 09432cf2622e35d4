"""Pages of monitors."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations import monitoring, queries, states
from evaluations.actions import (
    EDITABLE,
    add_monitor,
    edit_monitor,
    merge_windows,
    move_monitor,
    schedule_of,
)
from evaluations.connections import connections_of
from evaluations.forms import MonitorEditForm, MonitorForm
from evaluations.models import CheckRun, Monitor
from evaluations.sources import folders_of
from evaluations.spending import budget_of, cadence_of, cost_of
from evaluations.tables import MonitorFilter, MonitorTable
from ledger.errors import Refused
from ledger.transitions import NoTransition
from models_registry.views.asking import conflict_page, form_page, saved
from web.lists import RecordList
from web.views import SeeOther, visible_or_404


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


class MonitorList(RecordList):
    """Every monitor that the person may see."""

    table_class = MonitorTable
    filterset_class = MonitorFilter
    title = gettext_lazy("Monitors")
    template_name = "evaluations/monitor_list.html"

    def queryset(self) -> QuerySet[Any]:
        return monitoring.monitors_for_list(_person(self.request))


@require_http_methods(["GET", "HEAD", "POST"])
def monitor_add(request: HttpRequest, run: int) -> HttpResponse:
    """A monitor that repeats what a run and those started with it checked."""
    user = _person(request)
    known: CheckRun = visible_or_404(queries.run_for_page(user), user, pk=run)
    unit = known.model_version.model.unit_id
    require(user, Permission.CHECK_RUN, unit)
    family = [known, *queries.siblings_of(user, known)]
    sent = request.POST if request.method == "POST" else None
    name = known.current.name if known.current else ""
    form = MonitorForm(sent, initial={"name": name, "place": name, "every_minutes": 1440})
    slots: list[Any] = []
    if sent is None or form.is_valid():
        values = form.cleaned_data if sent else form.initial
        try:
            slots = schedule_of(values.get("cron", ""), values["every_minutes"]).next_slots(
                timezone.now()
            )
            if sent and "preview" not in sent:
                return SeeOther(add_monitor(**_of_family(user, family, form.cleaned_data)))
        except Refused as refused:
            form.add_refusal(refused)
    context = {"form": form, "run": known, "family": family, "slots": slots,
               "folders": folders_of(unit), "connections": connections_of(unit)}  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "evaluations/monitor_add.html", context, status=status)


def _of_family(user: User, family: list[CheckRun], values: dict[str, Any]) -> dict[str, Any]:
    """What ``add_monitor`` takes, with columns and limits as the runs had them."""
    runs = CheckRun.objects.filter(pk__in=[run.pk for run in family]).select_related(
        "model_version__model", "reference"
    )
    known = {run.check_name: run for run in runs.order_by("pk")}
    roles: dict[str, Any] = {}
    for run in known.values():
        roles |= {name: value for name, value in run.roles.items() if value}
    more = {
        "checks": list(known),
        "params": {name: run.params for name, run in known.items()},
        "roles": roles,
        "reference": next((run.reference for run in known.values() if run.reference), None),
    }
    version = next(iter(known.values())).model_version
    return {"by": user, "version": version, "values": {**values, **more}}


@require_safe
def monitor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule, windows with their verdicts, trends with limits, cost."""
    user = _person(request)
    monitor: Monitor = visible_or_404(monitoring.monitor_for_page(user), user, pk=pk)
    rows = monitoring.windows_of(monitor)
    context = {
        "monitor": monitor,
        "rows": rows,
        "pictures": monitoring.trends_of(rows),
        "cost": cost_of(monitor),
        "budget": budget_of(monitor),
        "cadence": cadence_of(monitor),
        "query": f"monitor={monitor.pk}",
        "proposals": list(
            monitoring.proposals_for_list(user).filter(monitor=monitor, state__in=states.STANDING)
        ),
        "may_run": can(user, Permission.CHECK_RUN, monitor.model_version.model.unit_id),
    }
    return render(request, "evaluations/monitor_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def monitor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change schedule, source, checks, columns, limits and budget, with a merge per field."""
    user = _person(request)
    monitor: Monitor = visible_or_404(monitoring.monitor_for_page(user), user, pk=pk)
    require(user, Permission.CHECK_RUN, monitor.model_version.model.unit_id)
    initial = {name: getattr(monitor, name) for name in EDITABLE}
    form = MonitorEditForm(request.POST or None, user=user, initial=initial)
    unit = monitor.model_version.model.unit_id
    context = {
        "monitor": monitor,
        "folders": folders_of(unit),
        "connections": connections_of(unit),
    }
    template = "evaluations/monitor_edit.html"
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            merge = edit_monitor(
                by=user, monitor=monitor, base=form.base(), values=values, reason=reason
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if merge.clashes:
                return conflict_page(request, template, form, merge, **context)
            return saved(request, monitor)
    return form_page(request, template, form, **context)


@require_POST
def monitor_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause, resume, or judge the newest windows together."""
    user = _person(request)
    monitor: Monitor = visible_or_404(monitoring.monitor_for_page(user), user, pk=pk)
    try:
        if verb == "merge":
            merge_windows(by=user, monitor=monitor, count=4)
        elif verb in ("pause", "resume"):
            reason = request.POST.get("reason", "")
            move_monitor(by=user, monitor=monitor, verb=verb, reason=reason)
        else:
            raise Http404
    except (Refused, NoTransition) as refused:
        messages.error(request, str(refused) or _("This cannot be done now."))
    return SeeOther(monitor)
