"""label.noise: which share of the labels does the model, out of fold, confidently contradict?"""

from typing import Any

import ibis

from evaluations.checks import marks
from evaluations.checks.specs.data_labels import NOISE
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import level, number, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    fact,
    unknown,
)
from evaluations.engine.intervals import above_maximum_p, wilson
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

MOST_CLASSES = 50
NOT_POSITIVE = "(not positive)"


class LabelNoise:
    """The confident joint: given label by suggested label."""

    spec = NOISE

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        """Classes with their columns, and the mean score of each class among its own rows."""
        table = rows_of(schema)
        columns = _columns(query, table, schema, roles)
        thresholds: dict[str, float] = {}
        for name, column in columns.items():
            own = _given(table, schema, roles, columns) == name
            score = _score(table, column, roles)
            mean = query(table.filter(own).agg(m=score.mean()))["m"][0] if columns else None
            if mean is not None:
                thresholds[name] = float(mean)
        return {
            "columns": columns,
            "thresholds": thresholds,
            "every": marks.freeze(query, table),
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        columns, thresholds = baseline["columns"], baseline["thresholds"]
        if len(thresholds) < 2:
            return {}
        table = rows_of(schema)
        marked = table.mutate(given=_given(table, schema, roles, columns))
        best, chosen = ibis.literal(-1.0), ibis.literal("")
        for name in sorted(thresholds):
            score = _score(marked, columns[name], roles)
            better = (score >= thresholds[name]) & (score > best)
            chosen = better.ifelse(ibis.literal(name), chosen)
            best = better.ifelse(score, best)
        marked = marked.filter(marked.given.notnull()).mutate(suggested=chosen)
        counted = marked.group_by(["given", "suggested"]).agg(k=marked.count())
        plans = {"joint": Plan(("given", "suggested"), counted)}
        features = [c for c in roles.features if c in schema][:200]
        if features:
            y = (marked.given == sorted(thresholds)[0]).cast("int64")
            repeats = marks.repeated(marked.mutate(y=y), features, schema, baseline["every"], y="y")
            plans["repeats"] = Plan(("h",), repeats)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        if "joint" not in evidence.current:
            reason = "Fewer than two classes have a score column whose name ends with their label"
            return decided([unknown("contradicted labels", "", 0, reason,
                                    Outcome.NOT_APPLICABLE)], "")  # fmt: skip
        drafts = [_share(evidence.current["joint"], params)]
        if "repeats" in evidence.current:
            drafts.append(_conflicting(evidence.current["repeats"], params))
        return decided(conclude(drafts), "Few labels are confidently contradicted")


def _columns(query: Query, table: Expression, schema: Schema, roles: Roles) -> dict[str, str]:
    """The score column of each class; the longest label that a column's name ends with."""
    if not roles.class_scores:
        return {roles.positive: roles.y_score, NOT_POSITIVE: ""}
    marked = table.mutate(v=level(table, roles.y_true, schema[roles.y_true]))
    marked = marked.filter(marked.v.notnull())
    labels = marked.group_by("v").agg(k=marked.count())
    found = query(labels.order_by([labels.k.desc(), "v"]).limit(MOST_CLASSES))
    names = sorted((str(v) for v in found["v"]), key=len, reverse=True)
    columns: dict[str, str] = {}
    for column in roles.class_scores:
        name = next((n for n in names if column in schema and column.endswith(n)), None)
        if name is not None:
            columns.setdefault(name, column)
    return columns


def _given(table: Expression, schema: Schema, roles: Roles, columns: dict[str, str]) -> Expression:
    value = level(table, roles.y_true, schema[roles.y_true])
    if NOT_POSITIVE not in columns:
        return value
    return ibis.cases((value.isnull(), ibis.null("string")), (value == roles.positive, value),
                      else_=NOT_POSITIVE)  # fmt: skip


def _score(table: Expression, column: str, roles: Roles) -> Expression:
    return number(table, column) if column else 1 - number(table, roles.y_score)


def _share(joint: Aggregate, params: Params) -> Finding:
    """Off-diagonal share of the confident joint (Northcutt, Jiang & Chuang 2021)."""
    cells = list(zip(*(joint.columns[c] for c in ("given", "suggested", "k")), strict=True))
    n = sum(k for _, _, k in cells)
    wrong = sum(k for given, suggested, k in cells if suggested and suggested != given)
    low, high = wilson(wrong, n)
    rows: list[list[Any]] = sorted(
        (
            [given, suggested, k]
            for given, suggested, k in cells
            if suggested and suggested != given
        ),
        key=lambda row: -row[2],
    )
    head = ["Given label", "Suggested label", "n"]
    return Finding(
        metric="contradicted labels",
        slice="",
        estimate=wrong / n if n else None,
        low=low if n else None,
        high=high if n else None,
        n=n,
        method="confident joint; Wilson interval, score test",
        limits=Limits(params["warn"], params["fail"]),
        p=above_maximum_p(wrong, n, params["warn"]) if n else None,
        enough=n >= NOISE.min_n,
        detail={
            "rows": wrong,
            "table": {"title": "Contradicted labels", "head": head, "rows": rows[:20]},
        },
    )


def _conflicting(repeats: Aggregate, params: Params) -> Finding:
    """Rows whose twins, equal in all features, bear another label."""
    pairs = list(zip(repeats.columns["k"], repeats.columns["y"], strict=True))
    n = sum(k for k, _ in pairs)
    conflict = sum(k for k, y in pairs if 0 < (y or 0) < k)
    return fact("equal rows with unequal labels", "", conflict / max(n, 1), n,
                Limits(params["warn"], 2.0), "by fingerprint of the features",
                detail={"rows": conflict})  # fmt: skip
