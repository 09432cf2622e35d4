"""Pages about incidents."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from incidents import actions, queries, states, wording
from incidents.actions.common import require_on
from incidents.forms import CommanderForm, DeclareForm, NoteForm, SeverityForm, StepForm
from incidents.forms.response import may_override
from incidents.models import Incident, TimelineEntry
from incidents.postmortems.pictures import line_of
from incidents.queries.postmortems import line_document
from incidents.tables import IncidentFilter, IncidentTable
from incidents.views.tabs import list_tabs
from ledger.errors import Refused
from ledger.transitions import NoTransition, step
from models_registry.models import ModelVersion
from web.forms import RecordForm
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class IncidentList(RecordList):
    """All incidents, narrowed and exported."""

    table_class = IncidentTable
    filterset_class = IncidentFilter
    title = _("Incidents")
    template_name = "incidents/list.html"

    def queryset(self) -> QuerySet[Any]:
        """What the reader may see, newest first."""
        return queries.with_names(Incident.objects.all().visible_to(self.request.user))

    def context(self) -> dict[str, Any]:
        """The button for those who may declare."""
        found: dict[str, Any] = {"tabs": list_tabs("incidents:incident-list")}
        if can_anywhere(self.request.user, Permission.INCIDENT_DECLARE):
            url = reverse("incidents:incident-declare")
            found["primary"] = {"url": url, "label": _("Declare incident")}
        return found


@require_http_methods(GET_POST)
def incident_declare(request: HttpRequest) -> HttpResponse:
    """Declare an incident in a minute; ``?version=ID`` chooses the version."""
    if not can_anywhere(request.user, Permission.INCIDENT_DECLARE):
        raise PermissionDenied(_("Your roles do not include declaring incidents."))
    version = _asked_version(request)
    form = DeclareForm(request.POST or None, by=request.user, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            incident = actions.declare_incident(by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(incident)
    context = {"form": form, "asked": version}
    return render(request, "incidents/incident_declare.html", context, status=_status(form))


@require_safe
def incident_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident: what it is, where it stands, what happened, what to do next."""
    incident = _incident(request, pk)
    if incident.duplicate_of_id and not request.GET.get("stay"):
        target = queries.root_of(incident, request.user)
        if target is not None:
            return SeeOther(target)
    form = NoteForm(incident=incident, initial=_corrected(request, incident))
    return _detail(request, incident, form)


@require_POST
def incident_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line to the timeline."""
    incident = _incident(request, pk)
    require_on(cast(User, request.user), Permission.INCIDENT_EDIT, incident)
    form = NoteForm(request.POST, incident=incident)
    if form.is_valid():
        try:
            entry = actions.add_note(
                by=cast(User, request.user), incident=incident, **form.cleaned_data
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther(f"{incident.get_absolute_url()}#entry-{entry.pk}")
    return _detail(request, incident, form)


@require_http_methods(GET_POST)
def incident_severity(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the severity, with a reason."""
    incident = _editable(request, pk)
    initial = {"severity": incident.severity, "seen": incident.severity}
    form = SeverityForm(request.POST or None, initial=initial)
    question = wording.severity_question()
    return _asked(request, incident, form, question, actions.change_severity)


@require_http_methods(GET_POST)
def incident_commander(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who leads."""
    incident = _editable(request, pk)
    initial = {"commander": incident.commander_id}
    form = CommanderForm(request.POST or None, incident=incident, initial=initial)
    question = wording.commander_question()
    return _asked(request, incident, form, question, actions.name_commander)


@require_http_methods(GET_POST)
def incident_advance(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a step: asked once, with its consequence and a reason."""
    if verb not in wording.QUESTIONS:
        raise Http404
    incident = _editable(request, pk)
    try:
        transition = step(states.INCIDENT, incident.state, verb)
    except NoTransition as error:
        raise actions.impossible(incident) from error
    missing = queries.obstacles(incident, verb)
    if verb == "contain" and missing:
        return SeeOther(reverse("incidents:incident-ask", args=[pk, "containment"]))
    question = wording.QUESTIONS[verb]
    may = bool(missing) and verb in actions.OVERRIDABLE and may_override(request.user, incident)
    form = StepForm(
        request.POST or None, transition=transition, label=question.ask, may_override=may
    )
    return _asked(request, incident, form, question, actions.advance, missing, verb=verb)


def _asked(
    request: HttpRequest,
    incident: Incident,
    form: RecordForm,
    question: wording.Question,
    act: Any,
    missing: list[str] | None = None,
    **more: Any,
) -> HttpResponse:
    """The page that asks ``question``; its answer is given to the action ``act``."""
    if request.method == "POST" and form.is_valid():
        try:
            act(by=request.user, incident=incident, **form.cleaned_data, **more)
        except Refused as refused:
            if refused.status == 409:
                raise
            form.add_refusal(refused)
        else:
            return SeeOther(incident)
    context = {
        "incident": incident,
        "form": form,
        "question": question,
        "missing": missing,
        "back": "",
    }
    return render(request, "incidents/incident_ask.html", context, status=_status(form))


def _detail(request: HttpRequest, incident: Incident, form: NoteForm) -> HttpResponse:
    may_edit = can(request.user, Permission.INCIDENT_EDIT, incident.unit_id)
    entries = list(queries.timeline(incident))
    context = {
        "incident": incident,
        "entries": entries,
        "line": line_of(line_document(incident, entries)),
        "may_edit": may_edit,
        "steps": wording.offered(queries.next_steps(incident)) if may_edit else [],
        "form": form,
        "mergeable": incident.state in states.DUPLICABLE,
        "later": queries.later_than(incident, request.user),
        "earlier": queries.earlier_than(incident, request.user),
        "duplicates": queries.duplicates_of(incident, request.user),
        "tabs": wording.tabs(incident, "timeline"),
    }
    return render(request, "incidents/incident_detail.html", context, status=_status(form))


def _incident(request: HttpRequest, pk: int) -> Incident:
    incident: Incident = visible_or_404(
        queries.with_names(Incident.objects.all()), request.user, pk=pk
    )
    return incident


def _editable(request: HttpRequest, pk: int) -> Incident:
    incident = _incident(request, pk)
    require_on(cast(User, request.user), Permission.INCIDENT_EDIT, incident)
    return incident


def _asked_version(request: HttpRequest) -> ModelVersion | None:
    asked = request.GET.get("version", "")
    if not asked:
        return None
    version: ModelVersion = visible_or_404(
        ModelVersion.objects.select_related("model__unit"), request.user, pk=_number(asked)
    )
    require(request.user, Permission.INCIDENT_DECLARE, version.model.unit_id)
    return version


def _corrected(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    asked = request.GET.get("corrects", "")
    if not asked:
        return {}
    entry = visible_or_404(
        TimelineEntry.objects.all(), request.user, pk=_number(asked), incident=incident
    )
    return {"correction_of": entry.pk, "happened_at": entry.happened_at}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    return int(text)


def _status(form: RecordForm) -> int:
    return 422 if form.errors else 200
