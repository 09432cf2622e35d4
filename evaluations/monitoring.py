"""Reads of monitors: the list, the windows with their runs, trends, proposals."""

from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext as _

from accounts.models import User
from charts.curves import TrendPoint, trend_line
from charts.scales import Limit
from evaluations import states
from evaluations.models import CheckRun, MetricResult, Monitor, MonitorWindow, Proposal, Verdict
from evaluations.pictures import Picture, badness

SHOWN_WINDOWS = 60
SHOWN_TRENDS = 6
_WORST = (
    Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)  # fmt: skip


def monitors_for_list(user: User) -> QuerySet[Monitor]:
    """Visible monitors with the worst verdict of their newest window as ``last_verdict``."""
    rank = Case(
        *(When(verdict=verdict, then=Value(i)) for i, verdict in enumerate(_WORST)),
        default=Value(len(_WORST)),
        output_field=IntegerField(),
    )
    runs = CheckRun.objects.filter(
        window__monitor=OuterRef("pk"), window__merged=False, superseded=False
    ).order_by("-window__start", rank)
    found: QuerySet[Monitor] = Monitor.objects.visible_to(user)
    return found.select_related("model_version__model").annotate(
        last_verdict=Subquery(runs.values("verdict")[:1]),
        proposals_open=Count("proposals", filter=Q(proposals__state__in=states.UNDECIDED)),
    )


def monitor_for_page(user: User) -> QuerySet[Monitor]:
    """Visible monitors with all that the page of one shows."""
    found: QuerySet[Monitor] = Monitor.objects.visible_to(user)
    return found.select_related(
        "model_version__model__unit", "deployment", "reference", "created_by"
    ).defer("reference__profile")


@dataclass(frozen=True)
class Row:
    """A window with its current runs and how many superseded ones it has."""

    window: MonitorWindow
    runs: list[CheckRun]
    superseded: int


def windows_of(monitor: Monitor) -> list[Row]:
    """The newest windows, newest first, in two queries."""
    windows = list(monitor.windows.order_by("-start", "-merged")[:SHOWN_WINDOWS])
    runs: dict[int, list[CheckRun]] = {}
    for run in CheckRun.objects.filter(window__in=windows).select_related("job").order_by("pk"):
        runs.setdefault(run.window_id, []).append(run)
    return [
        Row(
            window,
            [run for run in runs.get(window.pk, []) if not run.superseded],
            sum(run.superseded for run in runs.get(window.pk, [])),
        )
        for window in windows
    ]


def trends_of(rows: list[Row]) -> list[Picture]:
    """The judged figures with the worst newest verdict, over the plain windows, oldest first."""
    plain = [row for row in reversed(rows) if not row.window.merged]
    places = {run.pk: i for i, row in enumerate(plain) for run in row.runs}
    series: dict[tuple[str, str, str], dict[int, MetricResult]] = {}
    judged = MetricResult.objects.filter(run__in=list(places), warn__isnull=False)
    for one in judged.select_related("run").defer("detail"):
        key = (one.run.check_name, one.metric, one.slice)
        series.setdefault(key, {})[places[one.run_id]] = one
    worst = sorted(series.items(), key=lambda item: badness(item[1][max(item[1])]))
    labels = [f"{row.window.start:%Y-%m-%d %H:%M}" for row in plain]
    return [_trend(key, found, labels) for key, found in worst[:SHOWN_TRENDS]]


def course_of(run: CheckRun, one: MetricResult) -> list[Picture]:
    """A figure of a monitor's run over the windows; empty for other runs and a single window."""
    if run.window is None:
        return []
    rows = windows_of(run.window.monitor)
    plain = [row for row in reversed(rows) if not row.window.merged]
    places = {r.pk: i for i, row in enumerate(plain) for r in row.runs}
    same = MetricResult.objects.filter(
        run__in=list(places), run__check_name=run.check_name, metric=one.metric, slice=one.slice
    )
    found = {places[other.run_id]: other for other in same.defer("detail")}
    if len(found) < 2:
        return []
    labels = [f"{row.window.start:%Y-%m-%d %H:%M}" for row in plain]
    return [_trend((_("Over the windows"), one.metric, one.slice), found, labels)]


def _trend(key: tuple[str, str, str], found: dict[int, MetricResult], labels: list[str]) -> Picture:
    title = " · ".join(part for part in key if part)
    points, rows = [], []
    for i, label in enumerate(labels):
        one = found.get(i)
        values = (one.estimate, one.low, one.high) if one else (None, None, None)
        points.append(TrendPoint(label, *values))
        cells = [_figure(value) for value in values]
        rows.append([label, *cells, f"{one.n:,}" if one else "–", one.verdict if one else "–"])
    last = found[max(found)]
    named = ((last.warn, _("warn")), (last.fail, _("fail")))
    limits = [Limit(value, name) for value, name in named if value is not None]
    limits = limits[:1] if last.warn == last.fail else limits
    svg = trend_line(points, title=title, limits=limits)
    head = [_("Window"), _("Estimate"), _("from"), _("to"), _("n"), _("Verdict")]
    return Picture(title, svg, head, rows)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def proposals_for_list(user: User) -> QuerySet[Proposal]:
    """Visible proposals with what the list shows, newest first."""
    found: QuerySet[Proposal] = Proposal.objects.visible_to(user)
    return found.select_related(
        "monitor__model_version__model", "window", "blocker", "decided_by", "outcome__model"
    )


def runs_of_proposal(proposal: Proposal) -> list[CheckRun]:
    """The runs that showed the trigger last."""
    return list(CheckRun.objects.filter(pk__in=proposal.runs).order_by("pk"))
