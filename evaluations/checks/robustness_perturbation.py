"""robustness.perturbation: does the decision flip when the row is changed a little?"""

from evaluations.checks.specs.security import PERTURBATION
from evaluations.engine.expressions import NUMERIC, level, number, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
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


class RobustnessPerturbation:
    """Rows whose decision differs from that on a changed copy."""

    spec = PERTURBATION

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return {}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans = {}
        for column in roles.perturbed:
            flipped = _flipped(table, column, schema, roles, float(params["threshold"]))
            if flipped is not None:
                counts = {
                    "n": flipped.count(),
                    "flips": flipped.cast("int64").sum().coalesce(0).cast("int64"),
                }
                plans[f"copy:{column}"] = Plan((), table.agg(**counts))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts = []
        for column in evidence.roles.perturbed:
            counts = evidence.current.get(f"copy:{column}")
            if counts is None:
                reason = f"{column} is neither a predicted label nor a score as the original is"
                drafts.append(unknown("flip rate", column, 0, reason))
            else:
                drafts.append(_rate(column, counts.total("flips"), counts.total("n"), params))
        if not drafts:
            reason = "No column holds predictions on changed copies"
            return decided([unknown("flip rate", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        return decided(conclude(drafts), f"Decisions hold under {len(drafts)} perturbations")


def _flipped(
    table: Expression, column: str, schema: Schema, roles: Roles, threshold: float
) -> Expression | None:
    """Whether the two decisions differ: by label when there are labels, else by threshold."""
    if column not in schema:
        return None
    scored = schema[column] == "number" and schema.get(roles.y_score) in NUMERIC
    if scored:
        sides = (number(table, c) >= threshold for c in (column, roles.y_score))
        first, second = sides
        return first != second
    if roles.y_pred not in schema:
        return None
    first, second = (level(table, c, schema[c]) for c in (column, roles.y_pred))
    return first != second


def _rate(column: str, flips: int, n: int, params: Params) -> Finding:
    low, high = wilson(flips, n)
    warn = params["warn"]
    return Finding(
        metric="flip rate",
        slice=column,
        estimate=flips / n if n else None,
        low=low if n else None,
        high=high if n else None,
        n=n,
        method="Wilson interval, score test",
        limits=Limits(warn, params["fail"]),
        p=above_maximum_p(flips, n, warn) if n else None,
        enough=n >= PERTURBATION.min_n,
        detail={"flips": flips},
    )
