"""leakage.overlap: are rows of the test table also in the training table?"""

import ibis

from evaluations.checks.data_freshness import TIMES, seconds
from evaluations.checks.specs.leakage import OVERLAP
from evaluations.engine.expressions import NUMERIC, TYPES, rows_of
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

MOST_COLUMNS = 200
NEVER = 2.0


class LeakageOverlap:
    """Rows of the current table that the reference (training) table has too."""

    spec = OVERLAP

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        baseline: Baseline = {"kinds": dict(schema), "newest": None}
        if schema.get(roles.time) in TIMES:
            table = rows_of(schema)
            baseline["newest"] = query(table.agg(t=seconds(table, roles.time).max()))["t"][0]
        return baseline

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans = {"rows": Plan((), table.agg(n=table.count()))}
        features = [c for c in roles.features if _comparable(c, schema, baseline)]
        if features:
            plans["shared"] = Plan((), _shared(table, features[:MOST_COLUMNS], baseline))
        if _comparable(roles.id, schema, baseline):
            plans["ids"] = Plan((), _shared(table, [roles.id], baseline))
        if baseline["newest"] is not None and schema.get(roles.time) in TIMES:
            before = seconds(table, roles.time) <= int(baseline["newest"])
            counted = before.cast("int64").sum().coalesce(0).cast("int64")
            plans["before"] = Plan((), table.agg(n=counted))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        current = evidence.current
        n = current["rows"].total("n")
        drafts: list[Finding] = []
        for name, metric, limits, method in (
            ("shared", "shared rows", Limits(0.0, params["row_fail"]), "equal in all columns"),
            ("ids", "shared identifiers", Limits(0.0, 0.0), "same identifier in both tables"),
            ("before", "rows not after training", Limits(0.0, NEVER),
             "not newer than the newest training row"),
        ):  # fmt: skip
            if name not in current:
                continue
            columns = current[name].columns
            seen = current[name].total("rows") if "rows" in columns else n
            if not seen:
                reason = f"{metric}: every value to compare rows by is missing"
                drafts.append(unknown(metric, "", n, reason))
            else:
                drafts.append(
                    fact(metric, "", current[name].total("n") / seen, seen, limits, method)
                )
        if not drafts:
            reason = "The two tables have no column of the same kind to compare rows by"
            return decided([unknown("shared rows", "", n, reason, Outcome.NOT_APPLICABLE)], "")
        return decided(conclude(drafts), "No row of the table is in the training table")


def _comparable(column: str, schema: Schema, baseline: Baseline) -> bool:
    kinds = baseline["kinds"]
    if not column or column not in schema or column not in kinds:
        return False
    mine, other = schema[column], kinds[column]
    return bool(mine == other or (mine in NUMERIC and other in NUMERIC))


def _shared(table: Expression, columns: list[str], baseline: Baseline) -> Expression:
    """Rows of `rows` that have an equal row in `base_rows`; missing equals missing.

    A row that is missing in all columns counts as no row; `rows` are those that do.
    """
    base = ibis.table({c: TYPES[baseline["kinds"][c]] for c in columns}, name="base_rows")
    mine = table.select(*columns)
    mine = mine.filter(ibis.or_(*[mine[c].notnull() for c in columns]))
    known = base.select(*columns).distinct()
    both = mine.semi_join(known, [mine[c].identical_to(known[c]) for c in columns])
    found = both.mutate(n=ibis.literal(1), rows=ibis.literal(0)).select("n", "rows")
    whole = mine.mutate(n=ibis.literal(0), rows=ibis.literal(1)).select("n", "rows")
    counted = found.union(whole)
    sums = {name: counted[name].sum().coalesce(0).cast("int64") for name in ("n", "rows")}
    return counted.agg(**sums)
