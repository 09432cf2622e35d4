"""Groups of rows: levels of a column, or bands of a numeric one, frozen before counting."""

from itertools import pairwise
from math import isfinite
from typing import Any

import ibis

from evaluations.engine.aggregates import Aggregate
from evaluations.engine.expressions import MISSING, NUMERIC, OTHER, level, number
from evaluations.engine.metrics import Counts
from evaluations.engine.protocol import Expression, Query

MAX_LEVELS = 50
FEW_VALUES = 10

Bands = dict[str, list[Any]]


def freeze(
    query: Query, table: Expression, column: str, kind: str, least: int, most: int = MAX_LEVELS
) -> Bands:
    """Cut points of a numeric column with many values, else its most frequent levels."""
    if kind in NUMERIC:
        value = number(table, column)
        cuts = table.agg(
            n=value.count(),
            distinct=value.nunique(),
            q1=value.quantile(0.25),
            q2=value.quantile(0.5),
            q3=value.quantile(0.75),
        )
        row = query(cuts)
        if row["distinct"][0] > FEW_VALUES:
            # Quarters when each would have enough rows to be judged, otherwise halves.
            names = ("q1", "q2", "q3") if row["n"][0] >= 4 * least else ("q2",)
            marks = {float(row[q][0]) for q in names}
            return {"cuts": sorted(m for m in marks if isfinite(m)), "levels": []}
    marked = table.mutate(v=level(table, column, kind))
    marked = marked.filter(marked.v.notnull())
    counted = marked.group_by("v").agg(k=marked.count())
    found = query(counted.order_by([counted.k.desc(), "v"]).limit(most))
    return {"cuts": [], "levels": [str(v) for v in found["v"]]}


def label(table: Expression, column: str, kind: str, frozen: Bands) -> Expression:
    """The group of each row, as text; missing values and values never frozen have names."""
    if frozen["cuts"]:
        value = number(table, column)
        names = band_names(frozen["cuts"])
        upper = [(value <= cut, name) for cut, name in zip(frozen["cuts"], names, strict=False)]
        return ibis.cases((value.isnull(), MISSING), *upper, else_=names[-1])
    value = level(table, column, kind)
    if not frozen["levels"]:
        return ibis.literal(MISSING)
    return ibis.cases((value.isnull(), MISSING), (value.isin(frozen["levels"]), value), else_=OTHER)


def band_names(cuts: list[float]) -> list[str]:
    """Names of the bands that ascending cut points make; a cut belongs to the band below it."""
    marks = [f"{cut:.4g}" for cut in cuts]
    middle = [f"over {a} to {b}" for a, b in pairwise(marks)]
    return [f"up to {marks[0]}", *middle, f"over {marks[-1]}"]


def joined(
    table: Expression, columns: dict[str, tuple[str, Bands]], separator: str = " · "
) -> Expression:
    """One text per row that names its group in each of several columns (kind and bands)."""
    parts = [label(table, name, kind, bands) for name, (kind, bands) in columns.items()]
    text = parts[0]
    for part in parts[1:]:
        text = text + separator + part
    return text


def add(many: list[Counts]) -> Counts:
    """The confusion table of all rows of some disjoint groups."""
    return Counts(*(sum(getattr(c, cell) for c in many) for cell in ("tp", "fp", "fn", "tn")))


def counts_by_value(aggregate: Aggregate, key: str = "v") -> dict[str, Counts]:
    """Confusion counts per group."""
    cells = zip(*(aggregate.columns[c] for c in ("tp", "fp", "fn", "tn")), strict=True)
    names = aggregate.columns[key]
    return {str(v): Counts(*(int(x or 0) for x in c)) for v, c in zip(names, cells, strict=True)}
