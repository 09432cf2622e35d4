"""Pages about duties to notify."""

import json
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from incidents.actions.clocks import (
    assess_duty,
    record_submission,
    state_fact,
    withdraw_clock,
)
from incidents.actions.reminders import put_away
from incidents.case_tables import ClockFilter, ClockTable
from incidents.clocks.rules import Rule, rules
from incidents.forms.clocks import AssessForm, FactForm, SubmissionForm, WithdrawForm
from incidents.models import Incident, Notice, NotificationClock, Submission
from incidents.queries import clocks as queries
from incidents.queries.incidents import with_names
from incidents.views.tabs import list_tabs
from ledger.errors import Refused
from vault.queries import read_bytes
from web.forms import RecordForm
from web.lists import RecordList
from web.views import SeeOther, attachment, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class ClockList(RecordList):
    """Every clock that the reader may see; the notices for him stand on top."""

    table_class = ClockTable
    filterset_class = ClockFilter
    template_name = "incidents/clock_list.html"
    title = _("Notification clocks")

    def queryset(self) -> QuerySet[Any]:
        """Those with a deadline first, the nearest on top."""
        return queries.clocks(self.request.user)

    def context(self) -> dict[str, Any]:
        """What reminders tell the reader."""
        return {
            "notices": list(queries.notices_for(self.request.user)[:20]),
            "tabs": list_tabs("incidents:clock-list"),
        }


@require_safe
def incident_duties(request: HttpRequest, pk: int) -> HttpResponse:
    """Every duty with its state for this incident, and the facts from which clocks count."""
    incident = _incident(request, pk)
    found = queries.duties(incident)
    context = {
        "incident": incident,
        "facts": queries.facts_of(incident),
        "assessed": [duty for duty in found if duty.clock is not None],
        "open": [duty for duty in found if duty.clock is None],
        "may_edit": can(request.user, Permission.INCIDENT_EDIT, incident.unit_id),
    }
    return render(request, "incidents/incident_duties.html", context)


@require_http_methods(GET_POST)
def fact_state(request: HttpRequest, pk: int) -> HttpResponse:
    """State when something was the case."""
    incident = _editable(request, pk)
    form = FactForm(request.POST or None, initial={"fact": request.GET.get("fact", "aware")})
    context = {
        "heading": _("State a fact"),
        "text": _("Clocks that count from it start or move. Correcting it later keeps both times."),
        "label": _("State"),
    }
    return _asked(request, incident, form, context, state_fact, {"incident": incident})


@require_http_methods(GET_POST)
def duty_assess(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    """Read a rule and say whether it applies."""
    incident, found = _editable(request, pk), _rule(rule)
    initial = {"applies": "yes"}
    form = AssessForm(request.POST or None, initial=initial)
    context = {
        "heading": found.title,
        "rule": found,
        "label": _("Save"),
        "facts": queries.facts_of(incident),
    }
    return _asked(
        request, incident, form, context, assess_duty, {"incident": incident, "rule": rule}
    )


@require_safe
def clock_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One clock: when it ends and why, what is asked for, what was sent."""
    clock = _clock(request, pk)
    context = {
        "clock": clock,
        "rule": clock.frozen,
        "changed": clock.rule_id in rules() and rules()[clock.rule_id] != clock.frozen,
        "submissions": queries.submissions_of(clock),
        "reminders": queries.reminders_of(clock),
        "may_edit": can(request.user, Permission.INCIDENT_EDIT, clock.incident.unit_id),
    }
    return render(request, "incidents/clock_detail.html", context)


@require_http_methods(GET_POST)
def clock_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a notice as it was sent."""
    clock = _clock(request, pk)
    require(request.user, Permission.INCIDENT_EDIT, clock.incident.unit_id)
    form = SubmissionForm(
        request.POST or None, initial={"recipient": clock.frozen.recipient, "zone": "UTC"}
    )
    context = {
        "heading": _("Record a notice"),
        "text": _("Assay sends nothing. Record here what you sent; it cannot be changed later."),
        "label": _("Record as sent"),
        "clock": clock,
    }
    return _asked(request, clock.incident, form, context, record_submission, {"clock": clock})


@require_http_methods(GET_POST)
def clock_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a clock that should not run."""
    clock = _clock(request, pk)
    require(request.user, Permission.INCIDENT_EDIT, clock.incident.unit_id)
    context = {
        "heading": _("Withdraw clock"),
        "text": _("The clock stops and no reminder comes. The reason stays in the timeline."),
        "label": _("Withdraw"),
        "clock": clock,
    }
    form = WithdrawForm(request.POST or None)
    return _asked(request, clock.incident, form, context, withdraw_clock, {"clock": clock})


@require_safe
def clock_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """The pre-filled pack as JSON."""
    clock = _clock(request, pk)
    body = json.dumps(queries.pack_of(clock), indent=2, ensure_ascii=True).encode()
    name = f"{clock.incident.reference}-{clock.rule_id}.json"
    return attachment(body, media_type="application/json", name=name)


@require_safe
def submission_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice as it was frozen, byte for byte."""
    rows = Submission.objects.select_related("file", "clock__incident")
    sent: Submission = visible_or_404(rows, request.user, pk=pk)
    name = f"{sent.clock.incident.reference}-{sent.clock.rule_id}-{sent.number}.json"
    return attachment(read_bytes(sent.file.digest), media_type="application/json", name=name)


@require_POST
def notice_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a notice away."""
    notice: Notice = visible_or_404(Notice.objects.all(), request.user, pk=pk)
    put_away(by=cast(User, request.user), notice=notice)
    return SeeOther("incidents:clock-list")


def _asked(
    request: HttpRequest,
    incident: Incident,
    form: RecordForm,
    context: dict[str, Any],
    act: Any,
    about: dict[str, Any],
) -> HttpResponse:
    """The page that asks; its answer is given to the action ``act``."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(by=request.user, **about, **form.cleaned_data)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            clock = done if isinstance(done, NotificationClock) else about.get("clock")
            return SeeOther(clock or "incidents:incident-duties", **_to(clock, incident))
    context |= {"incident": incident, "form": form}
    status = 422 if form.errors else 200
    return render(request, "incidents/clock_ask.html", context, status=status)


def _to(clock: NotificationClock | None, incident: Incident) -> dict[str, Any]:
    return {} if clock is not None else {"pk": incident.pk}


def _rule(name: str) -> Rule:
    found = rules().get(name)
    if found is None:
        raise Http404
    return found


def _incident(request: HttpRequest, pk: int) -> Incident:
    found: Incident = visible_or_404(with_names(Incident.objects.all()), request.user, pk=pk)
    return found


def _editable(request: HttpRequest, pk: int) -> Incident:
    incident = _incident(request, pk)
    require(request.user, Permission.INCIDENT_EDIT, incident.unit_id)
    return incident


def _clock(request: HttpRequest, pk: int) -> NotificationClock:
    rows = NotificationClock.objects.select_related(
        "incident__unit", "incident__model_version__model", "incident__system", "assessed_by"
    )
    found: NotificationClock = visible_or_404(rows, request.user, pk=pk)
    return found
