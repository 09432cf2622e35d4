"""data.quality: missing, infinite, constant and repeated values, and values out of range."""

from typing import Any

from evaluations.checks import marks
from evaluations.checks.drift_grid import BATCH, EDGE
from evaluations.checks.scores import clipped
from evaluations.checks.specs.data import QUALITY
from evaluations.engine.aggregates import Aggregates
from evaluations.engine.expressions import MIXED, NUMERIC, level, rows_of
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
from evaluations.engine.intervals import (
    all_in_current_p,
    newcombe,
    two_proportions_p,
    wilson,
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

MOST_COMPARED = 200
BUCKETS = 2**31


class DataQuality:
    """Counts per column, forty columns at a time, and fingerprints of whole rows."""

    spec = QUALITY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        table = rows_of(schema)
        columns = [c for c in roles.features if c in schema]
        numeric = [c for c in columns if schema[c] in NUMERIC]
        ranges: dict[str, list[float]] = {}
        for start in range(0, len(numeric), BATCH):
            batch = numeric[start : start + BATCH]
            ends: dict[str, Expression] = {}
            for i, column in enumerate(batch):
                value = clipped(table, column)
                ends.update({f"low{i}": value.min(), f"high{i}": value.max()})
            row = query(table.agg(**ends))
            for i, column in enumerate(batch):
                if row[f"low{i}"][0] is not None:
                    ranges[column] = [float(row[f"low{i}"][0]), float(row[f"high{i}"][0])]
        every = marks.freeze(query, table)
        chosen = marks.choosing(query, table, columns[:MOST_COMPARED], schema)
        return {"columns": columns, "kinds": {c: schema[c] for c in columns}, "range": ranges,
                "every": every, "chosen": chosen}  # fmt: skip

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        plans: dict[str, Plan] = {}
        names = baseline["columns"]
        for start in range(0, len(names), BATCH):
            sums: dict[str, Expression] = {"n": table.count()}
            for i, column in enumerate(names[start : start + BATCH], start):
                if column in schema:
                    sums.update(_counts(table, i, column, schema[column], baseline))
            plans[f"quality:{start // BATCH}"] = Plan((), table.agg(**sums))
        whole = [c for c in names if c in schema][:MOST_COMPARED]
        if whole:
            chosen = baseline["chosen"]
            counted = marks.repeated(table, whole, schema, baseline["every"], chosen)
            plans["repeats"] = Plan(("h",), counted)
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        for i, column in enumerate(evidence.baseline["columns"]):
            now = _of(evidence.current, i)
            before = _of(evidence.reference, i) if evidence.reference else None
            if not now:
                why = evidence.skipped.get(column, "the table has no such column")
                drafts.append(unknown("column", column, 0, f"{column}: {why}", Outcome.FAIL))
            elif evidence.skipped.get(column) == MIXED:
                reason = f"{column}: {MIXED}"
                drafts.append(unknown("kind of column", column, now["n"], reason, Outcome.FAIL))
            else:
                drafts += _column(column, now, before, params)
        drafts += _repeats(evidence, params)
        if not evidence.baseline["columns"]:
            reason = "None of the chosen columns has a usable type"
            return decided([unknown("column", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        count = len(evidence.baseline["columns"])
        return decided(conclude(drafts), f"Nothing wrong was found in {count} columns")


def _counts(
    table: Expression, i: int, column: str, kind: str, baseline: Baseline
) -> dict[str, Expression]:
    if kind not in NUMERIC:
        name = marks.bucket(level(table, column, kind), BUCKETS)
        missing = table[column].isnull().sum().cast("int64")
        return {f"null{i}": missing, f"lo{i}": name.min(), f"hi{i}": name.max()}
    held = clipped(table, column)
    counts = {
        f"null{i}": held.isnull().sum().cast("int64"),
        f"inf{i}": (held.abs() >= EDGE).sum().cast("int64"),
        f"lo{i}": held.min(),
        f"hi{i}": held.max(),
    }
    if column in baseline["range"] and baseline["kinds"][column] in NUMERIC:
        low, high = baseline["range"][column]
        counts[f"out{i}"] = ((held < low) | (held > high)).sum().cast("int64")
    return counts


def _of(aggregates: Aggregates | None, i: int) -> dict[str, Any]:
    """The counts of one column; empty when the table does not have it."""
    columns = (aggregates or {})[f"quality:{i // BATCH}"].columns
    if f"null{i}" not in columns:
        return {}
    names = ("null", "inf", "out", "lo", "hi")
    found = {name: columns[f"{name}{i}"][0] for name in names if f"{name}{i}" in columns}
    return {**found, "n": int(columns["n"][0]), "null": int(found["null"] or 0)}


def _column(
    column: str, now: dict[str, Any], before: dict[str, Any] | None, params: Params
) -> list[Finding]:
    n, found = now["n"], [_nulls(column, now, before, params)]
    filled = n - now["null"]
    if not filled:
        found.append(unknown("filled rows", column, n, f"{column} is empty", Outcome.WARN))
    elif now["lo"] == now["hi"] and filled > 1 and not (before and before["lo"] == before["hi"]):
        reason = f"{column} has the same value in every row"
        found.append(unknown("different values", column, n, reason, Outcome.WARN))
    if now.get("inf"):
        limits = Limits(0.0, params["infinite_fail"])
        found.append(fact("infinite share", column, now["inf"] / n, n, limits, "counted"))
    if before and now.get("out"):
        found.append(_outside(column, int(now["out"]), filled, before["n"], params))
    return found


def _nulls(
    column: str, now: dict[str, Any], before: dict[str, Any] | None, params: Params
) -> Finding:
    """The change of the share of missing values; without a reference the share itself."""
    x, n = now["null"], now["n"]
    if not before:
        low, high = wilson(x, n)
        return Finding("missing share", column, x / n, low, high, n, "Wilson interval")
    x0, m = before["null"], before["n"]
    first, second = ((x, n), (x0, m)) if x * m >= x0 * n else ((x0, m), (x, n))
    low, high = newcombe(*first, *second)
    return Finding(
        metric="change of missing share",
        slice=column,
        estimate=abs(x / n - x0 / m),
        low=max(0.0, low),
        high=high,
        n=n,
        method="Newcombe interval, two-proportion z test",
        limits=Limits(params["null_warn"], params["null_fail"]),
        p=min(1.0, 2 * two_proportions_p(*first, *second)),
        enough=min(n, m) >= QUALITY.min_n,
        detail={"reference": x0 / m, "current": x / n},
    )


def _outside(column: str, outside: int, n: int, m: int, params: Params) -> Finding:
    low, high = wilson(outside, n)
    return Finding(
        metric="share beyond the reference's range",
        slice=column,
        estimate=outside / n,
        low=low,
        high=high,
        n=n,
        method="Wilson interval; hypergeometric test",
        limits=Limits(params["range_warn"], params["range_fail"]),
        p=all_in_current_p(outside, n, m),
        enough=n >= QUALITY.min_n,
    )


def _repeats(evidence: Evidence, params: Params) -> list[Finding]:
    """Rows that repeat another one; judged by their increase over the reference."""
    if "repeats" not in evidence.current:
        return []
    share, n = repeated_share(evidence.current)
    every = evidence.baseline["every"]
    method = "counted" if every == 1 else f"counted on one of {every} fingerprints"
    if evidence.reference is None or "repeats" not in evidence.reference:
        return [fact("repeated rows", "", share, n, None, method)]
    before, _ = repeated_share(evidence.reference)
    limits = Limits(params["repeat_warn"], params["repeat_fail"])
    return [fact("more repeated rows", "", max(0.0, share - before), n, limits, method,
                 detail={"reference": before, "current": share})]  # fmt: skip


def repeated_share(aggregates: Aggregates) -> tuple[float, int]:
    """Share of rows that repeat an earlier one, among the kept fingerprints; and their rows."""
    repeats = aggregates["repeats"]
    rows = repeats.total("k")
    return (rows - len(repeats)) / max(rows, 1), rows
