"""What every action about an incident shares: its timeline entry, its checks of words and times."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.models import CheckRun
from incidents import states
from incidents.models import Incident, Severity, TimelineEntry
from ledger.actions import Act
from ledger.errors import Refused

# Clocks of two machines differ a little.
_CLOCK_SLACK = dt.timedelta(minutes=2)
# When a state was reached.
_REACHED = {
    states.CONTAINED: "contained_at",
    states.RECOVERING: "fixed_at",
    states.RESOLVED: "resolved_at",
    states.CLOSED: "closed_at",
    states.DISMISSED: "closed_at",
    states.DUPLICATE: "closed_at",
}


def record(
    act: Act,
    by: User,
    incident: Incident,
    text: str,
    *,
    run: CheckRun | None = None,
    person: User | None = None,
    at: dt.datetime | None = None,
) -> None:
    """Write an automatic line into the timeline; it happened ``at``, by default now."""
    entry = TimelineEntry(
        incident=incident,
        entry_kind=TimelineEntry.Kind.AUTOMATIC,
        happened_at=at or (failed_at(run) if run is not None else timezone.now()),
        text=text,
        author=by,
        person=person,
        check_run=run,
    )
    act.save(entry, event="incidents.entry.recorded")


def failed_at(run: CheckRun) -> dt.datetime:
    """When a run ended; if that is unknown, when it was asked for."""
    return run.finished_at or run.created_at


def set_state(incident: Incident, state: str, *, by: User) -> None:
    """Enter ``state`` and note when; whoever comes first has acknowledged the incident."""
    now = timezone.now()
    incident.state = state
    if incident.acknowledged_at is None and not by.is_service:
        incident.acknowledged_at = now
    if state == states.REOPENED:
        incident.contained_at = incident.fixed_at = None
        incident.resolved_at = incident.closed_at = None
        incident.override_reason = ""
    elif state in _REACHED:
        setattr(incident, _REACHED[state], now)


def require_on(by: User, permission: Permission, incident: Incident) -> None:
    """Raise ``PermissionDenied`` unless ``by`` may do that in the unit and sees the incident."""
    require(by, permission, incident.unit_id)
    if incident.private and not Incident.objects.all().visible_to(by).filter(pk=incident.pk):
        raise PermissionDenied(_("This incident is private. Ask its commander to name you."))


def impossible(incident: Incident) -> Refused:
    """What to answer when the state table has no such step now (409)."""
    return Refused(
        _("This step is not possible while the incident is “%(state)s”. Load the page again.")
        % {"state": incident.get_state_display()},
        code="conflict",
        status=409,
    )


def required(text: str, field: str, message: str) -> str:
    """``text`` without its margins. Raises ``Refused`` when nothing is left."""
    text = text.strip()
    if not text:
        raise Refused(message, field=field)
    return text


def check_severity(severity: str) -> None:
    """Raise ``Refused`` unless ``severity`` is one of ours."""
    if severity not in Severity.values:
        raise Refused(_("Choose one of SEV1 to SEV4."), field="severity")


def check_past(moment: dt.datetime | None, field: str) -> None:
    """Raise ``Refused`` for a moment that has not come yet."""
    if moment is not None and moment > timezone.now() + _CLOCK_SLACK:
        raise Refused(_("This time lies in the future."), field=field)
