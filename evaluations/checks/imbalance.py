"""imbalance: are all classes, and all groups in each class, there to learn from?"""

from evaluations.checks import groups
from evaluations.checks.specs.data import IMBALANCE
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import rows_of
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
from evaluations.engine.intervals import below_minimum_p, wilson
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema


class Imbalance:
    """Rows per class, and per class and group."""

    spec = IMBALANCE

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        columns = dict.fromkeys([roles.y_true, *roles.sensitive, *roles.slices])
        return {
            c: groups.freeze(query, table, c, schema[c], IMBALANCE.min_n, 20)
            for c in columns
            if c in schema
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        target = roles.y_true
        marked = table.filter(table[target].notnull())
        marked = marked.mutate(y=groups.label(marked, target, schema[target], baseline[target]))
        plans = {"classes": Plan(("y",), marked.group_by("y").agg(k=marked.count()))}
        for column, bands in baseline.items():
            if column != target and column in schema:
                cells = marked.mutate(v=groups.label(marked, column, schema[column], bands))
                counted = cells.group_by(["v", "y"]).agg(k=cells.count())
                plans[f"cells:{column}"] = Plan(("v", "y"), counted)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        classes = evidence.current["classes"]
        counts = dict(zip(classes.columns["y"], classes.columns["k"], strict=True))
        if len(counts) < 2:
            reason = "There is one class only, so nothing can be learned or measured"
            n = sum(counts.values())
            return decided([unknown("share of the rarest class", "", n, reason, Outcome.FAIL)], "")
        drafts = [_rarest(counts, params)]
        for name, aggregate in sorted(evidence.current.items()):
            if name.startswith("cells:"):
                drafts.append(_cells(name.partition(":")[2], aggregate, list(counts), params))
        return decided(conclude(drafts), f"All {len(counts)} classes have their rows")


def _rarest(counts: dict[str, int], params: Params) -> Finding:
    n = sum(counts.values())
    name, k = min(counts.items(), key=lambda pair: (pair[1], pair[0]))
    low, high = wilson(k, n)
    rows = [[label, count, round(count / n, 4)] for label, count in counts.items()]
    return Finding(
        metric="share of the rarest class",
        slice=str(name),
        estimate=k / n,
        low=low,
        high=high,
        n=n,
        method="Wilson interval, score test",
        limits=Limits(params["warn"], params["fail"], "below"),
        p=below_minimum_p(k, n, params["warn"]),
        enough=n >= IMBALANCE.min_n,
        detail={"table": {"title": "Classes", "head": ["Class", "n", "share"], "rows": rows}},
    )


def _cells(column: str, aggregate: Aggregate, classes: list[str], params: Params) -> Finding:
    """The smallest cell of groups and classes; a cell that nobody is in counts zero."""
    cells = dict(
        zip(
            zip(aggregate.columns["v"], aggregate.columns["y"], strict=True),
            aggregate.columns["k"],
            strict=True,
        )
    )
    names = sorted({v for v, _ in cells})
    rows = [[v, *(cells.get((v, y), 0) for y in classes)] for v in names]
    v, y = min(((v, y) for v in names for y in classes), key=lambda key: (cells.get(key, 0), key))
    return fact(
        "rows in the smallest cell",
        f"{column} = {v}, class {y}",
        float(cells.get((v, y), 0)),
        sum(cells.values()),
        Limits(params["cell_warn"], 1.0, "below"),
        "counted",
        detail={"table": {"title": f"{column} by class", "head": [column, *classes], "rows": rows}},
    )
