"""Runs of monitors become observations, observations signals, and signals incidents."""

import logging
from collections.abc import Sequence

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations.models import CheckRun
from incidents.actions.signals import Cause, carry_out
from incidents.models import Observation, Signal
from incidents.queries import rules
from incidents.queries import signals as queries
from incidents.signals.deciding import Kind, Move, Outcome, begun, decide_late
from incidents.signals.reading import Reading, Where, read, where, window_of
from ledger.actions import Act, action
from ledger.errors import Refused

log = logging.getLogger(__name__)

# One rival can win once per try: he writes the row, and the next try finds it.
_TRIES = 8
# A sweep stays short: what is left waits for the next one.
MOST_AT_ONCE = 5_000
_KINDS = {
    Outcome.FAILED: Kind.FAILED,
    Outcome.ERRORED: Kind.ERRORED,
    Outcome.NO_DATA: Kind.NO_DATA,
}


def sweep_monitors(*, everything: bool = False) -> int:
    """Read finished runs of monitors that nobody has read, at most 5,000; returns how many.

    Looks at the newest runs; with ``everything`` at all, for one that was left behind long ago.
    What cannot be taken up is logged and tried again at the next sweep; it holds up no other.
    """
    service = User.objects.service()
    done, plain = 0, []
    awake = queries.awake_places()
    after = 0 if everything else queries.read_up_to()
    for runs in queries.moments(queries.unread_runs(after)[:MOST_AT_ONCE]):
        place, said = where(runs[0]), {run.pk: read(run) for run in runs}
        if place not in awake and not any(_bad(one) for one in said.values()):
            plain += [_observation(run, place, said[run.pk]) for run in runs]
            continue
        # What comes after may be decided by what came before.
        done += _keep(service, plain)
        plain = []
        awake.add(place)
        try:
            done += observe(by=service, runs=runs)
        except Refused as refused:
            log.error("Runs %s are not read yet: %s", [run.pk for run in runs], refused)
    return done + _keep(service, plain)


def _keep(by: User, plain: list[Observation]) -> int:
    """Store observations from which nothing follows: good ones where no incident waits for them."""
    if plain:
        with action("incidents.signal.observed", by=by):
            Observation.objects.bulk_create(plain, ignore_conflicts=True)
    return len(plain)


def observe(*, by: User, runs: Sequence[CheckRun]) -> int:
    """Read finished runs of one window and one family of checks; returns how many were new.

    Whatever follows from them, signals, an incident, its recovery or return, happens in the same
    transaction. However many processes call this at once, a run is read once: a unique key on the
    run decides, and a lock on the signal lets one decision follow the other. Raises ``Refused``.
    """
    require(by, Permission.INCIDENT_DECLARE, runs[0].model_version.model.unit_id)
    for left in reversed(range(_TRIES)):
        try:
            with action("incidents.signal.observed", by=by) as act:
                return _observe(act, by, runs)
        except IntegrityError:
            continue  # somebody else has just read one of them
        except Refused:
            if not left:
                raise
    raise Refused(_("Others keep writing about the same signal. Try again."), status=409)


def _observe(act: Act, by: User, runs: Sequence[CheckRun]) -> int:
    known = Observation.objects.filter(run__in=runs).values_list("run", flat=True)
    fresh = [run for run in runs if run.pk not in set(known)]
    if not fresh:
        return 0
    place = where(fresh[0])
    said = {run.pk: read(run) for run in fresh}
    for run in fresh:
        _observation(run, place, said[run.pk]).save(force_insert=True)
    signals = _signals(act, place, fresh, said)
    if signals:
        _decide(act, by, place, fresh[0], signals)
    return len(fresh)


def _observation(run: CheckRun, place: Where, said: Reading) -> Observation:
    window = window_of(run)
    return Observation(
        run=run,
        monitor=window.monitor,
        model_id=place.model,
        deployment_id=place.deployment,
        environment=place.environment,
        family=place.family,
        at=window.end,
        outcome=said.whole.value,
        slices={part: outcome.value for part, outcome in said.slices.items()},
    )


def _signals(
    act: Act, place: Where, runs: Sequence[CheckRun], said: dict[int, Reading]
) -> list[Signal]:
    """Every signal of the place, locked, with those that ``runs`` raise for the first time."""
    found = list(queries.signals_at(place).select_for_update())
    known = {(signal.slice, signal.kind_of): signal for signal in found}
    for run in runs:
        for part, kind in _bad(said[run.pk]):
            signal = known.get((part, kind.value))
            if signal is None:
                signal = _raised(place, run, part, kind)
                known[(part, kind.value)] = signal
            _told_again(act, signal, run)
    return list(known.values())


def _bad(said: Reading) -> list[tuple[str, Kind]]:
    found = [("", _KINDS[said.whole])] if said.whole in _KINDS else []
    return found + [(part, _KINDS[one]) for part, one in said.slices.items() if one in _KINDS]


def _raised(place: Where, run: CheckRun, part: str, kind: Kind) -> Signal:
    window = window_of(run)
    return Signal(
        model_id=place.model,
        deployment_id=place.deployment,
        environment=place.environment,
        family=place.family,
        slice=part,
        kind_of=kind.value,
        fingerprint=place.fingerprint(part, kind),
        monitor=window.monitor,
        last_run=run,
        first_bad_at=window.end,
        last_bad_at=window.end,
    )


def _told_again(act: Act, signal: Signal, run: CheckRun) -> None:
    """Count the bad result and remember the newest."""
    window = window_of(run)
    signal.bad_count += 1
    if window.end >= signal.last_bad_at:
        signal.last_bad_at, signal.last_run = window.end, run
        signal.monitor = window.monitor
    act.save(signal, event="incidents.signal.raised" if signal._state.adding else "")


def _decide(act: Act, by: User, place: Where, run: CheckRun, signals: Sequence[Signal]) -> None:
    """Let each signal of the place follow from the moment of ``run``."""
    at, monitor = window_of(run).end, window_of(run).monitor_id
    unit = run.model_version.model.unit
    held = rules.rules_above(unit)
    terms = {
        kind.value: rules.terms_for(held, unit.path or "", place.family, kind) for kind in Kind
    }
    rows = queries.around(place, monitor, at, max(one.reach for one in terms.values()))
    for signal in signals:
        kind = Kind(signal.kind_of)
        series = queries.samples(rows, signal.slice, kind)
        standing = queries.standing_of(signal)
        move, sample = decide_late(series, at, kind, terms[kind.value], standing)
        if move == Move.RECOVER and signal.monitor_id != monitor:
            continue  # another monitor saw it; that one has to see it gone
        if sample is not None:
            told = [row.run_id for row in rows if row.at == sample.at]
            began = begun(series, sample, kind, terms[kind.value])
            carry_out(act, by, signal, move, Cause(sample.at, told, began, terms[kind.value]))
