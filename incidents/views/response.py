"""What is done about an incident: containment, recovery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from accounts.queries import can
from incidents import queries, wording
from incidents.models import Incident
from web.views import visible_or_404


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
    }
    return render(request, "incidents/incident_response.html", context)
