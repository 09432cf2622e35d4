"""One event, two incidents: merged, with a way back."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents import states
from incidents.actions.common import impossible, record, require_on, required, set_state
from incidents.actions.steps import refuse_second
from incidents.models import Incident
from ledger.actions import action
from ledger.errors import Refused


def mark_duplicate(*, by: User, incident: Incident, target: Incident, reason: str) -> Incident:
    """Say that ``incident`` is the same event as ``target``, where the work goes on.

    Its page leads there from now on; nothing is copied or lost. Raises ``Refused`` when either
    is over, or ``target`` is the incident itself or a duplicate.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    require_on(by, Permission.INCIDENT_EDIT, target)
    reason = required(reason, "reason", _("Say what shows that it is the same event."))
    if incident.state not in states.DUPLICABLE:
        raise impossible(incident)
    if target.pk == incident.pk or not target.is_open:
        raise Refused(_("Choose another incident that has not ended."), field="target")
    incident.state_before = incident.state
    incident.duplicate_of = target
    set_state(incident, states.DUPLICATE, by=by)
    with action("incidents.incident.merged", by=by, reason=reason) as act:
        act.save(incident)
        text = _("Merged into %(target)s: %(why)s") % {"target": target.reference, "why": reason}
        record(act, by, incident, text)
        record(act, by, target, _("%(other)s is a duplicate.") % {"other": incident.reference})
    return incident


def undo_duplicate(*, by: User, incident: Incident, reason: str) -> Incident:
    """Take the merge back: the incident goes on where it stood.

    Raises ``Refused`` when it is no duplicate, or when work goes on elsewhere for its check.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
    reason = required(reason, "reason", _("Say what shows that they are two."))
    target = incident.duplicate_of
    if incident.state != states.DUPLICATE or target is None:
        raise impossible(incident)
    refuse_second(incident)
    incident.state, incident.state_before = incident.state_before, ""
    incident.duplicate_of = incident.closed_at = None
    with action("incidents.incident.split", by=by, reason=reason) as act:
        act.save(incident)
        text = _("No duplicate of %(target)s after all: %(why)s")
        record(act, by, incident, text % {"target": target.reference, "why": reason})
        record(act, by, target, _("%(other)s goes on by itself.") % {"other": incident.reference})
    return incident
