"""leakage.target: does one column alone give the label away?"""

import numpy as np

from evaluations.checks import drift_grid, drift_levels
from evaluations.checks.drift import CATEGORICAL
from evaluations.checks.specs.leakage import TARGET
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.distance import equal_groups
from evaluations.engine.expressions import NUMERIC, OTHER, is_label, level, number, rows_of
from evaluations.engine.findings import Decision, Finding, Limits, conclude, decided, unknown
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import (
    Baseline,
    Evidence,
    Expression,
    Params,
    Plan,
    Query,
    Roles,
    Schema,
)
from evaluations.engine.ranking import Auc, Floats, auc

MIN_CLASS = 50
GROUPS = 10
LEAST_ROWS = 10


class LeakageTarget:
    """Positives per bin or level of each column, and among its missing values."""

    spec = TARGET

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        columns = [c for c in roles.features if c in schema and c != roles.y_true]
        numeric = [c for c in columns if schema[c] in NUMERIC]
        levels = [c for c in columns if schema[c] in CATEGORICAL]
        return {
            "grids": drift_grid.freeze(query, table, numeric),
            "levels": {c: drift_levels.freeze(query, table, c, schema[c]) for c in levels},
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        y = is_label(table, roles.y_true, schema[roles.y_true], roles.positive)
        marked = table.mutate(y=y)
        marked = marked.filter(marked.y.notnull())
        total = {"n": marked.count(), "y": marked.y.sum().cast("int64")}
        plans = {"rows": Plan((), marked.agg(**total))}
        for column, frozen in baseline["grids"].items():
            if schema.get(column) in NUMERIC:
                plans[f"grid:{column}"] = Plan(("b", "a"), _grid(marked, column, frozen))
        for column, frozen in baseline["levels"].items():
            if schema.get(column) in CATEGORICAL:
                plans[f"levels:{column}"] = Plan(("v",), _levels(marked, column, schema, frozen))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        rows = evidence.current["rows"]
        drafts: list[Finding] = []
        for name, aggregate in sorted(evidence.current.items()):
            kind, _, column = name.partition(":")
            if kind in ("grid", "levels"):
                drafts += _column(
                    kind, column, aggregate, (rows.total("n"), rows.total("y")), params
                )
        if not drafts:
            drafts.append(unknown("columns", "", rows.total("n"), "No column could be looked at"))
        good = f"None of {len(drafts)} figures comes near the label alone"
        return decided(conclude(drafts), good, "No column could be looked at")


def _grid(marked: Expression, column: str, frozen: drift_grid.Grid) -> Expression:
    value = number(marked, column)
    held = value.clip(-drift_grid.EDGE, drift_grid.EDGE)
    values = marked.filter(value.notnull()).select(x=held, y=marked.y)
    binned = drift_grid.into_bins(values, frozen)
    return binned.group_by(["b", "a"]).agg(
        n=binned.count(), y=binned.y.sum().cast("int64"), lo=binned.x.min(), hi=binned.x.max()
    )


def _levels(
    marked: Expression, column: str, schema: Schema, frozen: drift_levels.Frozen
) -> Expression:
    named = marked.mutate(v=level(marked, column, schema[column]))
    named = named.filter(named.v.notnull())
    if frozen["levels"]:
        named = named.mutate(v=named.v.isin(frozen["levels"]).ifelse(named.v, OTHER))
    return named.group_by("v").agg(n=named.count(), y=named.y.sum().cast("int64"))


def _column(
    kind: str, column: str, aggregate: Aggregate, total: tuple[int, int], params: Params
) -> list[Finding]:
    positive = np.array(aggregate.columns["y"], dtype=np.float64)
    count = np.array(aggregate.columns["n"], dtype=np.float64)
    if kind == "grid":
        best = _best_of_grid(positive, count)
    else:
        best = _by_rate(*_pooled(positive, count))
    found = [_finding("AUC of one column", column, best, int(count.sum()), positive, params)]
    n, y = total
    missing, missing_y = n - int(count.sum()), y - int(positive.sum())
    if missing > 0 and count.sum():
        pairs = (
            np.array([missing_y, positive.sum()], dtype=np.float64),
            np.array([missing, count.sum()], dtype=np.float64),
        )
        best = _by_rate(*pairs)
        name = "AUC of being missing"
        found.append(_finding(name, column, best, n, np.array([float(y)]), params))
    return found


def _best_of_grid(positive: Floats, count: Floats) -> Auc | None:
    """The better of the order of the values and of ten groups ordered by their rate."""
    if not count.sum():
        return None
    straight = auc(positive, count - positive)
    if straight is None:
        return None
    group = equal_groups(count, GROUPS)
    in_group, rows = (np.bincount(group, x).astype(np.float64) for x in (positive, count))
    grouped = _by_rate(in_group, rows)
    turned = Auc(max(straight.value, 1 - straight.value), straight.error, straight.spread)
    return grouped if grouped is not None and grouped.value > turned.value else turned


def _pooled(positive: Floats, count: Floats) -> tuple[Floats, Floats]:
    """Levels of fewer than ten rows together: their rates would be chance."""
    rare = count < LEAST_ROWS
    keep = ~rare
    pooled = np.append(positive[keep], positive[rare].sum())
    rows = np.append(count[keep], count[rare].sum())
    return pooled[rows > 0], rows[rows > 0]


def _by_rate(positive: Floats, count: Floats) -> Auc | None:
    order = np.argsort(positive / np.maximum(count, 1), kind="stable")
    return auc(positive[order], (count - positive)[order])


def _finding(
    metric: str, column: str, best: Auc | None, n: int, positive: Floats, params: Params
) -> Finding:
    limits = Limits(params["warn"], params["fail"])
    if best is None:
        return Finding(metric, column, None, None, None, n, "not computed", limits, enough=False,
                       reason=f"{column} has values for one class only.")  # fmt: skip
    half = Z95 * best.spread
    classes = min(positive.sum(), n - positive.sum())
    return Finding(
        metric=metric,
        slice=column,
        estimate=best.value,
        low=max(0.0, best.value - half),
        high=min(1.0, best.value + half),
        n=n,
        method="DeLong on bins or levels, in the direction that ranks better",
        limits=limits,
        p=upper_tail((best.value - limits.warn) / max(best.spread, 1e-12)),
        enough=bool(classes >= MIN_CLASS),
    )
