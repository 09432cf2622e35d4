"""Failed checks that a person or a program ran open incidents, each at its first failure."""

import logging

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.models import CheckRun
from incidents import queries, states
from incidents.actions.common import failed_at, record, set_state
from incidents.actions.signals import severity_of
from incidents.models import TITLE_LENGTH, Incident
from incidents.signals.deciding import Kind
from incidents.signals.reading import family_of
from ledger.actions import Act, action
from ledger.errors import Refused

log = logging.getLogger(__name__)

# One rival can win once per try: he opens the incident, and the next try finds it.
_TRIES = 3


def open_for_failed_run(*, by: User, run: CheckRun) -> Incident:
    """The incident of a failed run: the open one of its fingerprint, or a new one.

    For runs by hand, from a program or over merged windows: somebody asked for this answer about
    this version, so one failure is enough. Windows of monitors are judged in ``observing``.
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


def fingerprint_of(run: CheckRun) -> str:
    """What failed: the version and the family of the check, such as ``version:7/check:drift``."""
    return f"version:{run.model_version_id}/check:{run.check_name}"


def _join_or_open(act: Act, by: User, run: CheckRun) -> Incident:
    fingerprint = fingerprint_of(run)
    # The lock makes a sweep and somebody who resolves the incident take turns.
    found = queries.joinable(fingerprint).select_for_update().first()
    linked = queries.incident_of_run(run)
    if linked is not None:
        return linked
    if found is None:
        return _open(act, by, run, fingerprint)
    return _fail_again(act, by, found, run)


def _open(act: Act, by: User, run: CheckRun, fingerprint: str) -> Incident:
    version = run.model_version
    severity, why = severity_of(version, family_of(run.check_name), Kind.FAILED)
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
        state=states.SUSPECTED,
        previous=queries.last_closed(fingerprint),
        detected_at=failed_at(run),
        last_failed_at=failed_at(run),
        declared_by=by,
    )
    act.save(incident)
    text = _("A failed check opened this incident: %(headline)s") % {"headline": _headline(run)}
    record(act, by, incident, text, run=run)
    return incident


def _fail_again(act: Act, by: User, incident: Incident, run: CheckRun) -> Incident:
    at = failed_at(run)
    incident.last_failed_at = max(at, incident.last_failed_at or at)
    words = {"headline": _headline(run)}
    text, event = _("Failed again: %(headline)s") % words, "incidents.incident.failed-again"
    repaired = incident.resolved_at or incident.fixed_at
    if repaired is not None and at > repaired:
        set_state(incident, states.REOPENED, by=by)
        text = _("Failed again although repaired, so it is open again: %(headline)s") % words
        event = "incidents.incident.reopened"
    act.save(incident, event=event)
    record(act, by, incident, text, run=run)
    return incident


def _headline(run: CheckRun) -> str:
    return run.headline or _("The check “%(name)s” failed") % {"name": run.title}
