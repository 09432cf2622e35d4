"""drift.multivariate: can a simple classifier tell the two tables apart?"""

from itertools import combinations_with_replacement
from math import atanh, sqrt

import ibis
import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtr

from evaluations.checks import drift_grid
from evaluations.checks.scores import clipped
from evaluations.checks.specs.estimates import MULTIVARIATE
from evaluations.engine.aggregates import UNIT, Aggregate
from evaluations.engine.expressions import NUMERIC, rows_of, units
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

MOST_COLUMNS = 20
# Values beyond ten quartile distances count as ten: one outlier must not rule a moment.
CUT = 10.0
ROWS_PER_COLUMN = 10

Floats = NDArray[np.float64]


class DriftMultivariate:
    """Means and products of the numeric columns, in quartile distances of the reference."""

    spec = MULTIVARIATE

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        numeric = [c for c in roles.features if schema.get(c) in NUMERIC][:MOST_COLUMNS]
        grids = drift_grid.freeze(query, rows_of(schema), numeric)
        return {c: {"centre": g["centre"], "scale": g["scale"]} for c, g in grids.items()}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        columns = sorted(c for c in baseline if schema.get(c) in NUMERIC)
        if len(columns) < 2:
            return {}
        table = rows_of(schema)
        scaled = {}
        for i, column in enumerate(columns):
            z = (clipped(table, column) - baseline[column]["centre"]) / baseline[column]["scale"]
            scaled[f"z{i}"] = ibis.least(ibis.greatest(z, ibis.literal(-CUT)), ibis.literal(CUT))
        marked = table.select(**scaled)
        marked = marked.filter(ibis.and_(*[marked[name].notnull() for name in scaled]))
        sums = {"n": marked.count()}
        sums.update({f"m{i}": units(marked[f"z{i}"]).sum() for i in range(len(columns))})
        for i, j in combinations_with_replacement(range(len(columns)), 2):
            sums[f"c{i}_{j}"] = units(marked[f"z{i}"] * marked[f"z{j}"]).sum()
        return {"moments": Plan((), marked.agg(**sums))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        columns = sorted(evidence.baseline)
        reference = evidence.reference or {}
        if "moments" not in evidence.current or "moments" not in reference:
            reason = "Fewer than two numeric columns are in both tables"
            return decided([unknown("AUC between the tables", "", 0, reason,
                                    Outcome.NOT_APPLICABLE)], "")  # fmt: skip
        old, new = (_Moments(a["moments"], len(columns)) for a in (reference, evidence.current))
        if min(old.n, new.n) < max(MULTIVARIATE.min_n, ROWS_PER_COLUMN * len(columns)):
            reason = f"{new.n:,} complete rows are too few for {len(columns)} columns"
            return decided([unknown("AUC between the tables", "", new.n, reason)], "")
        findings = conclude([_apart(old, new, params), _correlation(old, new, columns, params)])
        return decided(findings, f"The tables cannot be told apart by {len(columns)} columns")


class _Moments:
    """Rows, means and covariance of the scaled columns."""

    def __init__(self, aggregate: Aggregate, size: int) -> None:
        self.n = aggregate.total("n")
        rows = max(self.n, 1)
        self.mean = np.array([aggregate.total(f"m{i}") / UNIT / rows for i in range(size)])
        self.covariance: Floats = np.zeros((size, size))
        for i, j in combinations_with_replacement(range(size), 2):
            value = aggregate.total(f"c{i}_{j}") / UNIT / rows - self.mean[i] * self.mean[j]
            self.covariance[i, j] = self.covariance[j, i] = value


def _apart(old: _Moments, new: _Moments, params: Params) -> Finding:
    """AUC of Fisher's linear classifier, from the unbiased Mahalanobis distance.

    For normal columns AUC = Φ(D/√2); p of Hotelling's T² (Hotelling 1931). Constant columns
    are left out by a ridge of 1e-9.
    """
    m, n = old.n, new.n
    pooled = (m * old.covariance + n * new.covariance) / (m + n - 2)
    live = np.flatnonzero(np.diag(pooled) > 1e-9)
    size = len(live)
    shift = (new.mean - old.mean)[live]
    matrix = pooled[np.ix_(live, live)] + 1e-9 * np.eye(size)
    raw = float(shift @ np.linalg.solve(matrix, shift)) if size else 0.0
    noise = size * (1 / m + 1 / n)
    freedom = m + n - size - 1
    square = max(0.0, raw * (freedom - 2) / (m + n - 2) - noise)
    statistic = raw * m * n / (m + n) * freedom / (size * (m + n - 2)) if size else 0.0
    spread = sqrt(4 * square * (1 / m + 1 / n) + 2 * size * (1 / m + 1 / n) ** 2)
    low, high = (max(0.0, square + sign * Z95 * spread) for sign in (-1, 1))
    value, least, most = (float(ndtr(sqrt(d) / sqrt(2))) for d in (square, low, high))
    return Finding(
        metric="AUC between the tables",
        slice="",
        estimate=value,
        low=least,
        high=most,
        n=n,
        method="Fisher's linear classifier from second moments, less its bias; Hotelling's test",
        limits=Limits(params["warn"], params["fail"]),
        p=float(fdtrc(size, freedom, statistic)) if size else 1.0,
        detail={"distance": sqrt(square), "columns": size, "reference_n": m},
    )


def _correlation(old: _Moments, new: _Moments, columns: list[str], params: Params) -> Finding:
    """The largest change of a correlation, by Fisher's z, adjusted for all pairs; warns only."""
    best: tuple[float, float, str] = (0.0, 0.0, "")
    pairs = 0
    before, after = (_correlations(one.covariance) for one in (old, new))
    spread = sqrt(1 / (old.n - 3) + 1 / (new.n - 3))
    for i in range(len(columns)):
        for j in range(i):
            if np.isfinite(before[i, j]) and np.isfinite(after[i, j]):
                pairs += 1
                change = abs(atanh(after[i, j]) - atanh(before[i, j]))
                best = max(
                    best, (change, after[i, j] - before[i, j], f"{columns[j]}, {columns[i]}")
                )
    change, _, names = best
    return Finding(
        metric="largest change of a correlation",
        slice=names,
        estimate=change,
        low=max(0.0, change - Z95 * spread),
        high=change + Z95 * spread,
        n=new.n,
        method="Fisher's z, p for all pairs together; warns only",
        limits=Limits(params["correlation_warn"], 1e9),
        p=min(1.0, 2 * pairs * upper_tail(change / spread)),
    )


def _correlations(covariance: Floats) -> Floats:
    scale = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = covariance / np.outer(scale, scale)
    return np.asarray(np.clip(found, -0.999999, 0.999999), dtype=np.float64)
