"""decay.trend: is the model slowly becoming worse?"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from evaluations.checks.data_freshness import HOUR, TIMES, seconds
from evaluations.checks.specs.estimates import DECAY
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import confusion, confusion_counts, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    fact,
    unknown,
)
from evaluations.engine.intervals import upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

SLACK = 0.5
FEWEST, START, POOLED = 8, 4, 4
MOST_PERIODS = 5000
SHOWN = 60
NEVER = 1e9


class DecayTrend:
    """Confusion counts per period."""

    spec = DECAY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        if schema.get(roles.time) not in TIMES:
            return {}
        table = rows_of(schema)
        period = round(params["period_days"] * 24 * HOUR)
        timed = table.filter(table[roles.time].notnull())
        marked = confusion(timed, schema, roles)
        marked = marked.mutate(b=(seconds(marked, roles.time) / period).floor().cast("int64"))
        counted = marked.group_by("b").agg(**confusion_counts(marked))
        return {"periods": Plan(("b",), counted)}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        if "periods" not in evidence.current:
            reason = f"Column “{evidence.roles.time}” holds no date or time"
            return decided([unknown("CUSUM", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        series = _series(evidence.current["periods"])
        known = None
        if evidence.reference and "periods" in evidence.reference:
            whole = _series(evidence.reference["periods"])
            known = sum(p.right for p in whole), sum(p.n for p in whole)
        n = sum(point.n for point in series)
        if len(series) < FEWEST or len(series) > MOST_PERIODS:
            reason = (
                f"There are {len(series)} periods with rows; {FEWEST} are needed to see a trend"
            )
            return decided([unknown("CUSUM", "", n, reason)], "")
        right, rows = known or _start(series)
        rest = series if known else series[START:]
        findings = conclude(_judged(series, rest, right / rows, rows, params))
        return decided(findings, f"No decline over {len(series)} periods")


@dataclass(frozen=True)
class _Point:
    period: int
    right: int
    n: int


def _series(periods: Aggregate) -> list[_Point]:
    columns = periods.columns
    rows = zip(*(columns[c] for c in ("b", "tp", "fp", "fn", "tn")), strict=True)
    points = [_Point(b, int(tp) + int(tn), int(tp + fp + fn + tn)) for b, tp, fp, fn, tn in rows]
    return [point for point in points if point.n]


def _start(series: list[_Point]) -> tuple[int, int]:
    return sum(p.right for p in series[:START]), sum(p.n for p in series[:START])


def _judged(
    series: list[_Point], rest: list[_Point], level: float, rows: int, params: Params
) -> list[Finding]:
    """CUSUM of standardised falls (Page 1954), and the last four periods pooled."""
    inside = min(max(level, 0.5 / rows), 1 - 0.5 / rows)
    height, top = 0.0, 0.0
    for point in rest:
        spread = sqrt(inside * (1 - inside) * (1 / point.n + 1 / rows))
        height = max(0.0, height + (inside - point.right / point.n) / spread - SLACK)
        top = max(top, height)
    n = sum(point.n for point in rest)
    cusum = fact("CUSUM of accuracy", "", top, n, Limits(params["cusum_warn"], NEVER),
                 "Page 1954, slack 0.5, in standard errors; warns only",
                 detail=_pictures(series, level, float(params["period_days"])))  # fmt: skip
    last = rest[-POOLED:]
    m = sum(p.n for p in last)
    recent = sum(p.right for p in last) / m
    spread = sqrt(inside * (1 - inside) * (1 / m + 1 / rows))
    sigma = params["pooled_fail"]
    z = (inside - recent) / spread
    pooled = fact(
        "fall of the last periods",
        "",
        z,
        m,
        Limits(sigma, sigma),
        f"last {len(last)} periods pooled, in standard errors",
        detail={"level": level, "recent": recent, "p_raw": upper_tail(z)},
    )
    return [cusum, pooled]


def _pictures(series: list[_Point], level: float, days: float) -> dict[str, Any]:
    shown = series[-SHOWN:]
    return {
        "level": level,
        "trend": [[_day(p.period * days), p.right / p.n, p.n] for p in shown],
    }


def _day(days: float) -> str:
    """The day that lies so many days after the start of 1970."""
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
