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
MOST_TABLES = 12
MOST_SLICES = 40
WORST = ("error", "fail", "warn", "inconclusive", "pass", "not_applicable", "")


@dataclass(frozen=True)
class Picture:
    """A chart with its name, and the table of what it draws; ``svg`` is None where the table
    is the picture."""

    title: str
    svg: SafeString | None
    head: list[str]
    rows: list[list[Any]]


def pictures(results: list[MetricResult]) -> list[Picture]:
    """All pictures of a run: intervals per metric, reliability, distributions of the worst, then
    the tables that a check gives along."""
    drawn = [_intervals(metric, group) for metric, group in _groups(results)]
    drawn += [_reliability(one) for one in results if one.detail.get("reliability")]
    pairs = sorted((one for one in results if one.detail.get("groups")), key=badness)
    drawn += [_pair(one) for one in pairs[:MOST_PAIRS]]
    drawn += [_compared(results)] if any("rest" in one.detail for one in results) else []
    drawn += [_confusion(one) for one in results if "tp" in one.detail and not one.slice]
    drawn += [_listed(one) for one in results if one.detail.get("table")][:MOST_TABLES]
    return [picture for picture in drawn if picture is not None]


def badness(one: MetricResult) -> tuple[int, float]:
    """Sorts figures worst verdict first, then by harm; unjudged ones stay last."""
    if not one.verdict:
        return len(WORST), one.position
    return WORST.index(one.verdict), -harm(one)


def harm(one: MetricResult) -> float:
    """How far a figure lies on the bad side of its warn limit; negative on the good side."""
    if one.estimate is None:
        return 0.0
    sign = -1.0 if one.worse == "below" else 1.0
    return sign * (one.estimate - (one.warn or 0.0))


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


def _compared(results: list[MetricResult]) -> Picture:
    """Slices or groups against all other rows, the most harmed first."""
    judged = [one for one in results if one.detail.get("rest") is not None]
    head = [
        _("Slice"), _("Figure"), _("In the slice"), _("In the rest"), _("Difference or ratio"),
        _("from"), _("to"), _("n"), _("Detectable"),
    ]  # fmt: skip
    rows = [
        [
            one.slice, one.metric, *(_cell(v) for v in (
                one.detail["slice"], one.detail["rest"], one.estimate, one.low, one.high, one.n,
                one.detectable,
            )),
        ]
        for one in sorted(judged, key=badness)[:MOST_SLICES]
    ]  # fmt: skip
    return Picture(_("Slices by harm, the worst first"), None, head, rows)


def _confusion(one: MetricResult) -> Picture:
    """Labels against predictions, with shares of all rows."""
    tp, fp, fn, tn = (int(one.detail[key]) for key in ("tp", "fp", "fn", "tn"))
    total = max(1, tp + fp + fn + tn)
    rows = [
        [_("positive"), _share(tp, total), _share(fp, total)],
        [_("negative"), _share(fn, total), _share(tn, total)],
    ]
    head = [_("Prediction"), _("positive in truth"), _("negative in truth")]
    return Picture(_("Predictions against labels"), None, head, rows)


def _share(count: int, total: int) -> str:
    return f"{count:,} ({count / total:.1%})"


def _listed(one: MetricResult) -> Picture:
    """The table that a check gives along; groups with a rate and its interval are drawn, too."""
    table = one.detail["table"]
    head = [str(word) or _("Case") for word in table["head"]]
    rows = [list(row) for row in table["rows"]]
    svg = None
    if head[-2:] == ["from", "to"]:
        counted = [row[1] if head[1] == "n" else None for row in rows]
        drawn = [
            IntervalRow(str(row[0]), row[-3], row[-2], row[-1], n)
            for row, n in zip(rows[:MOST_ROWS], counted, strict=False)
        ]
        svg = interval_plot(drawn, title=str(table["title"]))
    cells = [[_cell(cell) for cell in row] for row in rows]
    return Picture(str(table["title"]), svg, head, cells)


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "–" if value is None else str(value)
    if isinstance(value, float):
        return f"{value:,.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
