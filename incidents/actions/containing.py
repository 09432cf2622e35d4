"""What holds the harm back, and which checks have to show that it is over."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from evaluations.checks.catalogue import CATALOGUE
from incidents import states
from incidents.actions.common import check_past, record, require_on, required, set_state
from incidents.models import Containment, Incident
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.transitions import NoTransition, step
from models_registry.models import Deployment


def contain(
    *,
    by: User,
    incident: Incident,
    containment_kind: str,
    text: str,
    done_at: dt.datetime | None = None,
) -> Containment:
    """Record what was done so that the harm does not go on; a declared incident is then contained.

    Raises ``Refused`` for an unknown kind, empty text or a time in the future.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    text = required(text, "text", _("Say what was done."))
    check_past(done_at, "done_at")
    if containment_kind not in Containment.Kind.values:
        raise Refused(_("Choose what was done from the list."), field="containment_kind")
    with action("incidents.containment.recorded", by=by) as act:
        return store_containment(
            act, by, incident, containment_kind, text, done_at or timezone.now()
        )


def store_containment(
    act: Act,
    by: User,
    incident: Incident,
    kind: str,
    text: str,
    done_at: dt.datetime,
    deployment: Deployment | None = None,
) -> Containment:
    """The row, its line in the timeline, and the step to contained where the table has it."""
    containment = Containment(
        incident=incident,
        containment_kind=kind,
        text=text,
        done_at=done_at,
        done_by=by,
        deployment=deployment,
    )
    act.save(containment)
    words = {"kind": containment.get_containment_kind_display(), "text": text}
    line = _("%(kind)s: %(text)s") % words
    if _may_advance(incident):
        set_state(incident, states.CONTAINED, by=by)
        act.save(incident, event="incidents.incident.contained")
        line = _("Contained. %(line)s") % {"line": line}
    record(act, by, incident, line, at=done_at)
    return containment


def name_recovery_checks(*, by: User, incident: Incident, checks: list[str]) -> Incident:
    """Say which checks have to pass on the running versions before the incident is resolved.

    Raises ``Refused`` for a check that is not in the catalogue.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    unknown = sorted(set(checks) - set(CATALOGUE))
    if unknown:
        raise Refused(_("There is no check “%(name)s”.") % {"name": unknown[0]}, field="checks")
    incident.recovery_checks = sorted(set(checks))
    with action("incidents.incident.recovery-named", by=by) as act:
        act.save(incident)
        names = ", ".join(incident.recovery_checks) or _("the one that opened it")
        record(act, by, incident, _("Checks that show the recovery: %(names)s.") % {"names": names})
    return incident


def _may_advance(incident: Incident) -> bool:
    try:
        step(states.INCIDENT, incident.state, "contain")
    except NoTransition:
        return False
    return True
