"""The charts of a run: from figures to the pure drawing functions."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.bars import BinShares, histogram_pair
from charts.curves import ReliabilityBin, reliability_curve
from charts.intervals import IntervalRow, interval_plot
from charts.scales import Limit
from evaluations.models import MetricResult

MOST_ROWS = 20
MOST_PAIRS = 4
WORST = ("error", "fail", "warn", "inconclusive", "pass", "not_applicable", "")


@dataclass(frozen=True)
class Picture:
    """A chart with its name, and the table of what it draws."""

    title: str
    svg: SafeString
    head: list[str]
    rows: list[list[Any]]


def pictures(results: list[MetricResult]) -> list[Picture]:
    """All charts of a run: intervals per metric, reliability, distributions of the worst."""
    drawn = [_intervals(metric, group) for metric, group in _groups(results)]
    drawn += [_reliability(one) for one in results if one.detail.get("reliability")]
    pairs = sorted((one for one in results if one.detail.get("groups")), key=badness)
    drawn += [_pair(one) for one in pairs[:MOST_PAIRS]]
    return [picture for picture in drawn if picture is not None]


def badness(one: MetricResult) -> tuple[int, float]:
    """Sorts figures worst verdict first, and larger estimates first; unjudged ones stay last."""
    if not one.verdict:
        return len(WORST), one.position
    return WORST.index(one.verdict), -(one.estimate or 0.0)


def _groups(results: list[MetricResult]) -> list[tuple[str, list[MetricResult]]]:
    """Figures that share an axis: sliced ones by metric, the others by their limits."""
    groups: dict[str, list[MetricResult]] = {}
    for one in results:
        if one.low is None or one.estimate is None:
            continue
        key = one.metric if one.slice else (_("Drops") if "drop" in one.metric else _("Figures"))
        groups.setdefault(key, []).append(one)
    return list(groups.items())


def _intervals(title: str, group: list[MetricResult]) -> Picture | None:
    shown = sorted(group, key=badness)[:MOST_ROWS] if len(group) > MOST_ROWS else group
    rows = [
        IntervalRow(one.slice or one.metric, one.estimate, one.low, one.high, one.n, one.verdict)
        for one in shown
    ]
    pairs = {(one.warn, one.fail) for one in shown}
    limits = []
    if len(pairs) == 1:
        warn, fail = next(iter(pairs))
        limits = [
            Limit(v, name) for v, name in ((warn, _("warn")), (fail, _("fail"))) if v is not None
        ]
        limits = limits[:1] if warn == fail else limits
    more = len(group) - len(shown)
    words = _("the %(n)s worst of %(all)s") % {"n": len(shown), "all": len(group)} if more else ""
    svg = interval_plot(rows, title=title, description=words, limits=limits)
    return Picture(f"{title}, {words}" if words else title, svg, [], [])


def _reliability(one: MetricResult) -> Picture:
    table = one.detail["reliability"]
    bins = [ReliabilityBin(b["score"], b["rate"], b["n"], b["low"], b["high"]) for b in table]
    title = _("Reliability")
    svg = reliability_curve(
        bins, title=title, description=_("Observed rate of positives against mean score, per bin.")
    )
    rows = [[f"{b['score']:.3f}", f"{b['rate']:.3f}", f"{b['n']:,}"] for b in table]
    return Picture(title, svg, [_("Mean score"), _("Observed rate"), _("n")], rows)


def _pair(one: MetricResult) -> Picture:
    detail = one.detail
    shares = list(zip(detail["groups"], detail["reference"], detail["current"], strict=True))
    title = _("Distribution of %(column)s") % {"column": one.slice}
    svg = histogram_pair([BinShares(*share) for share in shares], title=title)
    rows = [[label, f"{ref:.1%}", f"{cur:.1%}"] for label, ref, cur in shares]
    return Picture(title, svg, [_("Group"), _("Reference"), _("Current")], rows)
