"""slice.performance: is the model worse for some rows than for the rest?"""

from dataclasses import dataclass

from evaluations.checks.groups import add, counts_by_value, freeze, label
from evaluations.checks.specs.slices import SLICES
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import confusion, confusion_counts, rows_of
from evaluations.engine.findings import Decision, Finding, Limits, Outcome, conclude
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import newcombe, two_proportions_p
from evaluations.engine.metrics import Counts
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

MIN_EVENTS = 10


class SlicePerformance:
    """Confusion counts per level of each slice column, or per quarter of a numeric one."""

    spec = SLICES

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        return {
            c: freeze(query, table, c, schema[c], SLICES.min_n) for c in roles.slices if c in schema
        }

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        marked = confusion(rows_of(schema), schema, roles)
        plans = {"counts": Plan((), marked.agg(**confusion_counts(marked)))}
        for column, frozen in baseline.items():
            sliced = marked.mutate(v=label(marked, column, schema[column], frozen))
            grouped = sliced.group_by("v").agg(**confusion_counts(sliced))
            plans[f"slice:{column}"] = Plan(("v",), grouped)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        for column in evidence.roles.slices:
            aggregate = evidence.current.get(f"slice:{column}")
            if aggregate is not None:
                drafts += _column(column, aggregate, params)
        findings = conclude(drafts)
        return Decision(findings, _headline(findings))


@dataclass(frozen=True)
class _Slice:
    name: str
    counts: Counts


def _slices(column: str, aggregate: Aggregate) -> list[_Slice]:
    """The slices of a column; those below the minimum are judged together."""
    found = [_Slice(name, counts) for name, counts in counts_by_value(aggregate).items()]
    small = [one for one in found if one.counts.n < SLICES.min_n]
    large = [one for one in found if one.counts.n >= SLICES.min_n]
    if len(small) > 1 and large:
        together = add([one.counts for one in small])
        small = [_Slice(f"{len(small)} small groups together", together)]
    return [_Slice(f"{column} = {one.name}", one.counts) for one in (*large, *small)]


def _column(column: str, aggregate: Aggregate, params: Params) -> list[Finding]:
    slices = _slices(column, aggregate)
    whole = add([one.counts for one in slices])
    if len(slices) < 2:
        reason = f"{column} has one value only, so there is nothing to compare it with."
        return [
            Finding("accuracy gap", column, None, None, None, whole.n, "not computed",
                    outcome=Outcome.NOT_APPLICABLE, reason=reason)
        ]  # fmt: skip
    return [_gap(one, whole, metric, params) for one in slices for metric in ("accuracy", "recall")]


def _gap(one: _Slice, whole: Counts, metric: str, params: Params) -> Finding:
    mine, all_rows = one.counts.ratio(metric) or (0, 0), whole.ratio(metric) or (0, 0)
    rest = all_rows[0] - mine[0], all_rows[1] - mine[1]
    known = mine[1] > 0 and rest[1] > 0
    low, high = newcombe(*rest, *mine)
    events = MIN_EVENTS if metric == "recall" else SLICES.min_n
    enough = one.counts.n >= SLICES.min_n and min(mine[1], rest[1]) >= events
    return Finding(
        metric=f"{metric} gap",
        slice=one.name,
        estimate=rest[0] / rest[1] - mine[0] / mine[1] if known else None,
        low=low if known else None,
        high=high if known else None,
        n=mine[1],
        method="rest minus slice, Newcombe interval",
        limits=Limits(params["warn"], params["fail"]),
        p=two_proportions_p(*rest, *mine),
        enough=enough and known,
        detail={
            "slice": mine[0] / mine[1] if mine[1] else None,
            "rest": rest[0] / rest[1] if rest[1] else None,
        },
    )


def _headline(findings: list[Finding]) -> str:
    slices = {f.slice for f in findings}
    bad = [f for f in findings if f.outcome in (Outcome.FAIL, Outcome.WARN)]
    if bad:
        worst = max(bad, key=lambda f: (f.outcome is Outcome.FAIL, f.estimate or 0.0))
        metric = worst.metric.removesuffix(" gap")
        return (
            f"Worse in {len({f.slice for f in bad})} of {len(slices)} slices; the largest gap is "
            f"{metric} for {worst.slice}: {words(worst.detail['slice'])} against "
            f"{words(worst.detail['rest'])} for the rest"
        )
    unclear = {f.slice for f in findings if f.outcome is Outcome.INCONCLUSIVE}
    if unclear:
        return (
            f"No slice is shown to be worse, but {len(unclear)} of {len(slices)} have too few "
            "rows to tell"
        )
    return f"No gap in {len(slices)} slices"
