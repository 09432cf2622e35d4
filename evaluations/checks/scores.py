"""Scores in 3,000 bins of equal width, fine enough that ties inside a bin hardly matter."""

from typing import Any

import ibis

from evaluations.checks.drift_grid import EDGE
from evaluations.engine.expressions import number
from evaluations.engine.protocol import Expression, Query

FINE = 3000


def clipped(table: Expression, column: str) -> Expression:
    """A column as float64 with infinities as ±1e100 and NaN as missing.

    Some engines skip missing arguments of `least` and `greatest`, so they are asked for first.
    """
    value = number(table, column)
    inside = ibis.least(ibis.greatest(value, ibis.literal(-EDGE)), ibis.literal(EDGE))
    return value.isnull().ifelse(ibis.null("float64"), inside)


def freeze(query: Query, table: Expression, column: str) -> dict[str, Any]:
    """Ends of the bins: 0 and 1 for chances, else the extremes of the table."""
    value = clipped(table, column)
    row = query(table.agg(low=value.min(), high=value.max()))
    low, high = row["low"][0], row["high"][0]
    if low is None or high is None or (low >= 0 and high <= 1):
        return {"low": 0.0, "high": 1.0}
    return {"low": float(low), "high": float(high) if high > low else float(low) + 1.0}


def bin_of(score: Expression, frozen: dict[str, Any], bins: int = FINE) -> Expression:
    """The number of the bin, 0 to `bins` - 1; scores beyond the ends fall in the outer bins."""
    share = (score - frozen["low"]) / (frozen["high"] - frozen["low"])
    # Cut before rounding: a whole number of 64 bits cannot hold every score.
    inside = ibis.least(ibis.greatest(share, ibis.literal(0.0)), ibis.literal(1.0))
    return ibis.least((inside * bins).floor(), ibis.literal(bins - 1.0)).cast("int64")


def counted(marked: Expression, score: str = "s", **more: Expression) -> Expression:
    """Rows, positives and ends of each bin `b` (and any further keys) of a marked table.

    `marked` has columns `b`, `y` (0 or 1) and the score.
    """
    x = marked[score]
    sums = {"n": marked.count(), "y": marked.y.sum().cast("int64"), "lo": x.min(), "hi": x.max()}
    return marked.group_by("b").agg(**sums, **more)
