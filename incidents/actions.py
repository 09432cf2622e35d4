"""Every write about incidents. Each leaves a line in the timeline."""

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations.models import CheckRun
from incidents import queries, states
from incidents.models import TITLE_LENGTH, Incident, Severity, TimelineEntry
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.transitions import NoTransition, step
from models_registry.models import AISystem, ModelUse, ModelVersion

log = logging.getLogger(__name__)

# Clocks of two machines differ a little.
_CLOCK_SLACK = dt.timedelta(minutes=2)
# One rival can win once per try: he opens the incident, and the next try finds it.
_TRIES = 3

_DONE = {
    "investigate": "investigated",
    "mitigate": "mitigated",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "reopened",
}


def declare_incident(
    *,
    by: User,
    what: str,
    severity: str,
    version: ModelVersion | None = None,
    system: AISystem | None = None,
    severity_reason: str = "",
    occurred_at: dt.datetime | None = None,
) -> Incident:
    """A person says that something went wrong. The rest is filled in from the registry.

    The first line of ``what`` becomes the title. Raises ``Refused`` for empty text, an unknown
    severity, a beginning in the future, or when neither version nor system is named.
    """
    about = version.model if version is not None else system
    if about is None:
        raise Refused(_("Name the model version or the system concerned."), field="version")
    require(by, Permission.INCIDENT_DECLARE, about.unit_id)
    what = _required(what, "what", _("Say in a sentence what happened."))
    _check_severity(severity)
    _check_past(occurred_at, "occurred_at")
    incident = Incident(
        unit_id=about.unit_id,
        title=Truncator(what.splitlines()[0]).chars(TITLE_LENGTH),
        summary=what,
        severity=severity,
        severity_reason=severity_reason.strip(),
        model_version=version,
        system=_system_for(version, system),
        detected_at=timezone.now(),
        occurred_at=occurred_at,
        declared_by=by,
    )
    with action("incidents.incident.declared", by=by) as act:
        act.save(incident)
        text = _("Declared as %(severity)s.") % {"severity": incident.get_severity_display()}
        _record(act, by, incident, f"{text} {incident.severity_reason}".strip())
    return incident


def open_for_failed_run(*, by: User, run: CheckRun) -> Incident:
    """The incident of a failed run: the open one of its fingerprint, or a new one.

    However many processes call this at once, a run enters one timeline once and a fingerprint
    has one open incident: unique constraints decide, and who comes second finds the winner's row.
    Raises ``Refused`` when the verdict of ``run`` is not “fail”.
    """
    require(by, Permission.INCIDENT_DECLARE, run.model_version.model.unit_id)
    if run.verdict != CheckRun.Verdict.FAIL:
        raise Refused(_("Only a failed check opens an incident."), code="not-failed")
    for left in reversed(range(_TRIES)):
        try:
            with action("incidents.incident.opened", by=by) as act:
                return _join_or_open(act, by, run)
        except Refused:
            if not left:
                raise
    raise AssertionError("unreachable")


def sweep_failed_runs() -> int:
    """Give every failed run its incident; returns how many runs were taken up.

    A run that cannot be taken up is logged and tried again at the next sweep; it holds up no
    other run.
    """
    service = User.objects.service()
    done = 0
    runs = queries.unlinked_failed_runs().select_related("model_version__model")
    for run in runs.iterator(chunk_size=200):
        try:
            open_for_failed_run(by=service, run=run)
        except Refused as refused:
            log.error("Failed run %s has no incident yet: %s", run.pk, refused)
        else:
            done += 1
    return done


def add_note(
    *,
    by: User,
    incident: Incident,
    text: str,
    happened_at: dt.datetime | None = None,
    correction_of: TimelineEntry | None = None,
) -> TimelineEntry:
    """Write down what happened, now or earlier. Notes are never changed: correct them by another.

    Raises ``Refused`` for empty text, a time in the future, or a correction of an entry of
    another incident.
    """
    require(by, Permission.INCIDENT_EDIT, incident.unit_id)
    text = _required(text, "text", _("Write what happened."))
    _check_past(happened_at, "happened_at")
    if correction_of is not None and correction_of.incident_id != incident.pk:
        raise Refused(_("That entry belongs to another incident."), field="correction_of")
    entry = TimelineEntry(
        incident=incident,
        entry_kind=TimelineEntry.Kind.NOTE,
        happened_at=happened_at or timezone.now(),
        text=text,
        author=by,
        correction_of=correction_of,
    )
    with action("incidents.entry.noted", by=by) as act:
        act.save(entry)
    return entry


def change_severity(
    *, by: User, incident: Incident, severity: str, reason: str, seen: str = ""
) -> Incident:
    """Set another severity and say why. Only a person may lower it.

    ``seen`` is the severity that the person had before his eyes; when it has changed meanwhile
    the call is refused (409), so that nobody overrules a change he does not know of.
    """
    require(by, Permission.INCIDENT_EDIT, incident.unit_id)
    _check_severity(severity)
    reason = _required(reason, "reason", _("Say why."))
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
        _record(act, by, incident, _("Severity changed from %(old)s to %(new)s: %(why)s") % words)
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
        reason = _required(reason, "reason", _("Say why, for whoever reads this later."))
    _set_state(incident, transition.target)
    if verb == "reopen":
        _refuse_second(incident)
    if verb == "investigate" and incident.commander is None and not by.is_service:
        incident.commander = by
    with action(f"incidents.incident.{_DONE[verb]}", by=by, reason=reason) as act:
        act.save(incident)
        _record(act, by, incident, _said(verb, reason))
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
        _record(act, by, incident, _("Command handed over to"), person=commander)
    return incident


