"""What is done about an incident: playbooks, containment, the way back, recovery, harm."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from incidents import queries, wording
from incidents.actions.playbooks import tick_step, untick_step
from incidents.forms.playbooks import TickForm
from incidents.models import ChosenPlaybook, Incident, StepTick
from incidents.queries import playbooks, rollback
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404

PART_WORDS = {
    "contain": gettext_lazy("Hold back"),
    "eradicate": gettext_lazy("Remove the cause"),
    "recover": gettext_lazy("Show that it is over"),
    "keep": gettext_lazy("Keep as evidence"),
}


@require_safe
def incident_response(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds the harm back, and what shows that it is over."""
    incident: Incident = visible_or_404(
        queries.with_names(Incident.objects.all()), request.user, pk=pk
    )
    context = {
        "incident": incident,
        "tabs": wording.tabs(incident, "response"),
        "may_edit": can(request.user, Permission.INCIDENT_EDIT, incident.unit_id),
        "containments": incident.containments.select_related("done_by", "deployment"),
        "named": queries.named_checks(incident),
        "proofs": queries.recovery(incident),
        **_playbooks(request, incident),
        **_way_back(request, incident),
        "harms": rollback.harms_of(incident),
        "exposure": rollback.exposure_of(incident),
    }
    return render(request, "incidents/incident_response.html", context)


@require_POST
def step_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a step of a chosen playbook."""
    chosen: ChosenPlaybook = visible_or_404(
        ChosenPlaybook.objects.select_related("incident__unit"), request.user, pk=pk
    )
    form = TickForm(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such step. Load the page again."))
    tick_step(by=cast(User, request.user), chosen=chosen, **form.cleaned_data)
    return _back(chosen)


@require_POST
def step_untick(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tick back."""
    tick: StepTick = visible_or_404(
        StepTick.objects.select_related("chosen__incident__unit"), request.user, pk=pk
    )
    untick_step(by=cast(User, request.user), tick=tick)
    return _back(tick.chosen)


def _back(chosen: ChosenPlaybook) -> HttpResponse:
    url = reverse("incidents:incident-response", args=[chosen.incident_id])
    return SeeOther(f"{url}#playbook-{chosen.pk}")


def _playbooks(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    may = can(request.user, Permission.INCIDENT_EDIT, incident.unit_id)
    return {
        "followed": playbooks.followed(incident),
        "suggestions": playbooks.suggestions(incident),
        "may_tick": may and not rollback.is_over(incident),
        "part_words": PART_WORDS,
    }


def _way_back(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    found = rollback.candidates(incident)
    return {
        "candidates": found,
        "target": rollback.target_of(found),
        "running": rollback.running_of(incident),
        "may_roll_back": can(request.user, Permission.DEPLOYMENT_CHANGE, incident.unit_id),
        "blast": rollback.blast_radius(incident, request.user),
    }
