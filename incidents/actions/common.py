"""What every action about an incident shares: its timeline entry, its checks of words and times."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations.models import CheckRun
from incidents import states
from incidents.models import Incident, Severity, TimelineEntry
from ledger.actions import Act
from ledger.errors import Refused

# Clocks of two machines differ a little.
_CLOCK_SLACK = dt.timedelta(minutes=2)


def record(
    act: Act,
    by: User,
    incident: Incident,
    text: str,
    *,
    run: CheckRun | None = None,
    person: User | None = None,
) -> None:
    entry = TimelineEntry(
        incident=incident,
        entry_kind=TimelineEntry.Kind.AUTOMATIC,
        happened_at=failed_at(run) if run is not None else timezone.now(),
        text=text,
        author=by,
        person=person,
        check_run=run,
    )
    act.save(entry, event="incidents.entry.recorded")


def failed_at(run: CheckRun) -> dt.datetime:
    return run.finished_at or run.created_at


def set_state(incident: Incident, state: str) -> None:
    now = timezone.now()
    incident.state = state
    if state == states.RESOLVED:
        incident.resolved_at = now
    elif state == states.CLOSED:
        incident.closed_at = now
    else:
        incident.resolved_at = incident.closed_at = None


def impossible(incident: Incident) -> Refused:
    """What to answer when the state table has no such step now (409)."""
    return Refused(
        _("This step is not possible while the incident is “%(state)s”. Load the page again.")
        % {"state": incident.get_state_display()},
        code="conflict",
        status=409,
    )


def required(text: str, field: str, message: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(message, field=field)
    return text


def check_severity(severity: str) -> None:
    if severity not in Severity.values:
        raise Refused(_("Choose one of SEV1 to SEV4."), field="severity")


def check_past(moment: dt.datetime | None, field: str) -> None:
    if moment is not None and moment > timezone.now() + _CLOCK_SLACK:
        raise Refused(_("This time lies in the future."), field=field)
