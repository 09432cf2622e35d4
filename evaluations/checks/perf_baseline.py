"""perf.baseline: is the new model right more often than the old one, on the same rows?"""

from evaluations.checks.specs.accuracy import BASELINE
from evaluations.engine.expressions import level, rows_of
from evaluations.engine.findings import Decision, Finding, Limits, conclude, decided, number
from evaluations.engine.intervals import mcnemar_p, paired_difference
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema


class PerfBaseline:
    """The two-by-two table of who was right."""

    spec = BASELINE

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        truth, new, old = (
            level(table, column, schema[column])
            for column in (roles.y_true, roles.y_pred, roles.y_base)
        )
        marked = table.mutate(new=(new == truth).cast("int64"), old=(old == truth).cast("int64"))
        marked = marked.filter(marked.new.notnull() & marked.old.notnull())
        right = {
            "both": marked.new * marked.old,
            "only_new": marked.new * (1 - marked.old),
            "only_old": (1 - marked.new) * marked.old,
        }
        sums = {name: value.sum().cast("int64") for name, value in right.items()}
        return {"pairs": Plan((), marked.agg(n=marked.count(), **sums))}

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        pairs = evidence.current["pairs"]
        n, both, better, worse = (
            pairs.total(name) for name in ("n", "both", "only_new", "only_old")
        )
        low, high = paired_difference(better, worse, n) if n else (None, None)
        least = params["min_gain"]
        gain = Finding(
            metric="accuracy gain",
            slice="",
            estimate=(better - worse) / n if n else None,
            low=low,
            high=high,
            n=n,
            method="Bonett-Price interval; McNemar test, mid-p",
            limits=Limits(least, least, "below"),
            p=mcnemar_p(better, worse) if n else None,
            enough=n >= BASELINE.min_n,
            detail={"table": _table(n, both, better, worse)},
        )
        (found,) = conclude([gain])
        good = (
            f"Right more often than the old model by {number(found.estimate)}: "
            f"{better:,} rows gained, {worse:,} lost"
        )
        return decided([found], good)


def _table(n: int, both: int, better: int, worse: int) -> dict[str, object]:
    return {
        "title": "Who was right",
        "head": ["", "old model right", "old model wrong"],
        "rows": [
            ["new model right", both, better],
            ["new model wrong", worse, n - both - better - worse],
        ],
    }
