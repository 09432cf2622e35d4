"""Steps of the state table and severity."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from incidents import queries, states
from incidents.actions.common import (
    check_severity,
    impossible,
    record,
    require_on,
    required,
    set_state,
)
from incidents.models import Incident
from ledger.actions import action
from ledger.errors import Refused
from ledger.transitions import NoTransition, step

DONE = {
    "triage": "triaged",
    "declare": "confirmed",
    "contain": "contained",
    "recover": "repaired",
    "resolve": "resolved",
    "relapse": "relapsed",
    "review": "sent-to-review",
    "close": "closed",
    "dismiss": "dismissed",
    "reopen": "reopened",
}
# Who may override, with a written reason, may take these without the proof.
OVERRIDABLE = frozenset({"resolve", "close"})


def change_severity(
    *, by: User, incident: Incident, severity: str, reason: str, seen: str = ""
) -> Incident:
    """Make the incident more or less severe; ``seen`` is the severity that the person saw.

    Raises ``Refused`` without a reason or a change, and with 409 when somebody changed it
    meanwhile. Only people make an incident less severe.
    """
    require_on(by, Permission.INCIDENT_EDIT, incident)
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


def advance(
    *, by: User, incident: Incident, verb: str, reason: str = "", override: bool = False
) -> Incident:
    """Take a step of the state table (``states.INCIDENT``).

    ``override`` goes on without the proof that resolving or closing asks for; it needs a role
    and the reason is kept. Raises ``Refused`` when the step is not possible now (409), when its
    reason is missing, when something stands in its way (``obstacle``), or when work would go on in
    two incidents for one check (409).
    """
    try:
        transition = step(states.INCIDENT, incident.state, verb)
    except NoTransition as error:
        raise impossible(incident) from error
    require_on(by, Permission(transition.permission), incident)
    reason = reason.strip()
    if transition.needs_reason or override:
        reason = required(reason, "reason", _("Say why, for whoever reads this later."))
    missing = _pass_obstacles(by, incident, verb, override=override)
    if missing:
        incident.override_reason = reason
    if verb == "triage" and incident.commander is None and not by.is_service:
        incident.commander = by
    set_state(incident, transition.target, by=by)
    if verb in {"reopen", "relapse"}:
        refuse_second(incident)
    with action(f"incidents.incident.{DONE[verb]}", by=by, reason=reason) as act:
        act.save(incident)
        record(act, by, incident, said(verb, reason, missing))
    return incident


def refuse_second(incident: Incident) -> None:
    """Raise ``Refused`` (409) when work goes on elsewhere for the same check."""
    rival = queries.open_with_fingerprint(incident.fingerprint).exclude(pk=incident.pk).first()
    if incident.fingerprint and rival is not None:
        raise Refused(
            _("%(reference)s is open for the same check. Work there.")
            % {"reference": rival.reference},
            code="conflict",
            status=409,
        )


def said(verb: str, reason: str, missing: list[str]) -> str:
    """What the timeline says of a step."""
    words = {
        "triage": _("Triage begun."),
        "declare": _("Confirmed as an incident."),
        "contain": _("Contained."),
        "recover": _("Repaired; recovery is being watched."),
        "resolve": _("Resolved."),
        "relapse": _("The harm is back."),
        "review": _("Sent to review."),
        "close": _("Closed."),
        "dismiss": _("Dismissed: no incident."),
        "reopen": _("Reopened."),
    }
    text = f"{words[verb]} {reason}".strip()
    if not missing:
        return text
    return f"{text} {_('Done without:')} {' '.join(missing)}"


def _pass_obstacles(by: User, incident: Incident, verb: str, *, override: bool) -> list[str]:
    missing = queries.obstacles(incident, verb)
    if missing and override and verb in OVERRIDABLE:
        require_on(by, Permission.INCIDENT_OVERRIDE, incident)
        return missing
    if missing:
        raise Refused(" ".join(missing), code="obstacle")
    return []
