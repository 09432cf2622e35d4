"""fairness.calibration: does a score mean the same for every group?"""

from math import sqrt
from typing import Any

from evaluations.checks import fairness_groups, groups, scores
from evaluations.checks.specs.fairness import GROUP_CALIBRATION
from evaluations.engine.aggregates import UNIT, Aggregate
from evaluations.engine.expressions import is_label, number, rows_of, units
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.intervals import Z95, upper_tail, wilson
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

BINS = 15
SUMS = ("n", "y", "s", "sq")


class FairnessCalibration:
    """Fifteen score bins per group with rows, labels, scores and squared distances."""

    spec = GROUP_CALIBRATION

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return fairness_groups.freeze(query, schema, roles)

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(
            y=is_label(table, roles.y_true, schema[roles.y_true], roles.positive),
            s=number(table, roles.y_score),
        )
        marked = marked.filter(marked.y.notnull() & marked.s.between(0, 1))
        marked = marked.mutate(b=scores.bin_of(marked.s, {"low": 0.0, "high": 1.0}, BINS))
        plans = {}
        for name, columns in fairness_groups.groupings(baseline).items():
            of = {c: (schema[c], baseline[c]) for c in columns if c in schema}
            if len(of) == len(columns):
                grouped = marked.mutate(v=groups.joined(marked, of))
                apart = grouped.s - grouped.y.cast("float64")
                aggregate = grouped.group_by(["v", "b"]).agg(
                    n=grouped.count(),
                    y=grouped.y.sum().cast("int64"),
                    s=units(grouped.s).sum().cast("int64"),
                    sq=units(apart * apart).sum().cast("int64"),
                )
                plans[f"group:{name}"] = Plan(("v", "b"), aggregate)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        for name, aggregate in sorted(evidence.current.items()):
            drafts += _grouping(name.partition(":")[2], aggregate, params)
        if not drafts:
            reason = "No sensitive column is there to compare groups by"
            return decided([unknown("calibration gap", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        return decided(conclude(drafts), f"Scores mean the same in all {len(drafts)} groups")


def _grouping(name: str, aggregate: Aggregate, params: Params) -> list[Finding]:
    cells: dict[str, dict[str, float]] = {}
    tables: dict[str, list[dict[str, float]]] = {}
    columns = aggregate.columns
    for i, v in enumerate(columns["v"]):
        figures = {key: float(columns[key][i] or 0) for key in SUMS}
        figures["s"], figures["sq"] = figures["s"] / UNIT, figures["sq"] / UNIT
        cell = cells.setdefault(str(v), dict.fromkeys(SUMS, 0.0))
        for key in SUMS:
            cell[key] += figures[key]
        tables.setdefault(str(v), []).append(_point(figures))
    if len(cells) < 2:
        reason = f"{name} has one group only, so there is nothing to compare"
        return [unknown("calibration gap", name, 0, reason, Outcome.NOT_APPLICABLE)]
    whole = {key: sum(cell[key] for cell in cells.values()) for key in SUMS}
    return [_gap(f"{name} = {g}", cell, whole, tables[g], params) for g, cell in cells.items()]


def _point(figures: dict[str, float]) -> dict[str, float]:
    n, y = int(figures["n"]), int(figures["y"])
    low, high = wilson(y, n)
    return {"score": figures["s"] / n, "rate": y / n, "low": low, "high": high, "n": n}


def _gap(
    where: str,
    cell: dict[str, float],
    whole: dict[str, float],
    table: list[dict[str, float]],
    params: Params,
) -> Finding:
    """Mean score less rate of positives, in the group less the same of all others."""
    rest = {key: whole[key] - cell[key] for key in whole}
    limits = Limits(params["warn"], params["fail"])
    method = "mean score less observed rate, group less all others; normal interval"
    if not rest["n"] or not cell["n"]:
        return Finding("calibration gap", where, None, None, None, int(cell["n"]), method, limits,
                       enough=False)  # fmt: skip
    mine, others = ((g["s"] - g["y"]) / g["n"] for g in (cell, rest))
    spread = sqrt(
        sum(max(0.0, g["sq"] / g["n"] - m * m) / g["n"] for g, m in ((cell, mine), (rest, others)))
    )
    gap = mine - others
    half = Z95 * spread
    detail: dict[str, Any] = {"signed": gap, "group": mine, "others": others, "reliability": table}
    return Finding(
        metric="calibration gap",
        slice=where,
        estimate=abs(gap),
        low=max(0.0, abs(gap) - half),
        high=abs(gap) + half,
        n=int(cell["n"]),
        method=method,
        limits=limits,
        p=2 * upper_tail(abs(gap) / max(spread, 1e-12)),
        enough=min(cell["n"], rest["n"]) >= GROUP_CALIBRATION.min_n,
        detail=detail,
    )
