"""perf.regression: how far off are predicted numbers, and farther than before?"""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

import ibis

from evaluations.checks.scores import clipped
from evaluations.checks.specs.accuracy import REGRESSION
from evaluations.engine.aggregates import UNIT, Aggregates
from evaluations.engine.expressions import NUMERIC, rows_of, units
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    number,
    unknown,
)
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

# Errors beyond this many spreads of the label are cut, so that sums stay within 64 bits.
CUT = 100.0
TINY = 1e-12


class PerfRegression:
    """Sums of powers of the error, in spreads of the label."""

    spec = REGRESSION

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        if any(schema.get(c) not in NUMERIC for c in (roles.y_true, roles.y_pred)):
            return {}
        y = clipped(rows_of(schema), roles.y_true)
        row = query(rows_of(schema).agg(centre=y.mean(), scale=y.std(how="pop")))
        scale = float(row["scale"][0] or 0.0)
        return {"centre": float(row["centre"][0] or 0.0), "scale": scale if scale > 0 else 1.0}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        if any(schema.get(c) not in NUMERIC for c in (roles.y_true, roles.y_pred)) or not baseline:
            return {}
        table = rows_of(schema)
        y, p = clipped(table, roles.y_true), clipped(table, roles.y_pred)
        marked = table.mutate(
            e=(p - y) / baseline["scale"], t=(y - baseline["centre"]) / baseline["scale"]
        )
        marked = marked.filter(marked.e.notnull())
        cut = (marked.e.abs() > CUT) | (marked.t.abs() > CUT)
        low, high = ibis.literal(-CUT), ibis.literal(CUT)
        small = marked.mutate(
            e=ibis.least(ibis.greatest(marked.e, low), high),
            t=ibis.least(ibis.greatest(marked.t, low), high),
            cut=cut.cast("int64"),
        )
        e, t = small.e, small.t
        powers = {"e": e, "a": e.abs(), "e2": e * e, "e4": e * e * e * e, "t": t, "t2": t * t}
        sums: dict[str, Any] = {name: units(value).sum() for name, value in powers.items()}
        return {"sums": Plan((), small.agg(n=small.count(), cut=small.cut.sum(), **sums))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        now = _Errors.of(evidence.current, evidence.baseline)
        if now is None:
            reason = "Label and prediction must be numbers; this check does not apply"
            return decided([unknown("MAE", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        if not now.n:
            return decided([unknown("MAE", "", 0, "No row has both label and prediction")], "")
        before = _Errors.of(evidence.reference or {}, evidence.baseline)
        drafts = [_level("MAE", now, params), _level("RMSE", now, params), _bias(now), _r2(now)]
        if before is not None and before.n:
            drafts += [_growth(metric, before, now, params) for metric in ("MAE", "RMSE")]
        figure = f"Mean absolute error {number(now.of_metric('MAE')[0])}, n {now.n:,}"
        nothing = f"{figure}; no acceptance criterion and no reference, so it was not judged"
        return decided(conclude(drafts), f"{figure}; every judged figure is within limits", nothing)


@dataclass(frozen=True)
class _Errors:
    """Means of powers of the error, in spreads of the label."""

    n: int
    cut: int
    scale: float
    mean: dict[str, float]

    @classmethod
    def of(cls, aggregates: Aggregates, baseline: Baseline) -> "_Errors | None":
        if "sums" not in aggregates:
            return None
        sums = aggregates["sums"]
        n = sums.total("n")
        names = ("e", "a", "e2", "e4", "t", "t2")
        mean = {name: sums.total(name) / UNIT / max(n, 1) for name in names}
        return cls(n, sums.total("cut"), float(baseline["scale"]), mean)

    @property
    def enough(self) -> bool:
        return self.n >= REGRESSION.min_n and not self.cut

    def of_metric(self, metric: str) -> tuple[float, float]:
        """Value and standard error in the unit of the label (RMSE by the delta method)."""
        m = self.mean
        if metric == "MAE":
            spread = sqrt(max(0.0, m["e2"] - m["a"] ** 2) / self.n)
            return m["a"] * self.scale, spread * self.scale
        root = sqrt(m["e2"])
        spread = sqrt(max(0.0, m["e4"] - m["e2"] ** 2) / self.n) / max(2 * root, TINY)
        return root * self.scale, spread * self.scale


def _cut_reason(errors: _Errors, metric: str) -> str:
    if not errors.cut:
        return ""
    return f"{metric} is not judged: {errors.cut:,} values are infinite or absurdly far off."


def _level(metric: str, now: _Errors, params: Params) -> Finding:
    value, spread = now.of_metric(metric)
    most = params[f"max_{metric.lower()}"]
    judged = most is not None
    return Finding(
        metric=metric,
        slice="",
        estimate=value,
        low=max(0.0, value - Z95 * spread),
        high=value + Z95 * spread,
        n=now.n,
        method="normal interval" if metric == "MAE" else "delta method",
        limits=Limits(most, most) if judged else None,
        p=upper_tail((value - most) / max(spread, TINY)) if judged else None,
        enough=now.enough,
        reason=_cut_reason(now, metric) if judged else "",
    )


def _bias(now: _Errors) -> Finding:
    value = now.mean["e"] * now.scale
    half = Z95 * sqrt(max(0.0, now.mean["e2"] - now.mean["e"] ** 2) / now.n) * now.scale
    return Finding("mean error", "", value, value - half, value + half, now.n, "normal interval")


def _r2(now: _Errors) -> Finding:
    m = now.mean
    around = m["t2"] - m["t"] ** 2
    value = 1 - m["e2"] / around if around > TINY else None
    return Finding("R2", "", value, None, None, now.n, "one less share of the label's variance")


def _growth(metric: str, before: _Errors, now: _Errors, params: Params) -> Finding:
    """Relative growth of an error against the reference, with a log-ratio interval."""
    (old, old_spread), (new, new_spread) = before.of_metric(metric), now.of_metric(metric)
    method = "log ratio of two independent errors"
    limits = Limits(params["growth_warn"], params["growth_fail"])
    if old <= 0 or new <= 0:
        return Finding(f"{metric} growth", "", None, None, None, now.n, method, limits,
                       enough=False, reason=f"{metric} is zero in one table.")  # fmt: skip
    spread = sqrt((old_spread / old) ** 2 + (new_spread / new) ** 2)
    ratio = log(new / old)
    return Finding(
        metric=f"{metric} growth",
        slice="",
        estimate=exp(ratio) - 1,
        low=exp(ratio - Z95 * spread) - 1,
        high=exp(ratio + Z95 * spread) - 1,
        n=now.n,
        method=method,
        limits=limits,
        p=upper_tail(ratio / max(spread, TINY)),
        enough=before.enough and now.enough,
        reason=_cut_reason(now, metric) or _cut_reason(before, metric),
    )
