"""What a signal asks for, carried out: its incident opens, goes on, recovers or comes back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations.models import CheckRun
from incidents import queries, states
from incidents.actions.common import failed_at, record, set_state
from incidents.models import TITLE_LENGTH, Incident, Severity, Signal, TimelineEntry
from incidents.queries import signals as reading
from incidents.signals.deciding import (
    STORM_AFTER,
    STORM_OF_UNIT,
    URGENT,
    Kind,
    Move,
    Terms,
    is_storm,
)
from ledger.actions import Act
from models_registry.models import ModelVersion


class Cause(NamedTuple):
    """Why something follows: the moment, its runs by id, when it began, and the terms."""

    at: dt.datetime
    runs: list[int]
    began: dt.datetime
    terms: Terms


def carry_out(act: Act, by: User, signal: Signal, move: Move, cause: Cause) -> None:
    """Do what ``move`` asks for. Part of the transaction of ``act``.

    Never closes an incident and never lowers a severity.
    """
    run = signal.last_run if signal.last_run_id in cause.runs else _bad_of(signal, cause.runs)
    if move == Move.OPEN:
        _open_or_join(act, by, signal, cause, run)
    elif move == Move.JOIN:
        _go_on(act, signal, run)
    elif move == Move.RECOVER:
        _recover(act, by, signal, cause)
    elif move == Move.REOPEN:
        _come_back(act, by, signal, cause, run)


def severity_of(version: ModelVersion, family: str, kind: Kind) -> tuple[str, str]:
    """How bad it is by what is known, and why: the gravest of what speaks for it.

    Tier of the systems that use the model; security and privacy are at least SEV2. A check that
    says nothing is one step less grave than one that fails.
    """
    tier = queries.gravest_tier(version)
    severity = {1: Severity.SEV2, 3: Severity.SEV4}.get(tier or 0, Severity.SEV3)
    if tier is None:
        why = _("Set automatically; no system that uses this model has a tier.")
    else:
        why = _("Set automatically; the gravest system that uses this model is of tier %(tier)s.")
        why %= {"tier": tier}
    if kind != Kind.FAILED:
        lower = min(len(states.SEVERITIES) - 1, states.SEVERITIES.index(severity) + 1)
        words = _("One step less, since nothing is known to be wrong yet.")
        return states.SEVERITIES[lower], f"{why} {words}"
    if family in URGENT and states.is_lower(severity, Severity.SEV2):
        return Severity.SEV2, _("Set automatically; security and privacy are at least SEV2.")
    return severity, why


def headline_of(signal: Signal, run: CheckRun) -> str:
    """What is wrong, in a sentence."""
    words = {"check": run.title, "monitor": signal.monitor, "why": run.headline}
    if signal.kind_of == Kind.NO_DATA:
        return _("No data arrived for the monitor “%(monitor)s”") % words
    if signal.kind_of == Kind.ERRORED:
        return _("“%(check)s” gives no result: %(why)s") % words
    said = run.headline or _("The check “%(check)s” failed") % words
    return f"{signal.slice}: {said}" if signal.slice else said


def _open_or_join(act: Act, by: User, signal: Signal, cause: Cause, run: CheckRun) -> None:
    if queries.open_with_fingerprint(signal.fingerprint).exists():
        _come_back(act, by, signal, cause, run)
        return
    incident, storm, title = _companion(signal, cause), "", ""
    if incident is None:
        storm, title = _storm(signal, cause)
        incident = reading.locked(queries.open_with_fingerprint(storm)) if storm else None
    words = {"k": cause.terms.k, "n": cause.terms.n, "headline": headline_of(signal, run)}
    text = _("%(k)s of the last %(n)s results were bad: %(headline)s") % words
    if incident is None:
        incident = _new(by, signal, run, storm or signal.fingerprint, title)
        incident.occurred_at = cause.began
        act.save(incident, event="incidents.incident.opened")
    else:
        _raise_severity(act, by, incident, signal, run)
    _write(act, by, incident, run, text)
    signal.incident, signal.opened_at, signal.recovered_at = incident, cause.at, None
    act.save(signal, event="incidents.signal.opened")


def _new(by: User, signal: Signal, run: CheckRun, fingerprint: str, title: str) -> Incident:
    version = run.model_version
    severity, why = severity_of(version, signal.family, Kind(signal.kind_of))
    headline = headline_of(signal, run)
    taken = Incident.objects.filter(check_run=run).exists()
    return Incident(
        unit_id=version.model.unit_id,
        title=Truncator(title or headline).chars(TITLE_LENGTH),
        summary=f"{title}\n{headline}" if title else headline,
        severity=severity,
        severity_reason=why,
        model_version=version,
        system=queries.only_system_of(version),
        check_run=None if taken else run,
        fingerprint=fingerprint,
        state=states.SUSPECTED,
        previous=queries.last_closed(fingerprint),
        detected_at=failed_at(run),
        last_failed_at=failed_at(run),
        declared_by=by,
    )


def _companion(signal: Signal, cause: Cause) -> Incident | None:
    """The incident that another slice of the same checks opened at the same moment."""
    place = reading.place_of(signal)
    others = (
        reading.signals_at(place)
        .exclude(pk=signal.pk)
        .filter(kind_of=signal.kind_of, opened_at=cause.at, incident__state__in=states.ONGOING)
    )
    found = others.select_related("incident").first()
    return found.incident if found is not None else None


def _storm(signal: Signal, cause: Cause) -> tuple[str, str]:
    """Fingerprint and title of the storm that an incident now belongs to; empty when none is."""
    unit = signal.model.unit_id
    place = reading.place_of(signal)
    in_unit = reading.opened_nearby(cause.at, unit=unit)
    if is_storm(in_unit, cause.at, STORM_OF_UNIT):
        return f"storm/unit:{unit}", _("Many checks of this unit fail at once")
    here = reading.opened_nearby(cause.at, unit=unit, place=place)
    if is_storm(here, cause.at, STORM_AFTER):
        return f"storm/{place.spot}", _("Many checks of %(model)s fail at once") % {
            "model": signal.model
        }
    return "", ""


def _go_on(act: Act, signal: Signal, run: CheckRun) -> None:
    """It fails again: the incident knows when; its timeline grows by no line for each window."""
    incident = reading.locked_work_of(signal)
    if incident is None:
        return
    at = failed_at(run)
    if incident.last_failed_at is None or at > incident.last_failed_at:
        incident.last_failed_at = at
        act.save(incident, event="incidents.incident.failed-again")


def _recover(act: Act, by: User, signal: Signal, cause: Cause) -> None:
    """Good results in a row: said in the timeline. Whether it is over, a person decides."""
    signal.recovered_at = cause.at
    act.save(signal, event="incidents.signal.recovered")
    incident = reading.locked_work_of(signal)
    if incident is not None:
        text = _("%(n)s good results in a row (%(signal)s). Recovery closes nothing by itself.")
        words = {"n": cause.terms.close_after, "signal": signal.reference}
        record(act, by, incident, text % words, at=cause.at)


def _come_back(act: Act, by: User, signal: Signal, cause: Cause, run: CheckRun) -> None:
    """The same thing again: its incident goes on, or opens again when somebody had ended it."""
    found = _where_to_go_on(signal)
    if found is None:
        return
    words = {"headline": headline_of(signal, run)}
    text, event = _("It is back: %(headline)s") % words, "incidents.incident.failed-again"
    if found.state not in states.ONGOING or found.fixed_at is not None:
        set_state(found, states.REOPENED, by=by)
        text = _("It is back, so this is open again: %(headline)s") % words
        event = "incidents.incident.reopened"
    found.last_failed_at = max(failed_at(run), found.last_failed_at or failed_at(run))
    act.save(found, event=event)
    _raise_severity(act, by, found, signal, run)
    _write(act, by, found, run, text)
    signal.incident, signal.opened_at, signal.recovered_at = found, cause.at, None
    act.save(signal, event="incidents.signal.returned")


def _where_to_go_on(signal: Signal) -> Incident | None:
    """The open incident of the fingerprint, else the one that the signal belonged to, else the
    open one beside that; locked."""
    found = reading.locked(queries.open_with_fingerprint(signal.fingerprint))
    if found is not None:
        return found
    last = reading.locked_work_of(signal)
    if last is None or last.state in states.ONGOING:
        return last
    return reading.locked(queries.open_with_fingerprint(last.fingerprint)) or last


def _raise_severity(act: Act, by: User, incident: Incident, signal: Signal, run: CheckRun) -> None:
    """Make the incident as severe as the signal asks for; never less."""
    severity, why = severity_of(run.model_version, signal.family, Kind(signal.kind_of))
    if not states.is_lower(incident.severity, severity):
        return
    before = incident.get_severity_display()
    incident.severity, incident.severity_reason = severity, why
    act.save(incident, event="incidents.incident.severity-changed")
    words: dict[str, Any] = {"old": before, "new": incident.get_severity_display(), "why": why}
    record(act, by, incident, _("Severity changed from %(old)s to %(new)s: %(why)s") % words)


def _write(act: Act, by: User, incident: Incident, run: CheckRun, text: str) -> None:
    """A line in the timeline; a run stands in one timeline once, whatever it says of how many."""
    noted = TimelineEntry.objects.filter(check_run=run).exists()
    record(act, by, incident, text, run=None if noted else run, at=failed_at(run))


def _bad_of(signal: Signal, told: Sequence[int]) -> CheckRun:
    """The run of a moment that speaks for ``signal``, when data came late."""
    verdict = "fail" if signal.kind_of == Kind.FAILED else "error"
    found: CheckRun | None = (
        CheckRun.objects.filter(pk__in=told, verdict=verdict)
        .select_related("model_version__model")
        .first()
    )
    return found or signal.last_run
