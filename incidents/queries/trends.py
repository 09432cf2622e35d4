"""Which incidents there were, what they were about, and how long each step took."""

from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from evaluations.checks.catalogue import CATALOGUE
from incidents import states
from incidents.models import Incident, Signal
from incidents.signals.deciding import Kind
from incidents.signals.reading import family_of
from incidents.timings import Times, hours_between

# What opened an incident when it was no failed check.
BY_PERSON, BY_ALERT, NO_RESULT, NO_DATA = "person", "alert", "no_result", "no_data"
# Counted at most, the newest first.
MOST_INCIDENTS = 20_000


def incidents_for_trends(user: Any) -> QuerySet[Any]:
    """Incidents that ``user`` may see and that count: no duplicates and nothing dismissed."""
    found: QuerySet[Any] = Incident.objects.all().visible_to(user)
    return found.exclude(state__in=(states.DUPLICATE, states.DISMISSED))


def times_of(incidents: QuerySet[Any]) -> list[Times]:
    """Cause, model, RMF functions and hours of each incident, in one query."""
    about = Signal.objects.filter(incident=OuterRef("pk"))
    silent = about.filter(kind_of=Kind.NO_DATA.value)
    broken = about.filter(kind_of=Kind.ERRORED.value)
    opened = Case(
        When(fingerprint__startswith="alert/", then=Value(BY_ALERT)),
        When(check_run=None, then=Value(BY_PERSON)),
        When(check_run__verdict="fail", then=Value("")),
        When(Exists(silent), then=Value(NO_DATA)),
        When(Exists(broken), then=Value(NO_RESULT)),
        default=Value(""),
    )
    rows = incidents.annotate(opened_by=opened).order_by("-detected_at", "-pk")
    told = rows.values_list(
        "detected_at", "occurred_at", "acknowledged_at", "resolved_at", "opened_by",
        "check_run__check_name", "model_version__model__name", "system__name",
    )  # fmt: skip
    return [_times(*row) for row in told[:MOST_INCIDENTS]]


def _times(
    noticed: Any,
    began: Any,
    acknowledged: Any,
    resolved: Any,
    opened: str,
    check: str | None,
    model: str | None,
    system: str | None,
) -> Times:
    return Times(
        noticed=noticed,
        cause=opened or family_of(check or ""),
        model=model or system or "",
        functions=functions_of(check),
        detect=hours_between(began, noticed),
        acknowledge=hours_between(noticed, acknowledged),
        resolve=hours_between(noticed, resolved),
    )


def functions_of(check: str | None) -> tuple[str, ...]:
    """The functions of the AI RMF that a check speaks to, such as MEASURE; none is one, too."""
    spec = CATALOGUE.get(check or "")
    keys = [key.split()[0] for key, _why in spec.rmf] if spec is not None else []
    return tuple(sorted(set(keys))) or ("",)
