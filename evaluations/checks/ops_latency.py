"""ops.latency_cost: does the service keep the budget that was declared for it?"""

from math import floor, sqrt
from typing import Any

import numpy as np

from evaluations.checks import drift_grid
from evaluations.checks.specs.operations import LATENCY
from evaluations.engine.aggregates import UNIT, Aggregate
from evaluations.engine.expressions import NUMERIC, level, rows_of, units
from evaluations.engine.findings import Decision, Finding, Limits, conclude, decided
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import Z95, above_maximum_p, upper_tail, wilson
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

FAILED = ("1", "true", "yes", "failed", "error")
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
# Costs are summed in units of 1e-9 and their squares in the same; larger ones are cut.
MOST_COST = 1e4


class OpsLatency:
    """Grid of the latencies, sums of the costs, count of the failures."""

    spec = LATENCY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        wanted = [c for c in roles.named("latency") if schema.get(c) in NUMERIC]
        return {"grids": drift_grid.freeze(query, rows_of(schema), wanted)}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans = {"rows": Plan((), table.agg(n=table.count()))}
        for column, frozen in baseline["grids"].items():
            if schema.get(column) in NUMERIC:
                plans["latency"] = Plan(("b", "a"), drift_grid.grid(table, column, frozen))
        if schema.get(roles.cost) in NUMERIC:
            values = drift_grid.finite(table, roles.cost)
            kept = values.x.clip(0.0, MOST_COST)
            sums = {
                "n": values.count(),
                "cut": (kept != values.x).cast("int64").sum().coalesce(0).cast("int64"),
                "x": units(kept).sum(),
                "x2": units(kept * kept).sum(),
            }
            plans["cost"] = Plan((), values.agg(**sums))
        if roles.failed in schema:
            text = level(table, roles.failed, schema[roles.failed]).lower()
            hit = text.isin(FAILED).cast("int64").sum().coalesce(0).cast("int64")
            plans["failed"] = Plan((), table.agg(n=text.count(), k=hit))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        current, drafts = evidence.current, []
        if "latency" in current and len(current["latency"]):
            drafts += _latencies(current["latency"], params)
        if "failed" in current:
            counts = current["failed"]
            drafts.append(_failures(counts.total("k"), counts.total("n"), params))
        if "cost" in current and current["cost"].total("n"):
            drafts.append(_cost(current["cost"], params))
        said = ", ".join(f"{f.metric} {words(f.estimate)}" for f in drafts[:4])
        nothing = f"{said}; no budget was declared, so nothing was judged"
        return decided(conclude(drafts), f"{said}: within the declared budget", nothing)


def quantile(grid: Aggregate, share: float) -> tuple[float, float, float]:
    """A quantile of a grid with the interval of its order statistics (binomial, normal)."""
    counts = np.array(grid.columns["k"], dtype=np.float64)
    low, high = (np.array(grid.columns[name], dtype=np.float64) for name in ("lo", "hi"))
    upper = np.cumsum(counts)
    n = float(upper[-1])
    half = Z95 * sqrt(n * share * (1 - share))
    place, first, last = (
        int(np.searchsorted(upper, min(max(rank, 1.0), n) - 1e-9))
        for rank in (n * share, floor(n * share - half), n * share + half + 1)
    )
    before = upper[place] - counts[place]
    inside = (n * share - before) / counts[place]
    value = low[place] + min(max(inside, 0.0), 1.0) * (high[place] - low[place])
    return float(value), float(low[first]), float(high[last])


def _latencies(grid: Aggregate, params: Params) -> list[Finding]:
    n = grid.total("k")
    table = [[name, *(round(v, 4) for v in quantile(grid, q))] for name, q in QUANTILES.items()]
    found = []
    for name, share in QUANTILES.items():
        value, low, high = quantile(grid, share)
        most = params.get(f"max_{name}")
        # As many rows above the limit as the quantile allows, or more?
        above = _rows_above(grid, most) if most is not None else 0
        found.append(
            Finding(
                metric=f"latency {name}",
                slice="",
                estimate=value,
                low=low,
                high=high,
                n=n,
                method="order statistics on the grid",
                limits=None if most is None else Limits(most, most),
                p=None if most is None else above_maximum_p(above, n, 1 - share),
                enough=n * (1 - share) >= 5,
                detail=_detail(grid, table) if name == "p50" else {},
            )
        )
    return found


def _rows_above(grid: Aggregate, most: float) -> int:
    return sum(k for k, hi in zip(grid.columns["k"], grid.columns["hi"], strict=True) if hi > most)


def _detail(grid: Aggregate, table: list[list[Any]]) -> dict[str, Any]:
    """The table of quantiles and at most thirty steps of the distribution."""
    steps = [[quantile(grid, share)[0], share] for share in np.linspace(0.02, 0.98, 25).tolist()]
    head = ["Quantile", "estimate", "from", "to"]
    return {
        "table": {"title": "Latency", "head": head, "rows": table},
        "distribution": steps,
    }


def _failures(k: int, n: int, params: Params) -> Finding:
    low, high = wilson(k, n)
    most = params["max_failures"]
    return Finding(
        metric="failure rate",
        slice="",
        estimate=k / n if n else None,
        low=low if n else None,
        high=high if n else None,
        n=n,
        method="Wilson interval, score test",
        limits=None if most is None else Limits(most, most),
        p=None if most is None or not n else above_maximum_p(k, n, most),
        enough=n >= LATENCY.min_n,
    )


def _cost(sums: Aggregate, params: Params) -> Finding:
    n, cut = sums.total("n"), sums.total("cut")
    mean = sums.total("x") / UNIT / n
    spread = 1000 * sqrt(max(0.0, sums.total("x2") / UNIT / n - mean * mean) / n)
    value, most = 1000 * mean, params["max_cost"]
    return Finding(
        metric="cost per 1,000 answers",
        slice="",
        estimate=value,
        low=max(0.0, value - Z95 * spread),
        high=value + Z95 * spread,
        n=n,
        method="normal interval of the mean",
        limits=None if most is None else Limits(most, most),
        p=None if most is None else upper_tail((value - most) / max(spread, 1e-12)),
        enough=n >= LATENCY.min_n and not cut,
        reason=f"{cut:,} costs below 0 or above {MOST_COST:,.0f} were cut." if cut and most else "",
    )
