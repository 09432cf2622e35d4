"""perf.estimated: how well is the model doing where no label has arrived yet?"""

from dataclasses import dataclass
from math import hypot

import numpy as np

from evaluations.checks import scores
from evaluations.checks.specs.estimates import ESTIMATED
from evaluations.engine.expressions import is_label, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    conclude,
    decided,
    softened,
    unknown,
)
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema
from evaluations.engine.ranking import Auc, Floats, ScoreBins, auc, monotone

ASSUMED = "assuming that a score still means what it meant in the reference (no concept drift)"


class PerfEstimated:
    """Rows per score bin in the current table; rows and positives in the reference."""

    spec = ESTIMATED

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return scores.freeze(query, rows_of(schema), roles.y_score)

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(s=scores.clipped(table, roles.y_score))
        marked = marked.filter(marked.s.notnull())
        marked = marked.mutate(b=scores.bin_of(marked.s, baseline))
        ends = {"n": marked.count(), "lo": marked.s.min(), "hi": marked.s.max()}
        plans = {"scores": Plan(("b",), marked.group_by("b").agg(**ends))}
        if roles.y_true in schema:
            y = is_label(marked, roles.y_true, schema[roles.y_true], roles.positive)
            known = marked.mutate(y=y)
            known = known.filter(known.y.notnull())
            plans["bins"] = Plan(("b",), scores.counted(known))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        reference = evidence.reference or {}
        if "bins" not in reference or not len(reference["bins"]):
            reason = "The reference has no labels, so scores cannot be given a meaning"
            return decided([unknown("estimated AUC", "", 0, reason)], "")
        now = evidence.current["scores"]
        before = ScoreBins.of(reference["bins"])
        fit = _Fit.of(before)
        rows = np.array(now.columns["n"], dtype=np.float64)
        chance = fit.at(np.array(now.columns["b"], dtype=np.float64))
        old = auc(before.positive, before.negative, before.point)
        new = auc(rows * chance, rows * (1 - chance))
        n = int(rows.sum())
        if old is None or new is None:
            reason = "One class only is known or expected, so no ranking can be estimated"
            return decided([unknown("estimated AUC", "", n, reason)], "")
        found = softened(conclude([_level(new, n), _drop(old, new, before, n, params)]))
        figure = f"Estimated AUC {words(new.value)} against {words(old.value)} in the reference"
        return decided(found, f"{figure}, {ASSUMED}")


@dataclass(frozen=True)
class _Fit:
    """Chance of a positive per bin, monotone in the score; between bins by straight line."""

    group: Floats
    chance: Floats

    @classmethod
    def of(cls, bins: ScoreBins) -> "_Fit":
        rows = bins.positive + bins.negative
        return cls(bins.group.astype(np.float64), monotone(bins.positive / rows, rows))

    def at(self, group: Floats) -> Floats:
        return np.asarray(np.interp(group, self.group, self.chance), dtype=np.float64)


def _level(new: Auc, n: int) -> Finding:
    half = Z95 * new.spread
    return Finding("estimated AUC", "", new.value, max(0.0, new.value - half),
                   min(1.0, new.value + half), n, f"CBPE on bins, {ASSUMED}")  # fmt: skip


def _drop(old: Auc, new: Auc, before: ScoreBins, n: int, params: Params) -> Finding:
    spread = hypot(old.spread, new.spread)
    drop = old.value - new.value
    half = Z95 * spread + old.error
    classes = min(before.positives, before.negatives)
    return Finding(
        metric="estimated drop of AUC",
        slice="",
        estimate=drop,
        low=drop - half,
        high=drop + half,
        n=n,
        method=f"realised AUC of the reference less CBPE, {ASSUMED}",
        limits=Limits(params["warn"], 1.0),
        p=upper_tail(drop / max(spread, 1e-12)),
        enough=classes >= 50 and n >= ESTIMATED.min_n,
    )
