"""What a monitor uses up, what was allowed, and whether it could look more rarely."""

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from evaluations import states
from evaluations.cadence import Load, Option, Signal, cheapest, options, rows_needed
from evaluations.models import CheckRun, MetricResult, Monitor
from evaluations.schedule import Schedule

MONTH = dt.timedelta(days=30)
GIGABYTE = 1024**3
LAST_WINDOWS = 8
TOLERANCE = 0.05  # where warn and fail limit are one; the same as in tevv.power
NEVER = 1e6


@dataclass(frozen=True)
class Cost:
    """Runs, rows counted, bytes read, seconds computed; money where prices were declared."""

    runs: int
    rows: int
    size: int
    seconds: float
    money: float | None = None


@dataclass(frozen=True)
class Budget:
    """What 30 days may take, what the last 30 took, and what they will at the present pace."""

    measure: str
    allowed: float
    spent: float
    ahead: float

    @property
    def is_exceeded(self) -> bool:
        """Whether it was spent, or will be."""
        return max(self.spent, self.ahead) > self.allowed


@dataclass(frozen=True)
class Cadence:
    """Ways to look more rarely; ``best`` is the cheapest that sees as much as the first.

    ``signal`` names the figure that is hardest to see, ``enough`` the rows per window that it
    would take when even the present cadence sees too little.
    """

    options: list[Option]
    best: Option | None
    signal: str
    within: int
    enough: int | None


def cost_of(monitor: Monitor, since: dt.datetime | None = None) -> Cost:
    """All runs of a monitor, superseded ones, too; or those that ended after ``since``."""
    runs: QuerySet[Any] = CheckRun.objects.filter(window__monitor=monitor)
    if since is not None:
        runs = runs.filter(finished_at__gte=since)
    sums: dict[str, Any] = runs.aggregate(rows=Sum("n_rows"), size=Sum("current__file__size"))
    times = runs.filter(started_at__isnull=False, finished_at__isnull=False)
    pairs = list(times.values_list("started_at", "finished_at"))
    seconds = sum((end - start).total_seconds() for start, end in pairs)
    size = sums["size"] or 0
    money = _money(monitor, seconds, size)
    return Cost(runs.count(), sums["rows"] or 0, size, seconds, money)


def _money(monitor: Monitor, seconds: float, size: int) -> float | None:
    if monitor.price_hour is None and monitor.price_gb is None:
        return None
    hours, gigabytes = seconds / 3600, size / GIGABYTE
    return hours * float(monitor.price_hour or 0) + gigabytes * float(monitor.price_gb or 0)


def budget_of(monitor: Monitor) -> Budget | None:
    """The budget of a monitor held against the last 30 days and the next; None without one."""
    if monitor.budget is None:
        return None
    now = timezone.now()
    spent = getattr(cost_of(monitor, now - MONTH), monitor.budget_of) or 0
    whole = getattr(cost_of(monitor), monitor.budget_of) or 0
    windows = monitor.windows.filter(merged=False).count()
    ahead = whole / windows * MONTH.days / _length(monitor) if windows else 0.0
    return Budget(monitor.budget_of, float(monitor.budget), float(spent), float(ahead))


def _length(monitor: Monitor) -> float:
    """The days between two windows, from the next eight slots."""
    schedule = Schedule(monitor.cron, monitor.every_minutes)
    slots = schedule.next_slots(timezone.now(), 9)
    return (slots[-1] - slots[0]).total_seconds() / 8 / 86_400


def cadence_of(monitor: Monitor) -> Cadence | None:
    """How rarely the monitor could look; None while its windows judged no figure with an interval.

    Four queries.
    """
    windows = monitor.windows.filter(merged=False, runs__state=states.DONE).distinct()
    newest = list(windows.order_by("-start").values_list("pk", flat=True)[:LAST_WINDOWS])
    runs = list(
        CheckRun.objects.filter(window__in=newest, superseded=False, state=states.DONE).only(
            "n_rows", "started_at", "finished_at", "window"
        )
    )
    signals = _signals(runs)
    if not signals:
        return None
    length = _length(monitor)
    seconds = sum(_seconds(run) for run in runs) / len(newest)
    rows = sum(run.n_rows or 0 for run in runs) / len(newest)
    load = Load(length, rows, seconds, max(1, round(len(runs) / len(newest))))
    found = options(signals, load, monitor.detect_days)
    hardest = min(signals, key=lambda one: one.way / one.error)
    looks = max(1, int(monitor.detect_days / length))
    rows_each = statistics.median(run.n_rows or 0 for run in runs)
    enough = rows_needed(signals, rows_each, looks) if found[0].chance < 0.8 else None
    return Cadence(found, cheapest(found), hardest.name, monitor.detect_days, enough)


def _seconds(run: CheckRun) -> float:
    if run.started_at is None or run.finished_at is None:
        return 0.0
    return (run.finished_at - run.started_at).total_seconds()


def _signals(runs: list[CheckRun]) -> list[Signal]:
    """Judged figures of the whole table, and drift of columns, with their median error."""
    judged = MetricResult.objects.filter(
        Q(slice="") | Q(run__check_name__startswith="drift"),
        run__in=runs, warn__isnull=False, low__isnull=False, high__isnull=False,
    )  # fmt: skip
    errors: dict[tuple[str, str], list[float]] = defaultdict(list)
    ways: dict[tuple[str, str], float] = {}
    names = ("run__check_name", "metric", "low", "high", "warn", "fail")
    for check, metric, low, high, warn, fail in judged.values_list(*names):
        if high > low:
            errors[check, metric].append((high - low) / 3.92)
            way = abs((fail if fail is not None else warn) - warn)
            ways[check, metric] = way if 0 < way < NEVER else TOLERANCE
    return [
        Signal(" · ".join(key), ways[key], statistics.median(found))
        for key, found in errors.items()
    ]
