"""drift: which columns are distributed differently from the reference, and how much."""

from evaluations.checks import drift_grid, drift_levels
from evaluations.checks.specs.drift import DRIFT, DRIFT_PREDICTION, DRIFT_TARGET
from evaluations.engine.expressions import NUMERIC, rows_of
from evaluations.engine.findings import Decision, Finding, Outcome, conclude, crossed, number
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

CATEGORICAL = frozenset({"text", "boolean"})


class Drift:
    """Grid counts of numeric columns and level counts of the others, in both tables."""

    spec = DRIFT

    def columns(self, roles: Roles) -> tuple[str, ...]:
        """The columns to compare."""
        return roles.features

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        numeric = [c for c in self.columns(roles) if schema.get(c) in NUMERIC]
        levels = [c for c in self.columns(roles) if schema.get(c) in CATEGORICAL]
        return {
            "grids": drift_grid.freeze(query, table, numeric),
            "levels": {c: drift_levels.freeze(query, table, c, schema[c]) for c in levels},
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans = {"rows": Plan((), table.agg(n=table.count()))}
        for column, frozen in baseline["grids"].items():
            if schema.get(column) in NUMERIC:
                expression = drift_grid.grid(table, column, frozen)
                plans[f"grid:{column}"] = Plan(("b", "a"), expression)
        for column, frozen in baseline["levels"].items():
            if schema.get(column) in CATEGORICAL:
                expression = drift_levels.counts(table, column, schema[column], frozen)
                plans[f"levels:{column}"] = Plan(("v",), expression)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        for column in self.columns(evidence.roles):
            drafts += _column(column, evidence, params)
        findings = conclude(drafts)
        return Decision(findings, _headline(findings))


class DriftPrediction(Drift):
    """Drift of what the model says."""

    spec = DRIFT_PREDICTION

    def columns(self, roles: Roles) -> tuple[str, ...]:
        return (*roles.named("y_score"), *roles.named("y_pred"))


class DriftTarget(Drift):
    """Drift of what is true."""

    spec = DRIFT_TARGET

    def columns(self, roles: Roles) -> tuple[str, ...]:
        return roles.named("y_true")


def _column(column: str, evidence: Evidence, params: Params) -> list[Finding]:
    reference = evidence.reference or {}
    for prefix in ("grid", "levels"):
        name = f"{prefix}:{column}"
        if name in reference and name in evidence.current:
            ref, cur = reference[name], evidence.current[name]
            if prefix == "grid":
                return [drift_grid.finding(column, ref, cur, params)]
            frozen = evidence.baseline["levels"][column]
            return drift_levels.findings(column, ref, cur, frozen, params)
    why = evidence.skipped.get(column, "it could not be compared")
    return [
        Finding(
            metric="PSI",
            slice=column,
            estimate=None,
            low=None,
            high=None,
            n=0,
            method="not computed",
            outcome=Outcome.INCONCLUSIVE,
            reason=f"{column}: {why}.",
        )
    ]


def _headline(findings: list[Finding]) -> str:
    columns = {f.slice for f in findings}
    drifted = {f.slice for f in findings if f.outcome in (Outcome.FAIL, Outcome.WARN)}
    unclear = {f.slice for f in findings if f.outcome is Outcome.INCONCLUSIVE} - drifted
    if drifted:
        largest = max(
            (f for f in findings if f.outcome in (Outcome.FAIL, Outcome.WARN)), key=_excess
        )
        return (
            f"Drift found in {len(drifted)} of {len(columns)} columns; the largest is "
            f"{largest.slice} ({largest.metric} {number(largest.estimate)}, "
            f"limit {number(crossed(largest))})"
        )
    if unclear:
        return (
            f"No drift shown, but {len(unclear)} of {len(columns)} columns could not be judged; "
            "more rows would decide it"
        )
    return f"No drift in {len(columns)} columns"


def _excess(finding: Finding) -> tuple[bool, float]:
    """Order by verdict first, then by how many times the fail limit the figure is."""
    limit = finding.limits.fail if finding.limits else 1.0
    return finding.outcome is Outcome.FAIL, (finding.estimate or 0.0) / (limit or 1.0)
