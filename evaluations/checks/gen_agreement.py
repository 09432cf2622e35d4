"""gen.agreement: do raters agree beyond chance?"""

from itertools import combinations
from math import sqrt
from typing import Any

from evaluations.checks.specs.generative import AGREEMENT
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import OTHER, level, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.intervals import Z95, upper_tail
from evaluations.engine.protocol import Baseline, Evidence, Params, Plan, Query, Roles, Schema

MOST_RATERS = 8
MOST_LEVELS = 20


class GenAgreement:
    """The table of both ratings for every pair of raters."""

    spec = AGREEMENT

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table, raters = rows_of(schema), [c for c in roles.raters if c in schema][:MOST_RATERS]
        seen: dict[str, int] = {}
        for column in raters:
            marked = table.select(v=level(table, column, schema[column]))
            marked = marked.filter(marked.v.notnull())
            counted = marked.group_by("v").agg(k=marked.count())
            found = query(counted.order_by([counted.k.desc(), "v"]).limit(MOST_LEVELS + 1))
            for name, k in zip(found["v"], found["k"], strict=True):
                seen[str(name)] = seen.get(str(name), 0) + int(k)
        levels = sorted(seen, key=lambda name: (-seen[name], name))
        return {"raters": raters, "levels": levels[:MOST_LEVELS], "more": len(levels) > MOST_LEVELS}

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table, plans = rows_of(schema), {}
        for one, two in combinations([c for c in baseline["raters"] if c in schema], 2):
            both = table.select(x=level(table, one, schema[one]), y=level(table, two, schema[two]))
            both = both.filter(both.x.notnull() & both.y.notnull())
            if levels := baseline["levels"]:
                both = both.mutate(x=both.x.isin(levels).ifelse(both.x, OTHER),
                                   y=both.y.isin(levels).ifelse(both.y, OTHER))  # fmt: skip
            plans[f"pair:{one}\x1f{two}"] = Plan(
                ("x", "y"), both.group_by(["x", "y"]).agg(k=both.count())
            )
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts = []
        for name, counts in sorted(evidence.current.items()):
            one, _between, two = name.removeprefix("pair:").partition("\x1f")
            drafts.append(_pair(f"{one} – {two}", counts, params))
        if not drafts:
            reason = "Two columns of ratings are needed to compare them"
            return decided([unknown("kappa", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        if evidence.baseline["more"]:
            reason = f"There are more than {MOST_LEVELS} different ratings, so they are no classes"
            drafts = [unknown("kappa", "", drafts[0].n, reason)]
        return decided(conclude(drafts), f"{len(drafts)} pairs of raters agree beyond chance")


def kappa(cells: dict[tuple[str, str], int]) -> tuple[float, float, float, int]:
    """Kappa, its standard error, observed agreement and rows.

    Fleiss, Cohen & Everitt 1969, equation 13. Kappa is NaN when chance alone agrees wholly.
    """
    n = sum(cells.values())
    names = sorted({name for pair in cells for name in pair})
    row = {a: sum(k for (x, _y), k in cells.items() if x == a) / n for a in names}
    column = {a: sum(k for (_x, y), k in cells.items() if y == a) / n for a in names}
    seen = sum(k for (x, y), k in cells.items() if x == y) / n
    chance = sum(row[a] * column[a] for a in names)
    if chance >= 1:
        return float("nan"), float("nan"), seen, n
    value = (seen - chance) / (1 - chance)
    first = sum(
        cells.get((a, a), 0) / n * (1 - (row[a] + column[a]) * (1 - value)) ** 2 for a in names
    )
    second = (1 - value) ** 2 * sum(
        k / n * (row[y] + column[x]) ** 2 for (x, y), k in cells.items() if x != y
    )
    third = (value - chance * (1 - value)) ** 2
    variance = max(0.0, first + second - third) / ((1 - chance) ** 2 * n)
    return value, sqrt(variance), seen, n


def _pair(where: str, counts: Aggregate, params: Params) -> Finding:
    names = ("x", "y", "k")
    cells = {(x, y): int(k) for x, y, k in zip(*(counts.columns[c] for c in names), strict=True)}
    if not cells:
        return unknown("kappa", where, 0, f"No row was rated by both of {where}")
    value, error, seen, n = kappa(cells)
    past = params["warn"] - value
    p: Any = upper_tail(past / error) if error > 0 else 0.0 if past > 0 else 1.0
    undefined = "" if value == value else "All ratings are the same, so kappa is undefined."
    return Finding(
        metric="kappa",
        slice=where,
        estimate=value,
        low=max(-1.0, value - Z95 * error),
        high=min(1.0, value + Z95 * error),
        n=n,
        method="Cohen's kappa, large-sample error",
        limits=Limits(params["warn"], params["fail"], "below"),
        p=None if undefined else p,
        enough=n >= AGREEMENT.min_n and not undefined,
        reason=undefined,
        detail={"observed": seen},
    )
