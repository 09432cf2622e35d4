"""What went wrong, on the pages of systems and versions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.queries import can
from incidents.models import Incident
from incidents.queries import about_system
from incidents.queries.clocks import clocks_of
from incidents.queries.corrective import WORKING, actions_of, may_any
from incidents.queries.keeping import attachments_of
from incidents.queries.signals import signals_of
from incidents.queries.similar import similar_to
from ledger.models import Record
from models_registry.models import AISystem, ModelVersion
from web.panels import Panel, panel

SHOWN = 8


@panel("models_registry.aisystem", order=20)
def incidents_of_system(user: Any, system: AISystem) -> Panel:
    """Incidents of the system and of the versions that it uses."""
    found = Incident.objects.all().visible_to(user).filter(about_system(system))
    return _panel(user, found, f"system={system.pk}", system.unit_id, "")


@panel("models_registry.modelversion", order=20)
def incidents_of_version(user: Any, version: ModelVersion) -> Panel:
    """Incidents of this version."""
    found = Incident.objects.all().visible_to(user).filter(model_version=version)
    return _panel(user, found, "", version.model.unit_id, f"?version={version.pk}")


def _panel(user: Any, found: Any, query: str, unit: int, declare: str) -> Panel:
    context = {
        "incidents": list(found.order_by("-pk")[:SHOWN]),
        "query": query,
        "declare": declare,
        "may_declare": can(user, Permission.INCIDENT_DECLARE, unit),
    }
    return Panel(_("Incidents"), "incidents/panel.html", context)


@panel("incidents.incident", order=40)
def signals_of_incident(user: Any, incident: Incident) -> Panel | None:
    """What monitors told, for an incident that they opened or joined."""
    found = list(signals_of(incident, user)[:SHOWN])
    if not found:
        return None
    return Panel(_("Signals"), "incidents/parts/signals.html", {"signals": found})


@panel("incidents.incident", order=45)
def evidence_of_incident(user: Any, incident: Incident) -> Panel:
    """The files that show what happened, and who handled them."""
    context = {
        "incident": incident,
        "attachments": attachments_of(incident),
        "may_edit": can(user, Permission.INCIDENT_EDIT, incident.unit_id),
    }
    return Panel(_("Evidence"), "incidents/parts/evidence.html", context)


@panel("incidents.incident", order=50)
def actions_of_incident(user: Any, incident: Incident) -> Panel:
    """What is to be done because of it."""
    may = may_any(user, WORKING, incident.unit_id)
    return actions_panel(actions_of(incident), incident, may_open=may)


def actions_panel(rows: Any, about: Record, *, may_open: bool) -> Panel:
    """Corrective actions about a record; packages above use it for records of theirs."""
    context = {"corrective": list(rows), "key": about.key, "may_open": may_open}
    return Panel(_("Corrective actions"), "incidents/parts/actions.html", context)


@panel("incidents.incident", order=60)
def duties_of_incident(user: Any, incident: Incident) -> Panel:
    """The duties to notify that were assessed for it."""
    context = {"incident": incident, "clocks": clocks_of(incident)}
    return Panel(_("Duties to notify"), "incidents/parts/duties.html", context)


@panel("incidents.incident", order=80)
def similar_to_incident(user: Any, incident: Incident) -> Panel:
    """What resembles it among the records that the reader may see."""
    context = {
        "incident": incident,
        "similar": similar_to(incident, by=user),
        "may_deny": can(user, Permission.INCIDENT_EDIT, incident.unit_id),
    }
    return Panel(_("Similar"), "incidents/parts/similar.html", context)
