"""perf.ranking: do positive rows get higher scores than negative ones?"""

from math import hypot

import numpy as np

from evaluations.checks import scores
from evaluations.checks.specs.accuracy import RANKING
from evaluations.engine.aggregates import Aggregates
from evaluations.engine.expressions import is_label, rows_of
from evaluations.engine.findings import Decision, Finding, Limits, conclude, decided, number
from evaluations.engine.intervals import Z95, percentile_interval, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema
from evaluations.engine.ranking import Auc, ScoreBins, auc, average_precision

MIN_CLASS = 50
DRAWS = 200


class PerfRanking:
    """Positives and negatives per score bin."""

    spec = RANKING

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return scores.freeze(query, rows_of(schema), roles.y_score)

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(
            y=is_label(table, roles.y_true, schema[roles.y_true], roles.positive),
            s=scores.clipped(table, roles.y_score),
        )
        marked = marked.filter(marked.y.notnull() & marked.s.notnull())
        marked = marked.mutate(b=scores.bin_of(marked.s, baseline))
        return {"bins": Plan(("b",), scores.counted(marked))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        bins = _bins(evidence.current)
        now = auc(bins.positive, bins.negative, bins.point)
        if now is None:
            reason = "Only one class has scores, so nothing can be ranked"
            return decided(conclude([_empty(bins, reason)]), "")
        drafts = [_level(now, bins, params), _precision(bins, seed)]
        if evidence.reference is not None:
            drafts.append(_drop(_bins(evidence.reference), bins, now, params))
        figure = f"AUC {number(now.value)}, {bins.positives:,} positive and {bins.negatives:,} not"
        nothing = f"{figure}; no acceptance criterion and no reference, so it was not judged"
        return decided(conclude(drafts), f"{figure}; every judged figure is within limits", nothing)


def _bins(aggregates: Aggregates) -> ScoreBins:
    return ScoreBins.of(aggregates["bins"])


def enough(bins: ScoreBins) -> bool:
    """Whether both classes have the rows that a judgement of their order needs."""
    return min(bins.positives, bins.negatives) >= MIN_CLASS


def _empty(bins: ScoreBins, reason: str) -> Finding:
    n = bins.positives + bins.negatives
    return Finding("AUC", "", None, None, None, n, "not computed",
                   Limits(0, 0, "below"), enough=False, reason=f"{reason}.")  # fmt: skip


def _level(now: Auc, bins: ScoreBins, params: Params) -> Finding:
    least = params["min_auc"]
    half = Z95 * now.spread + now.error
    return Finding(
        metric="AUC",
        slice="",
        estimate=now.value,
        low=max(0.0, now.value - half),
        high=min(1.0, now.value + half),
        n=bins.positives + bins.negatives,
        method="DeLong on score bins, widened by what order inside bins can change",
        limits=None if least is None else Limits(least, least, "below"),
        p=None if least is None else upper_tail((least - now.value) / max(now.spread, 1e-12)),
        enough=enough(bins),
        detail={"bin_error": now.error, "positives": bins.positives, "curve": _curve(bins)},
    )


def _curve(bins: ScoreBins) -> list[list[float]]:
    """At most 40 points of the ROC curve: false positive rate, true positive rate."""
    tpr = np.cumsum(bins.positive[::-1]) / bins.positive.sum()
    fpr = np.cumsum(bins.negative[::-1]) / bins.negative.sum()
    at = np.unique(np.linspace(0, len(tpr) - 1, 40).astype(int))
    return [[0.0, 0.0], *([float(fpr[i]), float(tpr[i])] for i in at)]


def _precision(bins: ScoreBins, seed: int) -> Finding:
    """Average precision with a parametric bootstrap over the bins; recorded, not judged."""
    rng = np.random.default_rng(seed)
    cells = np.concatenate([bins.positive, bins.negative])
    n = int(cells.sum())
    drawn = rng.multinomial(n, cells / n, size=DRAWS).astype(np.float64)
    half = len(bins.positive)
    values = [average_precision(row[:half], row[half:]) for row in drawn]
    low, high = percentile_interval(np.array([v for v in values if v is not None]))
    value = average_precision(bins.positive, bins.negative)
    return Finding("average precision", "", value, low, high, n, f"bootstrap, {DRAWS} draws")


def _drop(before: ScoreBins, after: ScoreBins, now: Auc, params: Params) -> Finding:
    old = auc(before.positive, before.negative, before.point)
    if old is None:
        return _empty(after, "The reference has only one class, so there is no AUC to compare with")
    spread = hypot(old.spread, now.spread)
    half = Z95 * spread + old.error + now.error
    drop = old.value - now.value
    return Finding(
        metric="AUC drop",
        slice="",
        estimate=drop,
        low=drop - half,
        high=drop + half,
        n=after.positives + after.negatives,
        method="difference of two independent AUCs, DeLong",
        limits=Limits(params["drop_warn"], params["drop_fail"]),
        p=upper_tail(drop / max(spread, 1e-12)),
        enough=enough(before) and enough(after),
    )
