"""calibration: does a score of 0.8 come true eight times in ten?"""

from dataclasses import dataclass
from math import sqrt

import ibis
import numpy as np
from numpy.typing import NDArray

from evaluations.checks.specs.calibration import CALIBRATION
from evaluations.engine.aggregates import UNIT, Aggregate
from evaluations.engine.expressions import is_label, number, rows_of, units
from evaluations.engine.findings import Decision, Finding, Limits, Outcome, conclude, crossed
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import Z95, upper_tail, wilson
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

FINE = 3000
BINS = 15
DRAWS = 1000

Floats = NDArray[np.float64]


class Calibration:
    """Score bins with count, sum of labels and sum of scores."""

    spec = CALIBRATION

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(
            y=is_label(table, roles.y_true, schema[roles.y_true], roles.positive),
            s=number(table, roles.y_score),
        )
        marked = marked.filter(marked.y.notnull() & marked.s.notnull())
        inside = marked.filter((marked.s >= 0) & (marked.s <= 1))
        binned = inside.mutate(
            b=ibis.least((inside.s * FINE).floor(), ibis.literal(FINE - 1.0)).cast("int64")
        )
        y, s = binned.y.cast("float64"), binned.s
        return {
            "scored": Plan((), marked.agg(n=marked.count())),
            "bins": Plan(
                ("b",),
                binned.group_by("b").agg(
                    n=binned.count(),
                    y=binned.y.sum().cast("int64"),
                    s=units(s).sum().cast("int64"),
                    brier=units((s - y) * (s - y)).sum().cast("int64"),
                    sp_top=units((y - s) * (1 - 2 * s)).sum().cast("int64"),
                    sp_var=units(s * (1 - s) * (1 - 2 * s) * (1 - 2 * s)).sum().cast("int64"),
                ),
            ),
        }

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        bins = Bins.of(evidence.current["bins"])
        outside = evidence.current["scored"].total("n") - bins.rows
        if outside:
            return _not_probabilities(outside, bins.rows)
        if not bins.rows:
            sentence = "No row has both a label and a score, so nothing could be measured"
            return Decision(conclude([_excess(bins, params, seed)]), sentence)
        findings = conclude([_excess(bins, params, seed), _brier(bins), _spiegelhalter(bins)])
        return Decision(findings, _headline(findings[0]))


@dataclass(frozen=True)
class Bins:
    """The stored bins as arrays; sums of fractions back in their own units."""

    group: NDArray[np.int64]
    n: Floats
    y: Floats
    s: Floats
    brier: float
    sp_top: float
    sp_var: float

    @classmethod
    def of(cls, aggregate: Aggregate) -> "Bins":
        columns = aggregate.columns
        fine = np.array(columns["b"], dtype=np.int64)
        return cls(
            group=fine * BINS // FINE,
            n=np.array(columns["n"], dtype=np.float64),
            y=np.array(columns["y"], dtype=np.float64),
            s=np.array(columns["s"], dtype=np.float64) / UNIT,
            brier=aggregate.total("brier") / UNIT,
            sp_top=aggregate.total("sp_top") / UNIT,
            sp_var=aggregate.total("sp_var") / UNIT,
        )

    @property
    def rows(self) -> int:
        return int(self.n.sum())

    def coarse(self, values: Floats) -> Floats:
        """Sum fine bins (last axis) into the fifteen of the reliability table."""
        onto = np.zeros((len(self.group), BINS))
        onto[np.arange(len(self.group)), self.group] = 1.0
        return np.asarray(values @ onto, dtype=np.float64)

    def ece(self, labels: Floats) -> Floats:
        """Expected calibration error for label sums per fine bin (one table per row)."""
        gap = np.abs(self.coarse(labels) - self.coarse(self.s))
        return np.asarray(gap.sum(axis=-1) / max(self.rows, 1), dtype=np.float64)


