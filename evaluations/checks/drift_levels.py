"""The categorical half of drift: levels frozen on the reference, rare ones pooled."""

import numpy as np
from numpy.typing import NDArray

from evaluations.engine.aggregates import Aggregate
from evaluations.engine.distance import MAX_BIAS, psi
from evaluations.engine.expressions import OTHER, level
from evaluations.engine.findings import Finding, Limits
from evaluations.engine.findings import number as words
from evaluations.engine.intervals import all_in_current_p, wilson
from evaluations.engine.protocol import Expression, Params, Query

MAX_LEVELS = 1000
MIN_EXPECTED = 5.0
CHART_LEVELS = 12
# Above this share of pooled rows a comparison would see next to nothing.
MOST_POOLED = 0.9

Frozen = dict[str, list[str] | bool]


def freeze(query: Query, table: Expression, column: str, kind: str) -> Frozen:
    """The reference's levels, most frequent first, and whether that is all of them."""
    marked = table.mutate(v=level(table, column, kind))
    marked = marked.filter(marked.v.notnull())
    counted = marked.group_by("v").agg(k=marked.count())
    found = query(counted.order_by([counted.k.desc(), "v"]).limit(MAX_LEVELS + 1))
    levels = [str(value) for value in found["v"]]
    return {"levels": levels[:MAX_LEVELS], "complete": len(levels) <= MAX_LEVELS}


def counts(table: Expression, column: str, kind: str, frozen: Frozen) -> Expression:
    """Rows per frozen level; every other value is counted as one, so any tables can merge."""
    marked = table.mutate(v=level(table, column, kind))
    marked = marked.filter(marked.v.notnull())
    counted = marked.group_by("v").agg(k=marked.count())
    if not (levels := frozen["levels"]):
        return counted
    # Counted first: a thousand names are then looked for once per value, not once per row.
    named = counted.mutate(v=counted.v.isin(levels).ifelse(counted.v, OTHER))
    return named.group_by("v").agg(k=named.k.sum().cast("int64"))


def findings(
    column: str, reference: Aggregate, current: Aggregate, frozen: Frozen, params: Params
) -> list[Finding]:
    """PSI over pooled levels, and the share of values that the reference never showed."""
    ref = dict(zip(reference.columns["v"], reference.columns["k"], strict=True))
    cur = dict(zip(current.columns["v"], current.columns["k"], strict=True))
    m, n = sum(ref.values()), sum(cur.values())
    limits = Limits(params["psi_warn"], params["psi_fail"])
    if not m or not n:
        reason = f"{column} has no value in one of the tables."
        return [Finding("PSI", column, None, None, None, n, "not computed", limits,
                        enough=False, reason=reason)]  # fmt: skip
    result = [_psi(column, ref, cur, limits)]
    unseen = int(cur.get(OTHER, 0)) if frozen["complete"] and OTHER not in ref else 0
    if unseen:
        result.append(_unseen(column, unseen, n, m, params))
    return result


def _pooled(ref: dict[str, int], cur: dict[str, int]) -> list[list[str]]:
    """Groups of levels: common ones alone, rare ones together.

    A level is rare below 5 expected rows in either table, or when it would make chance alone
    worth more than 0.05 of PSI.
    """
    m, n = sum(ref.values()), sum(cur.values())
    smaller = min(m, n)
    allowed = max(2, int(MAX_BIAS / (1 / m + 1 / n)) + 1)
    total = {v: ref.get(v, 0) + cur.get(v, 0) for v in {**ref, **cur}}
    order = sorted(total, key=lambda v: (-total[v], v))
    common = [v for v in order if total[v] * smaller / (m + n) >= MIN_EXPECTED]
    rare = order[len(common) :]
    if len(common) + bool(rare) > allowed:
        common, rare = common[: allowed - 1], common[allowed - 1 :] + rare
    groups = [[v] for v in common]
    if rare and (len(groups) < 2 or _expected(rare, total, smaller, m + n)):
        return [*groups, rare]
    return [*groups[:-1], groups[-1] + rare] if rare else groups


def _expected(levels: list[str], total: dict[str, int], smaller: int, rows: int) -> bool:
    return sum(total[v] for v in levels) * smaller / rows >= MIN_EXPECTED


def _psi(column: str, ref: dict[str, int], cur: dict[str, int], limits: Limits) -> Finding:
    groups = _pooled(ref, cur)
    p_ref, p_cur = (_sums(groups, side) for side in (ref, cur))
    m, n = int(p_ref.sum()), int(p_cur.sum())
    index = psi(p_ref, p_cur)
    pooled = sum(_sums([g], ref)[0] for g in groups if len(g) > 1 or g == [OTHER])
    if pooled > MOST_POOLED * m:
        reason = f"Nearly every value of {column} is rare, so shares cannot be compared"
        return Finding("PSI", column, None, None, None, n, "not computed", limits, enough=False,
                       reason=f"{reason}; it may be an identifier.")  # fmt: skip
    return Finding(
        metric="PSI",
        slice=column,
        estimate=max(0.0, index.estimate),
        low=max(0.0, index.low),
        high=index.high,
        n=n,
        method=f"{len(groups)} levels, less {words(index.bias)} expected by chance",
        limits=limits,
        p=index.p,
        enough=min(m, n) >= 50 and (index.bias <= MAX_BIAS or len(groups) == 1),
        detail={
            "kind": "categorical",
            "raw": index.raw,
            "reference_n": m,
            "groups": [_name(group) for group in groups][:CHART_LEVELS],
            "reference": (p_ref / m).tolist()[:CHART_LEVELS],
            "current": (p_cur / n).tolist()[:CHART_LEVELS],
        },
    )


def _sums(groups: list[list[str]], side: dict[str, int]) -> NDArray[np.float64]:
    return np.array([sum(side.get(v, 0) for v in group) for group in groups], dtype=np.float64)


def _name(group: list[str]) -> str:
    return group[0][:40] if len(group) == 1 else f"{len(group)} rare levels"


def _unseen(column: str, unseen: int, n: int, m: int, params: Params) -> Finding:
    low, high = wilson(unseen, n)
    return Finding(
        metric="unseen share",
        slice=column,
        estimate=unseen / n,
        low=low,
        high=high,
        n=n,
        method="Wilson interval; hypergeometric test",
        limits=Limits(params["unseen_warn"], params["unseen_fail"]),
        p=all_in_current_p(unseen, n, m),
        enough=n >= 50,
        detail={"unseen": unseen, "reference_n": m},
    )
