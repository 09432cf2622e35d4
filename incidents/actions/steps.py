"""Steps of the state table, severity and who leads."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from incidents import queries, states
from incidents.actions.common import check_severity, impossible, record, required, set_state
from incidents.models import Incident
from ledger.actions import action
from ledger.errors import Refused
from ledger.transitions import NoTransition, step

_DONE = {
    "investigate": "investigated",
    "mitigate": "mitigated",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "reopened",
}


def change_severity(
    *, by: User, incident: Incident, severity: str, reason: str, seen: str = ""
) -> Incident:
    """Set another severity and say why. Only a person may lower it.

    ``seen`` is the severity that the person had before his eyes; when it has changed meanwhile
    the call is refused (409), so that nobody overrules a change he does not know of.
    """
    require(by, Permission.INCIDENT_EDIT, incident.unit_id)
    check_severity(severity)
    reason = required(reason, "reason", _("Say why."))
    if seen and seen != incident.severity:
        raise Refused(
            _("Somebody changed the severity to %(now)s meanwhile. Read the timeline first.")
            % {"now": incident.get_severity_display()},
            code="conflict",
            status=409,
        )
    if severity == incident.severity:
        raise Refused(_("It has this severity already."), field="severity")
    if by.is_service and states.is_lower(severity, incident.severity):
        raise PermissionDenied(_("Severity is never lowered automatically."))
    before = incident.get_severity_display()
    incident.severity, incident.severity_reason = severity, reason
    with action("incidents.incident.severity-changed", by=by, reason=reason) as act:
        act.save(incident)
        words = {"old": before, "new": incident.get_severity_display(), "why": reason}
        record(act, by, incident, _("Severity changed from %(old)s to %(new)s: %(why)s") % words)
    return incident


def advance(*, by: User, incident: Incident, verb: str, reason: str = "") -> Incident:
    """Take a step of the state table (``states.INCIDENT``).

    Raises ``Refused`` when the step is not possible now (409), when its reason is missing, or
    when reopening would leave two open incidents for one check (409).
    """
    try:
        transition = step(states.INCIDENT, incident.state, verb)
    except NoTransition as error:
        raise impossible(incident) from error
    require(by, Permission(transition.permission), incident.unit_id)
    reason = reason.strip()
    if transition.needs_reason:
        reason = required(reason, "reason", _("Say why, for whoever reads this later."))
    set_state(incident, transition.target)
    if verb == "reopen":
        _refuse_second(incident)
    if verb == "investigate" and incident.commander is None and not by.is_service:
        incident.commander = by
    with action(f"incidents.incident.{_DONE[verb]}", by=by, reason=reason) as act:
        act.save(incident)
        record(act, by, incident, _said(verb, reason))
    return incident


def name_commander(*, by: User, incident: Incident, commander: User) -> Incident:
    """Say who leads the response.

    Raises ``Refused`` when that person may not work on incidents of this unit.
    """
    require(by, Permission.INCIDENT_EDIT, incident.unit_id)
    if not can(commander, Permission.INCIDENT_EDIT, incident.unit_id):
        raise Refused(
            _("This person's roles do not allow working on this incident. Choose another."),
            field="commander",
        )
    incident.commander = commander
    with action("incidents.incident.handed-over", by=by) as act:
        act.save(incident)
        # A reference, not the name: the ledger keeps every word of the text for ever.
        record(act, by, incident, _("Command handed over to"), person=commander)
    return incident


def _refuse_second(incident: Incident) -> None:
    rival = queries.open_with_fingerprint(incident.fingerprint).exclude(pk=incident.pk).first()
    if incident.fingerprint and rival is not None:
        raise Refused(
            _("%(reference)s is open for the same check. Work there.")
            % {"reference": rival.reference},
            code="conflict",
            status=409,
        )


def _said(verb: str, reason: str) -> str:
    words = {
        "investigate": _("Investigation begun."),
        "mitigate": _("Mitigated."),
        "resolve": _("Resolved."),
        "close": _("Closed."),
        "reopen": _("Reopened."),
    }
    return f"{words[verb]} {reason}".strip()
