"""perf.classification: is the predicted label right often enough, and still as often?"""

from math import hypot

import numpy as np

from evaluations.checks.specs.performance import CLASSIFICATION, METRIC_PARAMS
from evaluations.engine.aggregates import Aggregates
from evaluations.engine.expressions import confusion, confusion_counts, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    crossed,
    number,
)
from evaluations.engine.intervals import (
    Z95,
    below_minimum_p,
    newcombe,
    two_proportions_p,
    upper_tail,
)
from evaluations.engine.metrics import METRICS, Counts, interval, standard_error
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

MIN_CLASS = 30
DROP_METRICS = ("accuracy", "F1")


class PerfClassification:
    """Counts of the confusion table, and five metrics of them."""

    spec = CLASSIFICATION

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = confusion(table, schema, roles)
        return {
            "rows": Plan((), table.agg(n=table.count())),
            "counts": Plan((), marked.agg(**confusion_counts(marked))),
        }

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        rng = np.random.default_rng(seed)
        counts = Counts.of(evidence.current["counts"])
        drafts = [_level(counts, metric, params, rng) for metric in METRICS]
        if evidence.reference is not None:
            reference = Counts.of(evidence.reference["counts"])
            drafts += [_drop(reference, counts, metric, params, rng) for metric in DROP_METRICS]
        findings = conclude(drafts)
        return Decision(findings, _headline(findings, counts, evidence.current))


def _enough(counts: Counts) -> bool:
    classes = min(counts.positives, counts.negatives)
    return counts.n >= CLASSIFICATION.min_n and classes >= MIN_CLASS


def _level(counts: Counts, metric: str, params: Params, rng: np.random.Generator) -> Finding:
    (low, high), method = interval(counts, metric, rng)
    estimate = counts.value(metric)
    ratio = counts.ratio(metric)
    minimum = params.get(METRIC_PARAMS[metric])
    limits = None if minimum is None else Limits(minimum, minimum, "below")
    p = None
    if minimum is not None and estimate is not None:
        if ratio is not None:
            p = below_minimum_p(*ratio, minimum)
        else:
            p = upper_tail((minimum - estimate) / standard_error(counts, metric, rng))
    return Finding(
        metric=metric,
        slice="",
        estimate=estimate,
        low=low if estimate is not None else None,
        high=high if estimate is not None else None,
        n=ratio[1] if ratio else counts.n,
        method=method,
        limits=limits,
        p=p,
        enough=_enough(counts),
        detail={"tp": counts.tp, "fp": counts.fp, "fn": counts.fn, "tn": counts.tn}
        if metric == "accuracy"
        else {},
    )


def _drop(
    reference: Counts, current: Counts, metric: str, params: Params, rng: np.random.Generator
) -> Finding:
    before, after = reference.value(metric), current.value(metric)
    known = before is not None and after is not None
    drop = before - after if before is not None and after is not None else None
    old, new = reference.ratio(metric), current.ratio(metric)
    if old is not None and new is not None:
        low, high = newcombe(*old, *new)
        p, method = two_proportions_p(*old, *new), "Newcombe interval, two-proportion z test"
    else:
        spread = hypot(standard_error(reference, metric, rng), standard_error(current, metric, rng))
        low, high = (drop or 0.0) - Z95 * spread, (drop or 0.0) + Z95 * spread
        p, method = upper_tail((drop or 0.0) / spread), "bootstrap standard error on counts"
    return Finding(
        metric=f"{metric} drop",
        slice="",
        estimate=drop,
        low=low if known else None,
        high=high if known else None,
        n=current.n,
        method=method,
        limits=Limits(params["drop_warn"], params["drop_fail"]),
        p=p,
        enough=_enough(reference) and _enough(current),
    )


def _headline(findings: list[Finding], counts: Counts, current: Aggregates) -> str:
    accuracy = findings[0]
    figure = (
        f"Accuracy {number(accuracy.estimate)} "
        f"({number(accuracy.low)}–{number(accuracy.high)}), n {counts.n:,}"
    )
    if not counts.n:
        return "No row has both a label and a prediction, so nothing could be measured"
    if not any(finding.limits for finding in findings):
        return f"{figure}; no acceptance criterion and no reference, so it was not judged"
    if not _enough(counts):
        rarest = min(counts.positives, counts.negatives)
        return (
            f"{figure}; too few rows to judge: {counts.n:,} of {CLASSIFICATION.min_n} needed, "
            f"{rarest} of {MIN_CLASS} in the smaller class"
        )
    return f"{figure}; {_verdict_words(findings)}"


def _verdict_words(findings: list[Finding]) -> str:
    by = {outcome: [f for f in findings if f.outcome is outcome] for outcome in Outcome}
    for outcome, words in (
        (Outcome.FAIL, "past its limit"),
        (Outcome.WARN, "past its warning limit"),
        (Outcome.INCONCLUSIVE, "too uncertain to judge"),
    ):
        if by[outcome]:
            worst = by[outcome][0]
            limit = number(crossed(worst))
            return f"{worst.metric} {number(worst.estimate)} is {words} ({limit})"
    return "every judged figure is within its limits"