def _excess(bins: Bins, params: Params, seed: int) -> Finding:
    """ECE less its mean under perfect calibration, with a bootstrap interval."""
    limits = Limits(params["warn"], params["fail"])
    method = "15 equal-width bins, less the mean of 1,000 calibrated simulations"
    if not bins.rows:
        return Finding("excess ECE", "", None, None, None, 0, method, limits, enough=False)
    rng = np.random.default_rng(seed)
    observed = float(bins.ece(bins.y))
    size = bins.n.astype(np.int64)
    null = bins.ece(_labels(rng, size, bins.s / bins.n))
    resampled = bins.ece(_labels(rng, size, bins.y / bins.n))
    estimate = observed - float(null.mean())
    half = Z95 * float(max(resampled.std(), null.std()))
    return Finding(
        metric="excess ECE",
        slice="",
        estimate=max(0.0, estimate),
        low=max(0.0, estimate - half),
        high=estimate + half,
        n=bins.rows,
        method=method,
        limits=limits,
        p=float((1 + (null >= observed).sum()) / (1 + DRAWS)),
        enough=bins.rows >= CALIBRATION.min_n,
        detail={"ece": observed, "null": float(null.mean()), "reliability": _table(bins)},
    )


def _labels(rng: np.random.Generator, size: NDArray[np.int64], chance: Floats) -> Floats:
    drawn = rng.binomial(size, np.clip(chance, 0.0, 1.0), size=(DRAWS, len(size)))
    return drawn.astype(np.float64)


def _table(bins: Bins) -> list[dict[str, float | int]]:
    """The reliability table: one row per non-empty bin, with a Wilson interval of the rate."""
    n, y, s = bins.coarse(bins.n), bins.coarse(bins.y), bins.coarse(bins.s)
    rows: list[dict[str, float | int]] = []
    for index in np.flatnonzero(n):
        low, high = wilson(int(y[index]), int(n[index]))
        rows.append(
            {
                "score": float(s[index] / n[index]),
                "rate": float(y[index] / n[index]),
                "low": low,
                "high": high,
                "n": int(n[index]),
            }
        )
    return rows


def _brier(bins: Bins) -> Finding:
    score = bins.brier / bins.rows
    return Finding("Brier score", "", score, None, None, bins.rows, "mean squared distance")


def _spiegelhalter(bins: Bins) -> Finding:
    """z of Spiegelhalter's test; about N(0, 1) when the scores are calibrated."""
    z = bins.sp_top / sqrt(bins.sp_var) if bins.sp_var > 0 else 0.0
    return Finding(
        metric="Spiegelhalter z",
        slice="",
        estimate=z,
        low=None,
        high=None,
        n=bins.rows,
        method="Spiegelhalter 1986, two-sided",
        p=2 * upper_tail(abs(z)),
    )


def _not_probabilities(outside: int, inside: int) -> Decision:
    sentence = (
        f"{outside:,} of {outside + inside:,} scores lie outside 0–1, so they are not "
        "probabilities; choose another column or convert them"
    )
    finding = Finding(
        metric="excess ECE",
        slice="",
        estimate=None,
        low=None,
        high=None,
        n=outside + inside,
        method="not computed",
        outcome=Outcome.ERROR,
        reason=sentence + ".",
    )
    return Decision([finding], sentence)


def _headline(finding: Finding) -> str:
    figure = (
        f"Calibration error {words(finding.detail['ece'])}, of which "
        f"{words(finding.detail['null'])} is chance"
    )
    if not finding.enough:
        return f"{figure}; {finding.n:,} rows are too few, {CALIBRATION.min_n} are needed"
    limit = crossed(finding)
    ends = {
        Outcome.FAIL: f"the excess is past the limit {words(limit)}",
        Outcome.WARN: f"the excess is past the warning limit {words(limit)}",
        Outcome.PASS: f"the excess is within {words(limit)}",
        Outcome.INCONCLUSIVE: "too uncertain to judge; more rows would decide it",
    }
    return f"{figure}; {ends[finding.outcome or Outcome.INCONCLUSIVE]}"