def fingerprint_of(run: CheckRun) -> str:
    """What failed: the version and the family of the check, such as ``version:7/check:drift``."""
    return f"version:{run.model_version_id}/check:{run.check_name}"


def _join_or_open(act: Act, by: User, run: CheckRun) -> Incident:
    fingerprint = fingerprint_of(run)
    # The lock makes a sweep and somebody who closes the incident take turns.
    found = queries.open_with_fingerprint(fingerprint).select_for_update().first()
    linked = queries.incident_of_run(run)
    if linked is not None:
        return linked
    if found is None:
        return _open(act, by, run, fingerprint)
    return _fail_again(act, by, found, run)


def _open(act: Act, by: User, run: CheckRun, fingerprint: str) -> Incident:
    version = run.model_version
    severity, why = _severity_for(version)
    incident = Incident(
        unit_id=version.model.unit_id,
        title=Truncator(_headline(run)).chars(TITLE_LENGTH),
        summary=_headline(run),
        severity=severity,
        severity_reason=why,
        model_version=version,
        system=queries.only_system_of(version),
        check_run=run,
        fingerprint=fingerprint,
        previous=queries.last_closed(fingerprint),
        detected_at=_failed_at(run),
        last_failed_at=_failed_at(run),
        declared_by=by,
    )
    act.save(incident)
    text = _("A failed check opened this incident: %(headline)s") % {"headline": _headline(run)}
    _record(act, by, incident, text, run=run)
    return incident


def _fail_again(act: Act, by: User, incident: Incident, run: CheckRun) -> Incident:
    at = _failed_at(run)
    incident.last_failed_at = max(at, incident.last_failed_at or at)
    words = {"headline": _headline(run)}
    text, event = _("Failed again: %(headline)s") % words, "incidents.incident.failed-again"
    if incident.resolved_at is not None and at > incident.resolved_at:
        _set_state(incident, states.OPEN)
        text = _("Failed again although resolved, so it is open again: %(headline)s") % words
        event = "incidents.incident.reopened"
    act.save(incident, event=event)
    _record(act, by, incident, text, run=run)
    return incident


def _record(
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
        happened_at=_failed_at(run) if run is not None else timezone.now(),
        text=text,
        author=by,
        person=person,
        check_run=run,
    )
    act.save(entry, event="incidents.entry.recorded")


def _set_state(incident: Incident, state: str) -> None:
    now = timezone.now()
    incident.state = state
    if state == states.RESOLVED:
        incident.resolved_at = now
    elif state == states.CLOSED:
        incident.closed_at = now
    else:
        incident.resolved_at = incident.closed_at = None


def _refuse_second(incident: Incident) -> None:
    rival = queries.open_with_fingerprint(incident.fingerprint).exclude(pk=incident.pk).first()
    if incident.fingerprint and rival is not None:
        raise Refused(
            _("%(reference)s is open for the same check. Work there.")
            % {"reference": rival.reference},
            code="conflict",
            status=409,
        )


def impossible(incident: Incident) -> Refused:
    """What to answer when the state table has no such step now (409)."""
    return Refused(
        _("This step is not possible while the incident is “%(state)s”. Load the page again.")
        % {"state": incident.get_state_display()},
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


def _severity_for(version: ModelVersion) -> tuple[str, str]:
    """Severity of a failed check from the gravest tier of the systems concerned."""
    tier = queries.gravest_tier(version)
    if tier is None:
        return Severity.SEV3, _("Set automatically; no system that uses this model has a tier.")
    severity = {1: Severity.SEV2, 2: Severity.SEV3}.get(tier, Severity.SEV4)
    why = _("Set automatically; the gravest system that uses this model is of tier %(tier)s.")
    return severity, why % {"tier": tier}


def _system_for(version: ModelVersion | None, system: AISystem | None) -> AISystem | None:
    if version is None:
        return system
    if system is None:
        return queries.only_system_of(version)
    if not ModelUse.objects.filter(system=system, model=version.model_id).exists():
        raise Refused(_("This system does not use that model."), field="system")
    return system


def _headline(run: CheckRun) -> str:
    return run.headline or _("The check “%(name)s” failed") % {"name": run.title}


def _failed_at(run: CheckRun) -> dt.datetime:
    return run.finished_at or run.created_at


def _required(text: str, field: str, message: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(message, field=field)
    return text


def _check_severity(severity: str) -> None:
    if severity not in Severity.values:
        raise Refused(_("Choose one of SEV1 to SEV4."), field="severity")


def _check_past(moment: dt.datetime | None, field: str) -> None:
    if moment is not None and moment > timezone.now() + _CLOCK_SLACK:
        raise Refused(_("This time lies in the future."), field=field)
