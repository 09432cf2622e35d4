"""tevv.power: could this table have shown the problem at all?"""

from math import sqrt
from typing import Any

from evaluations.checks import fairness_groups, groups
from evaluations.checks.specs.plan import POWER
from evaluations.engine.aggregates import Aggregates
from evaluations.engine.expressions import confusion, confusion_counts, rows_of
from evaluations.engine.findings import Decision, Finding, Limits, Outcome, decided
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import Z95
from evaluations.engine.metrics import Counts
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema
from evaluations.engine.ranking import hanley_mcneil

Z80 = 0.8416212335729143
SURE = Z95 + Z80


class TevvPower:
    """Confusion counts on the whole and per sensitive group."""

    spec = POWER

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return fairness_groups.freeze(query, schema, roles)

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        marked = confusion(rows_of(schema), schema, roles)
        plans = {"counts": Plan((), marked.agg(**confusion_counts(marked)))}
        for column, bands in baseline.items():
            if column in schema:
                grouped = marked.mutate(v=groups.label(marked, column, schema[column], bands))
                counted = grouped.group_by("v").agg(**confusion_counts(grouped))
                plans[f"group:{column}"] = Plan(("v",), counted)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        counts = Counts.of(evidence.current["counts"])
        findings = [_accuracy(counts, params), *_ranking(counts, params)]
        findings += _groups(evidence.current, params)
        worst = max((f.estimate or 0.0 for f in findings), default=0.0)
        return decided(
            findings, f"Changes of {words(worst)} and more would be seen four times in five"
        )


def detectable(p: float, n: int, m: int) -> float:
    """Difference of two proportions near `p` that is seen four times in five at 5 %.

    Normal approximation (Cohen 1988) with `p` kept half a row away from 0 and 1.
    """
    inside = min(max(p, 0.5 / max(n, 1)), 1 - 0.5 / max(n, 1))
    return SURE * sqrt(inside * (1 - inside) * (1 / n + 1 / m)) if n and m else 1.0


def _finding(metric: str, where: str, value: float, n: int, params: Params) -> Finding:
    """Warns when the smallest detectable change is above what the owner would tolerate."""
    tolerance = float(params["tolerance"])
    value = min(value, 1.0)
    past = value > tolerance
    told = f"{metric}{f' for {where}' if where else ''} is {words(value)} (n {n:,})"
    why = "above" if past else "within"
    return Finding(
        metric=metric,
        slice=where,
        estimate=value,
        low=value,
        high=value,
        n=n,
        method="two-sided 5 %, seen four times in five",
        limits=Limits(tolerance, 1.0),
        outcome=Outcome.WARN if past else Outcome.PASS,
        reason=f"{told[0].upper()}{told[1:]}; {why} the tolerance {words(tolerance)}.",
    )


def _accuracy(counts: Counts, params: Params) -> Finding:
    right = (counts.tp + counts.tn) / counts.n if counts.n else 0.5
    value = detectable(right, counts.n, counts.n)
    return _finding("smallest detectable drop of accuracy", "", value, counts.n, params)


def _ranking(counts: Counts, params: Params) -> list[Finding]:
    p, n = counts.positives, counts.negatives
    if not p or not n:
        return []
    value = SURE * sqrt(2) * hanley_mcneil(0.8, p, n)
    return [_finding("smallest detectable drop of AUC from 0.8", "", value, min(p, n), params)]


def _groups(aggregates: Aggregates, params: Params) -> list[Finding]:
    """For each group the smallest gap of true positive rates to all others."""
    findings: list[Finding] = []
    for name, aggregate in sorted(aggregates.items()):
        kind, _, column = name.partition(":")
        if kind != "group":
            continue
        by_value = groups.counts_by_value(aggregate)
        whole = groups.add(list(by_value.values()))
        hits = whole.tp / whole.positives if whole.positives else 0.5
        for value, counts in by_value.items():
            mine, others = counts.positives, whole.positives - counts.positives
            gap: Any = detectable(hits, mine, others)
            metric = "smallest detectable gap of true positive rate"
            findings.append(_finding(metric, f"{column} = {value}", gap, mine, params))
    return findings
