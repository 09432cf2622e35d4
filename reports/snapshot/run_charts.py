"""Which drawings a run gets, from its figures."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import MetricResult
from reports.shape import ChartPart

MAX_BARS = 12
MAX_CHARTS = 3


def charts_of(check: str, results: list[MetricResult]) -> list[ChartPart]:
    """At most three drawings: reliability, the judged figures, and per metric its slices."""
    judged = [r for r in results if r.verdict and r.estimate is not None]
    whole = [r for r in judged if not r.slice]
    sliced: dict[str, list[MetricResult]] = defaultdict(list)
    for result in judged:
        if result.slice:
            sliced[result.metric].append(result)
    charts = [_reliability(check, r) for r in results if r.detail.get("reliability")]
    if len(whole) > 1:
        charts.append(_intervals(check, _("Judged figures"), whole, limits=False))
    charts += [_intervals(check, metric, rows, limits=True) for metric, rows in sliced.items()]
    return charts[:MAX_CHARTS]


def _intervals(check: str, what: str, results: list[MetricResult], *, limits: bool) -> ChartPart:
    """A forest plot; of many slices the ones with the largest figures, which the caption says."""
    shown = sorted(results, key=lambda r: -abs(r.estimate or 0.0))[:MAX_BARS] if limits else results
    caption = _("%(check)s: %(what)s with intervals") % {"check": check, "what": what}
    if len(shown) < len(results):
        caption += _("; the %(n)d largest of %(all)d") % {"n": len(shown), "all": len(results)}
    return {
        "kind": "intervals",
        "caption": caption,
        "data": {
            "title": f"{check}: {what}",
            "description": "; ".join(r.reason for r in shown[:3] if r.reason)[:500],
            "rows": [_interval(r, r.slice if limits else r.metric) for r in shown],
            "limits": _limits(shown[0]) if limits else [],
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


def _limits(result: MetricResult) -> list[dict[str, Any]]:
    found = ((result.warn, _("warns")), (result.fail, _("fails")))
    return [{"value": value, "label": label} for value, label in found if value is not None]


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
