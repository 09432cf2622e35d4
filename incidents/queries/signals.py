"""Reading signals: what waits to be read, the series behind a signal, how its incident stands."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Coalesce

from evaluations import states as run_states
from evaluations.models import CheckRun
from incidents import states
from incidents.models import Incident, Observation, Signal
from incidents.queries.incidents import LONGEST_CHAIN
from incidents.signals.deciding import (
    STORM_WITHIN,
    Kind,
    Outcome,
    Phase,
    Sample,
    Standing,
    together,
)
from incidents.signals.reading import Where, family_of

# One window may be judged by several checks of a family; this many are read at most.
_CHECKS_OF_A_FAMILY = 12
SHOWN_OBSERVATIONS = 90
# A run is read some seconds after it has ended; this many runs later it has been long ago.
LOOK_BACK = 20_000
_PLACE = ("model", "deployment", "environment", "family")


class Told(NamedTuple):
    """What a decision needs of an observation."""

    at: dt.datetime
    outcome: str
    slices: dict[str, str]


def read_up_to() -> int:
    """The id of a run below which hardly any is unread: ``LOOK_BACK`` observations ago."""
    observed = Observation.objects.order_by("-run").values_list("run", flat=True)
    return next(iter(observed[LOOK_BACK : LOOK_BACK + 1]), 0)


def unread_runs(after: int = 0) -> QuerySet[CheckRun]:
    """Finished runs of monitors that nobody has read yet, oldest window first.

    Those with an id above ``after``: to look at all of them costs the more the longer monitors run.
    A run waits for those started with it, so that a window is judged once and as a whole. Runs
    over merged windows were asked for by a person and are judged like other runs by hand.
    """
    unfinished = CheckRun.objects.filter(family=OuterRef("family"), state__in=run_states.OPEN)
    found: QuerySet[CheckRun] = CheckRun.objects.filter(
        ~Exists(Observation.objects.filter(run=OuterRef("pk"))),
        ~Exists(unfinished),
        pk__gt=after,
        window__merged=False,
        superseded=False,
        finished_at__isnull=False,
    ).exclude(window__stamp="")
    return found.select_related(
        "model_version__model__unit", "window__monitor__deployment"
    ).order_by("window__end", "window", "check_name")


def moments(runs: Iterable[CheckRun]) -> Iterator[list[CheckRun]]:
    """``runs`` by window and family of the check: what is judged together."""
    for _window, found in groupby(runs, key=lambda run: run.window_id):
        by_family: dict[str, list[CheckRun]] = {}
        for run in found:
            by_family.setdefault(family_of(run.check_name), []).append(run)
        yield from by_family.values()


def signals_at(place: Where) -> QuerySet[Signal]:
    """All signals of one place."""
    found: QuerySet[Signal] = Signal.objects.filter(
        model=place.model,
        deployment=place.deployment,
        environment=place.environment,
        family=place.family,
    )
    return found.order_by("pk")


def awake_places() -> set[Where]:
    """Where an incident is open and has not recovered: there a good outcome says something."""
    waiting = Signal.objects.filter(
        incident__state__in=(*states.ONGOING, states.DUPLICATE), recovered_at=None
    ).order_by()
    return {Where(*row) for row in waiting.values_list(*_PLACE)}


def counted(place: Where, monitor: int) -> QuerySet[Observation]:
    """The observations of one monitor at one place that count; superseded runs do not."""
    return Observation.objects.filter(
        monitor=monitor,
        deployment=place.deployment,
        environment=place.environment,
        family=place.family,
        run__superseded=False,
    )


def around(place: Where, monitor: int, at: dt.datetime, reach: int) -> list[Observation]:
    """The observations that a decision about the moment ``at`` looks at, oldest first."""
    rows, limit = counted(place, monitor), reach * _CHECKS_OF_A_FAMILY
    earlier = list(rows.filter(at__lte=at).order_by("-at", "-pk")[:limit])
    return [*reversed(earlier), *rows.filter(at__gt=at).order_by("at", "pk")[:limit]]


def samples(rows: Iterable[Observation | Told], part: str, kind: Kind) -> list[Sample]:
    """The series of one slice (empty: as a whole): one outcome for each moment."""
    found = []
    for at, group in groupby(rows, key=lambda row: row.at):
        said = (_said(row, part, kind) for row in group)
        outcome = together((one for one in said if one is not None), kind)
        if outcome is not None:
            found.append(Sample(at, outcome))
    return found


def _said(row: Observation | Told, part: str, kind: Kind) -> Outcome | None:
    if not part or kind != Kind.FAILED:
        return Outcome(row.outcome)
    told = row.slices.get(part)
    return Outcome(told) if told is not None else None


def work_of(signal: Signal) -> Incident | None:
    """The incident of a signal; of a duplicate that into which it was merged."""
    found, steps = signal.incident, 0
    while found is not None and found.duplicate_of is not None and steps < LONGEST_CHAIN:
        found, steps = found.duplicate_of, steps + 1
    return found


def locked(found: QuerySet[Any]) -> Incident | None:
    """The first of some incidents, locked until the transaction ends: people and sweeps take
    turns."""
    first: Incident | None = found.select_for_update(of=("self",)).first()
    return first


def locked_work_of(signal: Signal) -> Incident | None:
    """As ``work_of``, locked."""
    found = work_of(signal)
    return None if found is None else locked(Incident.objects.filter(pk=found.pk))


def standing_of(signal: Signal) -> Standing:
    """How the incident of ``signal`` stands, for the deciding code."""
    incident = work_of(signal)
    if incident is None:
        return Standing()
    if incident.state == states.DISMISSED:
        return Standing(Phase.QUIET, incident.closed_at)
    if incident.state in states.ENDED:
        return Standing(Phase.ENDED, incident.closed_at)
    if incident.state in (states.RECOVERING, states.RESOLVED, states.IN_REVIEW):
        return Standing(Phase.RECOVERING, incident.resolved_at or incident.fixed_at)
    if signal.recovered_at is not None:
        return Standing(Phase.RECOVERING, signal.recovered_at)
    return Standing(Phase.ONGOING)


def opened_nearby(at: dt.datetime, *, unit: int, place: Where | None = None) -> list[dt.datetime]:
    """When incidents opened by signals in the hour before ``at``: in a unit, or of one place."""
    near = Signal.objects.filter(
        model__unit=unit, opened_at__lte=at, opened_at__gte=at - STORM_WITHIN
    )
    if place is not None:
        near = near.filter(
            model=place.model, deployment=place.deployment, environment=place.environment
        )
    found = near.exclude(incident=None).order_by("incident", "opened_at")
    return list(dict(found.values_list("incident", "opened_at")).values())


def with_phase(signals: QuerySet[Any]) -> QuerySet[Any]:
    """``signals`` with their ``phase``: quiet, ongoing, recovering or ended; as ``standing_of``."""
    back = (states.RECOVERING, states.RESOLVED, states.IN_REVIEW)
    state = Coalesce(F("incident__duplicate_of__state"), F("incident__state"))
    found: QuerySet[Any] = signals.annotate(incident_state=state).annotate(
        phase=Case(
            When(incident=None, then=Value(Phase.QUIET.value)),
            When(incident_state__in=states.ENDED, then=Value(Phase.ENDED.value)),
            When(incident_state__in=back, then=Value(Phase.RECOVERING.value)),
            When(recovered_at__isnull=False, then=Value(Phase.RECOVERING.value)),
            default=Value(Phase.ONGOING.value),
        )
    )
    return found


def signals_for_list(user: Any) -> QuerySet[Any]:
    """Signals that ``user`` may see, with all that a line shows, newest first.

    ``incident_seen`` says whether he may see the incident, which can be private.
    """
    seen = Incident.objects.all().visible_to(user).filter(pk=OuterRef("incident"))
    rows = with_phase(Signal.objects.all().visible_to(user)).annotate(incident_seen=Exists(seen))
    found: QuerySet[Any] = rows.select_related(
        "model__unit", "deployment__model_version__model", "incident", "last_run", "monitor"
    )
    return found.order_by("-last_bad_at", "-pk")


def place_of(signal: Signal) -> Where:
    """The place of a signal."""
    return Where(signal.model_id, signal.deployment_id, signal.environment, signal.family)


def observations_of(signal: Signal) -> list[Observation]:
    """The newest observations behind a signal, newest first, superseded ones among them."""
    place = place_of(signal)
    rows = Observation.objects.filter(
        model=place.model,
        deployment=place.deployment,
        environment=place.environment,
        family=place.family,
    ).select_related("run__model_version__model", "run__window", "monitor")
    return list(rows.order_by("-at", "-pk")[:SHOWN_OBSERVATIONS])


def signals_of(incident: Incident, user: Any) -> QuerySet[Any]:
    """The signals that opened or joined ``incident``, as far as ``user`` may see them."""
    rows = signals_for_list(user).filter(incident=incident)
    return rows.order_by("first_bad_at", "pk")
