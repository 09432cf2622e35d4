"""A person declares an incident."""

import datetime as dt

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from incidents import queries
from incidents.actions.common import check_past, check_severity, record, required
from incidents.models import TITLE_LENGTH, Incident
from ledger.actions import action
from ledger.errors import Refused
from models_registry.models import AISystem, ModelUse, ModelVersion


def declare_incident(
    *,
    by: User,
    what: str,
    severity: str,
    version: ModelVersion | None = None,
    system: AISystem | None = None,
    severity_reason: str = "",
    occurred_at: dt.datetime | None = None,
    private: bool = False,
) -> Incident:
    """A person says that something went wrong. The rest is filled in from the registry.

    The first line of ``what`` becomes the title. A private one is seen only by whoever declares it
    until others are named. Raises ``Refused`` for empty text, an unknown severity, a beginning in
    the future, or when neither version nor system is named.
    """
    unit_id = _unit_of(version, system)
    require(by, Permission.INCIDENT_DECLARE, unit_id)
    what = required(what, "what", _("Say in a sentence what happened."))
    check_severity(severity)
    check_past(occurred_at, "occurred_at")
    incident = Incident(
        unit_id=unit_id,
        title=Truncator(what.splitlines()[0]).chars(TITLE_LENGTH),
        summary=what,
        severity=severity,
        severity_reason=severity_reason.strip(),
        model_version=version,
        system=_system_for(version, system),
        private=private,
        occurred_at=occurred_at,
        declared_by=by,
    )
    incident.detected_at = incident.acknowledged_at = timezone.now()
    with action("incidents.incident.declared", by=by) as act:
        act.save(incident)
        record(act, by, incident, _declared(incident))
    return incident


def _declared(incident: Incident) -> str:
    text = _("Declared as %(severity)s.") % {"severity": incident.get_severity_display()}
    return f"{text} {incident.severity_reason}".strip()


def _unit_of(version: ModelVersion | None, system: AISystem | None) -> int:
    about = version.model if version is not None else system
    if about is None:
        raise Refused(_("Name the model version or the system concerned."), field="version")
    unit_id: int = about.unit_id
    return unit_id


def _system_for(version: ModelVersion | None, system: AISystem | None) -> AISystem | None:
    if version is None:
        return system
    if system is None:
        return queries.only_system_of(version)
    if not ModelUse.objects.filter(system=system, model=version.model_id).exists():
        raise Refused(_("This system does not use that model."), field="system")
    return system
