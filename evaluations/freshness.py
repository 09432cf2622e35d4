"""How long a finished run counts as evidence, and how old it is: computed, never stored.

A run supports its subcategories from its end (of its window, if it has one) for the cadence times
a grace that depends on the risk tier (evaluation design, section 6.6). Errors and unfinished runs
have no age, since they support nothing.
"""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun
from models_registry.models import ModelUse, ModelVersion

FRESH, DUE, STALE, SUPERSEDED, INVALID = "fresh", "due", "stale", "superseded", "invalid"
CHOICES = (
    (FRESH, _("Fresh")),
    (DUE, _("Due")),
    (STALE, _("Stale")),
    (SUPERSEDED, _("Superseded")),
    (INVALID, _("Invalid")),
)
# Where nobody set a tier the strictest holds.
GRACE = {1: 1.5, 2: 2.0, 3: 3.0, None: 1.5}
CADENCE = {1: 90, 2: 180, 3: 365, None: 90}  # days, for runs that no monitor repeats
STRICTEST = dt.timedelta(days=CADENCE[None])
GONE = (
    ModelVersion.State.SUPERSEDED, ModelVersion.State.RETIRED, ModelVersion.State.REJECTED,
    ModelVersion.State.WITHDRAWN,
)  # fmt: skip


def tier_of(version: ModelVersion) -> int | None:
    """The strictest tier in which the version's model is used; None when no use has one."""
    uses = ModelUse.objects.filter(model=version.model_id).select_related("system")
    tiers = [use.effective_tier for use in uses]
    return min((tier for tier in tiers if tier is not None), default=None)


def valid_until(run: CheckRun, ended: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When the next run is due, and when this one stops counting, had it ended at ``ended``."""
    tier = tier_of(run.model_version)
    start, cadence = ended, dt.timedelta(days=CADENCE[tier])
    if run.window is not None:
        start, cadence = run.window.end, run.window.end - run.window.start
    return start + cadence, start + cadence * GRACE[tier]


def with_freshness(runs: QuerySet[Any], now: dt.datetime | None = None) -> QuerySet[Any]:
    """The runs with ``freshness``: one of CHOICES, or empty for what is no evidence at all."""
    now = now or timezone.now()
    newer = CheckRun.objects.filter(
        model_version=OuterRef("model_version"), check_name=OuterRef("check_name"),
        state=states.DONE, superseded=False,
    )  # fmt: skip
    later_window = newer.filter(
        window__monitor=OuterRef("window__monitor"), window__end__gt=OuterRef("window__end")
    )
    later_run = newer.filter(
        window=None, finished_at__gt=OuterRef("finished_at"),
        current__name=OuterRef("current__name"),
    )  # fmt: skip
    found: QuerySet[Any] = runs.annotate(
        freshness=Case(
            When(~Q(state=states.DONE), then=Value("")),
            When(superseded=True, then=Value(SUPERSEDED)),
            When(Q(window__isnull=False) & Exists(later_window), then=Value(SUPERSEDED)),
            When(Q(window__isnull=True) & Exists(later_run), then=Value(SUPERSEDED)),
            When(_invalid(), then=Value(INVALID)),
            # Runs from before the dates were kept: the strictest cadence.
            When(valid_until=None, finished_at__gte=now - STRICTEST, then=Value(FRESH)),
            When(due_at__gte=now, then=Value(FRESH)),
            When(valid_until__gte=now, then=Value(DUE)),
            default=Value(STALE),
            output_field=CharField(),
        )
    )
    return found


def _invalid() -> Q:
    """Version out of service, check changed or gone, or another reference than the monitor's."""
    names: dict[int, list[str]] = defaultdict(list)
    for spec in CATALOGUE.values():
        names[spec.version].append(spec.id)
    as_now = Q()
    for version, same in names.items():
        as_now |= Q(check_version=version, check_name__in=same)
    other = Q(reference__isnull=False, window__monitor__reference__isnull=False) & ~Q(
        reference=F("window__monitor__reference")
    )
    return ~as_now | Q(model_version__state__in=GONE) | other
