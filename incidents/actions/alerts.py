"""Alerts of other programs declare incidents, each once however often it is delivered."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from incidents import queries, states
from incidents.actions.common import check_past, check_severity, record, required, set_state
from incidents.models import TITLE_LENGTH, Incident, TimelineEntry
from incidents.queries.signals import locked
from ledger.actions import Act, action
from ledger.errors import Refused
from models_registry.models import ModelVersion

_TRIES = 3


@dataclass(frozen=True)
class Alert:
    """One alert: ``external_id`` is its name where it comes from, the same at each delivery.

    A later ``starts_at`` under the same name is another episode of the same thing.
    """

    external_id: str
    what: str
    severity: str
    starts_at: dt.datetime
    ended_at: dt.datetime | None = None

    def fingerprint(self, unit: int) -> str:
        """Under what the database keeps at most one open incident."""
        return f"alert/unit:{unit}/{self.external_id}"


def receive_alert(*, by: User, version: ModelVersion, alert: Alert) -> tuple[Incident, bool]:
    """The incident of ``alert`` and whether it is a new one. Delivering it again changes nothing.

    An episode that began after the incident was resolved opens it again; after it was closed or
    dismissed it is a new incident. The end of an alert is a line in the timeline and ends no
    incident. Raises ``Refused`` for an alert without text, of unknown severity or of the future.
    """
    require(by, Permission.INCIDENT_DECLARE, version.model.unit_id)
    required(alert.what, "what", _("Say in a sentence what happened."))
    check_severity(alert.severity)
    check_past(alert.starts_at, "startsAt")
    for left in reversed(range(_TRIES)):
        try:
            with action("incidents.alert.received", by=by) as act:
                return _receive(act, by, version, alert)
        except Refused:
            # A rival that delivers the same alert wins once; then his incident is found.
            if not left:
                raise
    raise AssertionError("unreachable")


def _receive(act: Act, by: User, version: ModelVersion, alert: Alert) -> tuple[Incident, bool]:
    known = Incident.objects.filter(fingerprint=alert.fingerprint(version.model.unit_id))
    found = locked(known.order_by("-pk"))
    new = found is None or (
        _is_later(alert, found) and found.state in (states.CLOSED, states.DISMISSED)
    )
    if found is None or new:
        found = _declare(act, by, version, alert)
    elif _is_later(alert, found):
        _again(act, by, found, alert)
    if alert.ended_at is not None:
        _once(act, by, found, _("The alert has ended where it came from."), alert.ended_at)
    return found, new


def _is_later(alert: Alert, found: Incident) -> bool:
    last = found.last_failed_at or found.detected_at
    return alert.starts_at > last


def _declare(act: Act, by: User, version: ModelVersion, alert: Alert) -> Incident:
    fingerprint = alert.fingerprint(version.model.unit_id)
    what = alert.what.strip()
    incident = Incident(
        unit_id=version.model.unit_id,
        title=Truncator(what.splitlines()[0]).chars(TITLE_LENGTH),
        summary=what,
        severity=alert.severity,
        severity_reason=_("As the alert says."),
        model_version=version,
        system=queries.only_system_of(version),
        fingerprint=fingerprint,
        state=states.SUSPECTED,
        previous=queries.last_closed(fingerprint),
        occurred_at=alert.starts_at,
        detected_at=timezone.now(),
        last_failed_at=alert.starts_at,
        declared_by=by,
    )
    act.save(incident, event="incidents.incident.opened")
    record(act, by, incident, _("An alert of another program opened this incident."))
    return incident


def _again(act: Act, by: User, found: Incident, alert: Alert) -> None:
    found.last_failed_at = alert.starts_at
    event, text = "incidents.incident.failed-again", _("The alert fires again.")
    repaired = found.resolved_at or found.fixed_at
    if repaired is not None and alert.starts_at > repaired and found.duplicate_of_id is None:
        set_state(found, states.REOPENED, by=by)
        event = "incidents.incident.reopened"
        text = _("The alert fires again although repaired, so this is open again.")
    act.save(found, event=event)
    record(act, by, found, text, at=alert.starts_at)


def _once(act: Act, by: User, incident: Incident, text: str, at: dt.datetime) -> None:
    kind = TimelineEntry.Kind.AUTOMATIC
    told = incident.entries.filter(happened_at=at, text=text, entry_kind=kind)
    if at <= timezone.now() and not told.exists():
        record(act, by, incident, text, at=at)
