"""The numeric half of drift: a frozen asinh grid, and groups of equal reference share.

Bin b = floor(200·asinh((x − median)/iqr)) with median and iqr of the reference: bins are fine
near the centre, logarithmic in the tails, and unbounded, so no outlier moves an edge. Values
that are frequent in the reference and share a bin with others get bins of their own: the
bin's second key counts how many of these atoms lie below or at x, which keeps the order.
"""

from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from evaluations.engine.aggregates import Aggregate
from evaluations.engine.distance import equal_groups, groups_allowed, ks, psi
from evaluations.engine.expressions import number
from evaluations.engine.findings import Finding, Limits
from evaluations.engine.findings import number as words
from evaluations.engine.protocol import Expression, Params, Query

RESOLUTION = 200
ATOM_SHARE = 0.005
ATOM_ROWS = 20
MAX_ATOMS = 200
MIN_GROUPS = 3
BATCH = 40
# Rows from which centre and scale are taken, columns that choose them, and too few values.
SAMPLE, HASHED, FEW = 30_000, 6, 100
SHUFFLE = 2**31 - 1
SPREAD = ("low", "q1", "q2", "q3", "high")
# Beyond this a number counts as infinite; with SMALLEST it keeps the square of z in range.
EDGE = 1e100
SMALLEST = 1e-40

Grid = dict[str, Any]


def finite(table: Expression, column: str) -> Expression:
    """Rows with a number in `column`, as the one-column table `x`; infinities become ±1e100."""
    value = number(table, column)
    clipped = ibis.least(ibis.greatest(value, ibis.literal(-EDGE)), ibis.literal(EDGE))
    return table.filter(value.notnull()).select(x=clipped)


def grid(table: Expression, column: str, frozen: Grid) -> Expression:
    """Counts, minimum and maximum per bin (keys `b`, `a`)."""
    binned = into_bins(finite(table, column), frozen)
    return binned.group_by(["b", "a"]).agg(k=binned.count(), lo=binned.x.min(), hi=binned.x.max())


def into_bins(values: Expression, frozen: Grid) -> Expression:
    """A table with a column `x` of finite numbers, and the keys of its bins."""
    z = (values.x - frozen["centre"]) / frozen["scale"]
    asinh = z.sign() * (z.abs() + (z * z + 1).sqrt()).ln()
    return values.mutate(
        b=(asinh * RESOLUTION).floor().cast("int64"),
        a=_atom_key(values.x, frozen["atoms"]).cast("int64"),
    )


def _atom_key(x: Expression, atoms: list[float]) -> Expression:
    key = ibis.literal(0)
    for atom in atoms:
        key = key + (x > atom).cast("int64") + (x >= atom).cast("int64")
    return key


def freeze(query: Query, table: Expression, columns: list[str]) -> dict[str, Grid]:
    """Centre, scale and atoms of each column; columns without any number are left out.

    In a large table centre and scale come from a sample of the rows, always the same one
    whatever their order; they only say where bins are fine.
    """
    grids: dict[str, Grid] = {}
    sample = _sample(query, table, columns) if columns else table
    for start in range(0, len(columns), BATCH):
        batch = columns[start : start + BATCH]
        row = query(sample.agg(**_spread(sample, batch)))
        for index, column in enumerate(batch):
            spread = {name: row[f"{name}{index}"][0] for name in ("n", *SPREAD)}
            if int(spread["n"]) < FEW and sample is not table:
                spread = {
                    n[:-1]: v[0] for n, v in query(table.agg(**_spread(table, [column]))).items()
                }
            if int(spread["n"]):
                frozen = _frozen(spread)
                frozen["atoms"] = _atoms(query, table, column, frozen)
                grids[column] = frozen
    return grids


def _sample(query: Query, table: Expression, columns: list[str]) -> Expression:
    """About SAMPLE rows, chosen by a hash of their values; the table when that would not do.

    A hash of columns that hold few different values would choose values instead of rows.
    """
    counted = query(table.agg(n=table.count()))["n"][0]
    every = int(counted) // SAMPLE
    if every < 2:
        return table
    mixed = ibis.literal(0)
    for place, column in enumerate(columns[:HASHED]):
        mixed = mixed + (number(table, column).hash() % SHUFFLE).coalesce(1) * (2 * place + 1)
    marked = table.mutate(h=mixed.cast("int64"))
    sample = marked.filter(marked.h % every == 0)
    told = query(sample.agg(n=sample.count(), different=sample.h.nunique()))
    rows, different = int(told["n"][0]), int(told["different"][0])
    fits = SAMPLE / 2 < rows < 2 * SAMPLE * (every + 1) / every and different > 0.9 * rows
    return sample if fits else table


