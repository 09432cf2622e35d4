"""fairness.parity: are groups selected, and served, at the same rates?"""

from typing import Any

from evaluations.checks import fairness_groups, groups
from evaluations.checks.specs.fairness import PARITY
from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import is_label, rows_of
from evaluations.engine.findings import (
    Decision,
    Finding,
    Limits,
    Outcome,
    conclude,
    decided,
    unknown,
)
from evaluations.engine.intervals import newcombe, ratio_of_rates, two_proportions_p, wilson
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

Cell = dict[str, int]


class FairnessParity:
    """Selections, and with labels hits and false alarms, per group."""

    spec = PARITY

    def prepare(self, query: Query, schema: Schema, roles: Roles, params: Params) -> Baseline:
        return fairness_groups.freeze(query, schema, roles)

    def plan(
        self, schema: Schema, roles: Roles, params: Params, baseline: Baseline
    ) -> dict[str, Plan]:
        table = rows_of(schema)
        marked = table.mutate(p=is_label(table, roles.y_pred, schema[roles.y_pred], roles.positive))
        marked = marked.filter(marked.p.notnull())
        labelled = roles.y_true in schema
        if labelled:
            marked = marked.mutate(
                y=is_label(marked, roles.y_true, schema[roles.y_true], roles.positive)
            )
        plans = {}
        for name, columns in fairness_groups.groupings(baseline).items():
            of = {c: (schema[c], baseline[c]) for c in columns if c in schema}
            if len(of) == len(columns):
                grouped = marked.mutate(v=groups.joined(marked, of))
                plans[f"group:{name}"] = Plan(("v",), _counted(grouped, labelled))
        return plans

    def decide(self, evidence: Evidence, params: Params, seed: int) -> Decision:
        drafts: list[Finding] = []
        for name, aggregate in sorted(evidence.current.items()):
            drafts += _grouping(name.partition(":")[2], _cells(aggregate), params)
        if not drafts:
            reason = "No sensitive column is there to compare groups by"
            return decided([unknown("selection ratio", "", 0, reason, Outcome.NOT_APPLICABLE)], "")
        findings = conclude(drafts)
        return decided(findings, f"No group is treated worse, in {len(drafts)} figures")


def _counted(grouped: Expression, labelled: bool) -> Expression:
    p = grouped.p
    sums = {"n": grouped.count(), "p": p.sum().cast("int64")}
    if labelled:
        y = grouped.y
        sums["y"] = y.sum().cast("int64")
        sums["not_y"] = (1 - y).sum().cast("int64")
        sums["tp"] = (y * p).sum().cast("int64")
        sums["fp"] = ((1 - y) * p).sum().cast("int64")
    return grouped.group_by("v").agg(**sums)


def _cells(aggregate: Aggregate) -> dict[str, Cell]:
    columns = aggregate.columns
    names = [name for name in columns if name != "v"]
    return {
        str(v): {name: int(columns[name][i] or 0) for name in names}
        for i, v in enumerate(columns["v"])
    }


def _grouping(name: str, cells: dict[str, Cell], params: Params) -> list[Finding]:
    whole = {
        key: sum(cell[key] for cell in cells.values()) for key in next(iter(cells.values()), {})
    }
    if len(cells) < 2:
        reason = f"{name} has one group only, so there is nothing to compare"
        n = whole.get("n", 0)
        return [unknown("selection ratio", name, n, reason, Outcome.NOT_APPLICABLE)]
    drafts: list[Finding] = []
    for group, cell in cells.items():
        rest = {key: whole[key] - cell[key] for key in whole}
        where = f"{name} = {group}"
        drafts.append(_ratio(where, cell, rest, params))
        if "y" in cell:
            drafts.append(_gap("true positive rate gap", where, cell, rest, "tp", "y", params))
            drafts.append(_gap("false positive rate gap", where, cell, rest, "fp", "not_y", params))
    return [_extremes(name, cells), *drafts]


def _ratio(where: str, cell: Cell, rest: Cell, params: Params) -> Finding:
    """Selection rate of a group over that of all others."""
    n, m = cell["n"], rest["n"]
    if not rest["p"] and not cell["p"]:
        return Finding("selection ratio", where, None, None, None, n, "not computed",
                       Limits(params["ratio_warn"], params["ratio_fail"], "below"), enough=False,
                       reason=f"Nobody is selected in {where} or outside it.")  # fmt: skip
    estimate, low, high = ratio_of_rates(cell["p"], n, rest["p"], m)
    return Finding(
        metric="selection ratio",
        slice=where,
        estimate=estimate,
        low=low,
        high=high,
        n=n,
        method="group over all others, log interval",
        limits=Limits(params["ratio_warn"], params["ratio_fail"], "below"),
        p=two_proportions_p(rest["p"], m, cell["p"], n),
        enough=min(n, m) >= fairness_groups.LEAST,
        detail={"slice": cell["p"] / n, "rest": rest["p"] / m if m else None},
    )


def _gap(
    metric: str, where: str, cell: Cell, rest: Cell, top: str, of: str, params: Params
) -> Finding:
    """How much worse a group's rate is: fewer hits or more false alarms than all others."""
    mine, others = (cell[top], cell[of]), (rest[top], rest[of])
    first, second = (others, mine) if top == "tp" else (mine, others)
    known = bool(mine[1] and others[1])
    low, high = newcombe(*first, *second)
    return Finding(
        metric=metric,
        slice=where,
        estimate=first[0] / first[1] - second[0] / second[1] if known else None,
        low=low if known else None,
        high=high if known else None,
        n=mine[1],
        method="Newcombe interval, group against all others",
        limits=Limits(params["gap_warn"], params["gap_fail"]),
        p=two_proportions_p(*first, *second),
        enough=known and min(mine[1], others[1]) >= fairness_groups.LEAST,
        detail={
            "slice": mine[0] / mine[1] if mine[1] else None,
            "rest": others[0] / others[1] if others[1] else None,
        },
    )


def _extremes(name: str, cells: dict[str, Cell]) -> Finding:
    """Lowest over highest selection rate, and the table of all groups; recorded, not judged."""
    rates = {group: cell["p"] / cell["n"] for group, cell in cells.items() if cell["n"]}
    low, high = min(rates.values()), max(rates.values())
    detail: dict[str, Any] = {
        "difference": high - low,
        "table": {
            "title": f"Groups of {name}",
            "head": ["Group", "n", "selected", "rate", "from", "to"],
            "rows": [_row(group, cells[group]) for group in sorted(rates, key=rates.__getitem__)],
        },
    }
    if all(cell.get("y") and cell.get("not_y") for cell in cells.values()):
        spreads = []
        for top, of in (("tp", "y"), ("fp", "not_y")):
            shares = [cell[top] / cell[of] for cell in cells.values()]
            spreads.append(max(shares) - min(shares))
        detail["equalised_odds_difference"] = max(spreads)
    ratio = low / high if high else None
    n = sum(cell["n"] for cell in cells.values())
    method = "lowest over highest rate of any group, without allowance for chance"
    return Finding("parity ratio", name, ratio, None, None, n, method, detail=detail)


def _row(group: str, cell: Cell) -> list[Any]:
    low, high = wilson(cell["p"], cell["n"])
    rate = cell["p"] / cell["n"]
    return [group, cell["n"], cell["p"], round(rate, 4), round(low, 4), round(high, 4)]
