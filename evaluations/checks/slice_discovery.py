"""slice.discovery: which parts of the table, of one or two columns, are served worst?"""

from itertools import combinations

from evaluations.checks import groups
from evaluations.checks.specs.slices import DISCOVERY
from evaluations.engine.expressions import confusion, confusion_counts, rows_of
from evaluations.engine.findings import (
    ORDER,
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    softened,
    unknown,
)
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import newcombe, two_proportions_p
from evaluations.engine.metrics import Counts
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

MOST_COLUMNS = 10
MOST_LEVELS = 8
SHOWN = 15
BETWEEN = "\x1f"
NEVER = 1.0


class SliceDiscovery:
    """Confusion counts per segment of one column and of each pair of columns."""

    spec = DISCOVERY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        names = dict.fromkeys((*roles.slices, *roles.sensitive, *roles.features))
        usable = ("integer", "number", "boolean", "text")
        columns = [c for c in names if schema.get(c) in usable][:MOST_COLUMNS]
        least = 2 * DISCOVERY.min_n
        return {c: groups.freeze(query, table, c, schema[c], least, MOST_LEVELS) for c in columns}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        marked = confusion(rows_of(schema), schema, roles)
        plans = {"counts": Plan((), marked.agg(**confusion_counts(marked)))}
        columns = sorted(c for c in baseline if c in schema)
        for names in (*combinations(columns, 1), *combinations(columns, 2)):
            of = {c: (schema[c], baseline[c]) for c in names}
            segment = marked.mutate(v=groups.joined(marked, of, BETWEEN))
            grouped = segment.group_by("v").agg(**confusion_counts(segment))
            plans[f"segment:{BETWEEN.join(names)}"] = Plan(("v",), grouped)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        whole = Counts.of(evidence.current["counts"])
        drafts: list[Finding] = []
        for name, aggregate in sorted(evidence.current.items()):
            kind, _, columns = name.partition(":")
            if kind != "segment":
                continue
            for value, counts in groups.counts_by_value(aggregate).items():
                pairs = zip(columns.split(BETWEEN), value.split(BETWEEN), strict=True)
                where = ", ".join(f"{c} = {v}" for c, v in pairs)
                if min(counts.n, whole.n - counts.n) >= DISCOVERY.min_n:
                    drafts.append(_gap(where, counts, whole, params))
        if not drafts:
            reason = f"No segment has {DISCOVERY.min_n} rows, so none can be judged"
            return Decision([unknown("error gap", "", whole.n, reason)], reason)
        findings = sorted(softened(conclude(drafts)), key=_badness)
        return Decision(findings[:SHOWN], _headline(findings))


def _badness(finding: Finding) -> tuple[int, float]:
    return ORDER.index(finding.outcome or Outcome.PASS), -(finding.estimate or 0.0)


def _gap(where: str, counts: Counts, whole: Counts, params: Params) -> Finding:
    """Error rate of the segment less that of all other rows."""
    wrong, n = counts.fp + counts.fn, counts.n
    rest, others = whole.fp + whole.fn - wrong, whole.n - n
    low, high = newcombe(wrong, n, rest, others)
    return Finding(
        metric="error gap",
        slice=where[:300],
        estimate=wrong / n - rest / others,
        low=low,
        high=high,
        n=n,
        method="segment less all others, Newcombe interval",
        limits=Limits(params["warn"], NEVER),
        p=two_proportions_p(wrong, n, rest, others),
        detail={"slice": wrong / n, "rest": rest / others},
    )


def _headline(findings: list[Finding]) -> str:
    bad = [f for f in findings if f.outcome is Outcome.WARN]
    if bad:
        first = bad[0]
        return (
            f"{len(bad)} of {len(findings)} segments are served worse; the weakest is "
            f"{first.slice}: error rate {words(first.detail['slice'])} against "
            f"{words(first.detail['rest'])}"
        )
    if any(f.outcome is Outcome.INCONCLUSIVE for f in findings):
        return f"No weak segment is shown among {len(findings)}, but some are too small to tell"
    return f"No weak segment among {len(findings)}"