def _spread(table: Expression, columns: list[str]) -> dict[str, Expression]:
    """Count, extremes and quartiles of many columns, named by position."""
    named: dict[str, Expression] = {}
    for index, column in enumerate(columns):
        x = number(table, column)
        figures = (x.count(), x.min(), x.quantile(0.25), x.quantile(0.5), x.quantile(0.75), x.max())
        named.update({f"{n}{index}": f for n, f in zip(("n", *SPREAD), figures, strict=True)})
    return named


def _frozen(row: dict[str, float]) -> Grid:
    """Centre and scale; the scale is positive even when half the rows share one value."""
    low, q1, q2, q3, high = (min(max(float(row[name]), -EDGE), EDGE) for name in SPREAD)
    scale = next((width for width in (q3 - q1, (high - low) / 10) if width > 0), 0.0)
    return {"centre": q2, "scale": max(scale or abs(q2) or 1.0, SMALLEST), "atoms": []}


def _atoms(query: Query, table: Expression, column: str, frozen: Grid) -> list[float]:
    """Frequent values that share a bin with other values of the reference."""
    bins = query(grid(table, column, frozen))
    least = max(ATOM_ROWS, ATOM_SHARE * sum(bins["k"]))
    mixed = [
        (low, high)
        for k, low, high in zip(bins["k"], bins["lo"], bins["hi"], strict=True)
        if k >= least and low < high
    ]
    if not mixed:
        return []
    values = finite(table, column)
    near = values.filter(ibis.or_(*[values.x.between(low, high) for low, high in mixed]))
    counted = near.group_by("x").agg(k=near.count())
    found = query(counted.filter(counted.k >= least).order_by([counted.k.desc(), "x"]))
    return sorted(float(x) for x in found["x"][:MAX_ATOMS])


def finding(column: str, reference: Aggregate, current: Aggregate, params: Params) -> Finding:
    """PSI of a numeric column with its interval, KS and the groups for the chart."""
    ref, cur, low, high = _aligned(reference, current)
    m, n = int(ref.sum()), int(cur.sum())
    limits = Limits(params["psi_warn"], params["psi_fail"])
    groups = groups_allowed(m, n)
    enough = min(m, n) >= 50 and groups >= MIN_GROUPS
    if not m or not n:
        return Finding("PSI", column, None, None, None, n, "not computed", limits, enough=False,
                       reason=f"{column} has no number in one of the tables.")  # fmt: skip
    group = equal_groups(ref, max(groups, MIN_GROUPS))
    p_ref, p_cur = (np.bincount(group, weights=counts).astype(np.float64) for counts in (ref, cur))
    index = psi(p_ref, p_cur)
    distance = ks(ref, cur, low == high)
    return Finding(
        metric="PSI",
        slice=column,
        estimate=max(0.0, index.estimate),
        low=max(0.0, index.low),
        high=index.high,
        n=n,
        method=f"{len(p_ref)} groups of the reference, less {words(index.bias)} expected by chance",
        limits=limits,
        p=index.p,
        enough=enough,
        detail={
            "kind": "numeric",
            "ks": distance.low,
            "ks_high": distance.high,
            "ks_p": distance.p,
            "raw": index.raw,
            "reference_n": m,
            "groups": _labels(group, low, high),
            "reference": (p_ref / m).tolist(),
            "current": (p_cur / n).tolist(),
        },
    )


def _aligned(reference: Aggregate, current: Aggregate) -> tuple[NDArray[np.float64], ...]:
    """Counts of both tables and the ends of each bin, over the union of bins in order."""
    cells: dict[tuple[int, int], list[float]] = {}
    for position, one in enumerate((reference, current)):
        columns = one.columns
        for b, a, k, lo, hi in zip(
            *(columns[name] for name in ("b", "a", "k", "lo", "hi")), strict=True
        ):
            cell = cells.setdefault((b, a), [0.0, 0.0, lo, hi])
            cell[position] = float(k)
            cell[2], cell[3] = min(cell[2], lo), max(cell[3], hi)
    table = np.array([cells[key] for key in sorted(cells)], dtype=np.float64).reshape(-1, 4)
    return tuple(table.T)


def _labels(
    group: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> list[str]:
    ends = [
        (float(low[group == index].min()), float(high[group == index].max()))
        for index in range(int(group.max()) + 1)
    ]
    return [_short(a) if a == b else f"{_short(a)}–{_short(b)}" for a, b in ends]


def _short(value: float) -> str:
    return "−∞" if value <= -EDGE else "∞" if value >= EDGE else f"{value:.4g}"
