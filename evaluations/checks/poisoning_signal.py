"""poisoning.signal: new rare values that always come with one label, and bursts of copies."""

from typing import Any

from scipy.special import bdtrc

from evaluations.checks import drift_levels, marks
from evaluations.checks.drift import CATEGORICAL
from evaluations.checks.specs.security import POISONING
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import MIXED, is_label, level, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    fact,
    softened,
    unknown,
)
from evaluations.engine.intervals import wilson
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

BUCKETS = 4096
LEAST_ROWS = 20
NEVER = 2.0
SHOWN = 10


class PoisoningSignal:
    """New values by fingerprint with their labels, and repeated rows."""

    spec = POISONING

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        columns = [c for c in roles.features if schema.get(c) in CATEGORICAL]
        known = {c: drift_levels.freeze(query, table, c, schema[c]) for c in columns}
        return {
            "levels": {c: frozen["levels"] for c, frozen in known.items() if frozen["complete"]},
            "every": marks.freeze(query, table),
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(y=is_label(table, roles.y_true, schema[roles.y_true], roles.positive))
        marked = marked.filter(marked.y.notnull())
        total = {"n": marked.count(), "y": marked.y.sum().cast("int64")}
        plans = {"rows": Plan((), marked.agg(**total))}
        for column, levels in baseline["levels"].items():
            if schema.get(column) in CATEGORICAL:
                named = marked.mutate(v=level(marked, column, schema[column]))
                new = named.filter(named.v.notnull())
                new = new.filter(~new.v.isin(levels)) if levels else new
                new = new.mutate(b=marks.bucket(new.v, BUCKETS))
                counted = new.group_by("b").agg(k=new.count(), y=new.y.sum().cast("int64"))
                plans[f"new:{column}"] = Plan(("b",), counted)
        features = [c for c in roles.features if c in schema][:200]
        repeats = marks.repeated(marked, features, schema, baseline["every"], y="y")
        plans["repeats"] = Plan(("h",), repeats)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        rows = evidence.current["rows"]
        n, y = rows.total("n"), rows.total("y")
        if not n:
            return decided([unknown("label purity", "", 0, "No row has a label")], "")
        drafts: list[Finding] = []
        for name, aggregate in sorted(evidence.current.items()):
            kind, _, column = name.partition(":")
            if kind == "new":
                drafts += _pure(column, aggregate, y / n, params)
        drafts.append(_burst(evidence, params))
        findings = softened(conclude(drafts))
        judged = [f for f in findings if f.outcome is not Outcome.INCONCLUSIVE][:SHOWN]
        judged += [
            unknown("new values", column, n, f"{column}: {MIXED}")
            for column in evidence.roles.features
            if evidence.skipped.get(column) == MIXED
        ]
        return decided(judged, "No new value stands with one label only, and no burst of copies")


def _pure(column: str, new: Aggregate, base: float, params: Params) -> list[Finding]:
    """New values whose rows nearly all bear one label, far beyond what chance would give."""
    found = []
    columns = new.columns
    for b, k, y in zip(columns["b"], columns["k"], columns["y"], strict=True):
        if k < LEAST_ROWS:
            continue
        same, rate = (y, base) if y * 2 >= k else (k - y, 1 - base)
        low, high = wilson(same, k)
        found.append(
            Finding(
                metric="label purity of a new value",
                slice=f"{column}, fingerprint {b:03x}",
                estimate=same / k,
                low=low,
                high=high,
                n=k,
                method="Wilson interval; binomial test against the base rate",
                limits=Limits(params["purity_warn"], NEVER),
                p=float(bdtrc(same - 1, k, rate)) if same else 1.0,
            )
        )
    return found


def _burst(evidence: Evidence, params: Params) -> Finding:
    """The most repeated row, in the share of rows, less the same of the reference."""
    share, n = _largest(evidence.current["repeats"])
    before = 0.0
    if evidence.reference and "repeats" in evidence.reference:
        before, _ = _largest(evidence.reference["repeats"])
    detail: dict[str, Any] = {"current": share, "reference": before}
    return fact("growth of the largest group of copies", "", max(0.0, share - before), n,
                Limits(params["burst_warn"], NEVER), "by fingerprint", detail=detail)  # fmt: skip


def _largest(repeats: Aggregate) -> tuple[float, int]:
    n = repeats.total("k")
    return max(repeats.columns["k"], default=0) / max(n, 1), n
