"""Which drawings a run gets, from its figures."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import MetricResult
from reports.shape import ChartPart

MAX_ROWS = 12
MAX_PAIRS = 2
WORST = ("error", "fail", "warn", "inconclusive", "pass", "not_applicable", "")


def charts_of(check: str, results: list[MetricResult]) -> list[ChartPart]:
    """Intervals of figures that share an axis, reliability, distributions of the worst columns.

    The same choice as on the page of the run, but as data: the report draws it again later.
    """
    charts = [_intervals(check, what, group) for what, group in _groups(results).items()]
    charts += [_reliability(check, r) for r in results if r.detail.get("reliability")]
    pairs = sorted((r for r in results if r.detail.get("groups")), key=_badness)
    charts += [_pair(check, r) for r in pairs[:MAX_PAIRS]]
    return charts


def _badness(result: MetricResult) -> tuple[int, float]:
    return WORST.index(result.verdict), -(result.estimate or 0.0)


def _groups(results: list[MetricResult]) -> dict[str, list[MetricResult]]:
    groups: dict[str, list[MetricResult]] = defaultdict(list)
    for result in results:
        if result.estimate is None or result.low is None:
            continue
        whole = _("drops") if "drop" in result.metric else _("figures")
        groups[result.metric if result.slice else whole].append(result)
    return {what: group for what, group in groups.items() if len(group) > 1}


def _intervals(check: str, what: str, results: list[MetricResult]) -> ChartPart:
    shown = sorted(results, key=_badness)[:MAX_ROWS] if len(results) > MAX_ROWS else results
    caption = _("%(check)s: %(what)s with intervals") % {"check": check, "what": what}
    if len(shown) < len(results):
        caption += _("; the %(n)d worst of %(all)d") % {"n": len(shown), "all": len(results)}
    return {
        "kind": "intervals",
        "caption": caption,
        "data": {
            "title": f"{check}: {what}",
            "description": " ".join(r.reason for r in shown[:3] if r.reason)[:500],
            "rows": [_interval(r, r.slice or r.metric) for r in shown],
            "limits": _limits(shown),
        },
    }


def _interval(result: MetricResult, label: str) -> dict[str, Any]:
    return {
        "label": label,
        "estimate": result.estimate,
        "low": result.low,
        "high": result.high,
        "n": result.n,
        "state": result.verdict,
    }


def _limits(results: list[MetricResult]) -> list[dict[str, Any]]:
    """The limits as lines, where all figures have the same ones."""
    pairs = {(r.warn, r.fail) for r in results}
    if len(pairs) != 1:
        return []
    warn, fail = pairs.pop()
    found = [(warn, _("warns"))] if warn == fail else [(warn, _("warns")), (fail, _("fails"))]
    return [{"value": value, "label": label} for value, label in found if value is not None]


def _pair(check: str, result: MetricResult) -> ChartPart:
    detail = result.detail
    shares = zip(detail["groups"], detail["reference"], detail["current"], strict=True)
    said = {"check": check, "column": result.slice}
    return {
        "kind": "histogram",
        "caption": _("%(check)s: shares of %(column)s, reference and current") % said,
        "data": {
            "title": _("Distribution of %(column)s") % said,
            "description": result.reason[:500],
            "rows": [{"label": str(g), "reference": r, "current": c} for g, r, c in shares],
        },
    }


def _reliability(check: str, result: MetricResult) -> ChartPart:
    rows = [
        {
            "mean_score": row.get("score"),
            "observed_rate": row.get("rate"),
            "n": row.get("n", 0),
            "low": row.get("low"),
            "high": row.get("high"),
        }
        for row in result.detail["reliability"]
    ]
    return {
        "kind": "reliability",
        "caption": _("%(check)s: observed rate against mean score in each bin of scores")
        % {"check": check},
        "data": {
            "title": _("Reliability curve"),
            "description": result.reason[:500],
            "rows": rows,
        },
    }
