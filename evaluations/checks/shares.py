"""Shares of rows: a count with its interval, held against at most or at least."""

from typing import Any

from evaluations.engine.expressions import level
from evaluations.engine.findings import Finding, Limits
from evaluations.engine.intervals import above_maximum_p, below_minimum_p, wilson
from evaluations.engine.protocol import Expression, Schema


def text_of(table: Expression, column: str, schema: Schema) -> Expression:
    """A column as text, missing as empty."""
    return level(table, column, schema[column]).coalesce("")


def hits(value: Expression) -> Expression:
    """How many rows a condition holds for."""
    return value.cast("int64").sum().coalesce(0).cast("int64")


def share(
    metric: str, k: int, n: int, limits: Limits | None, *, min_n: int, **rest: Any
) -> Finding:
    """`k` of `n` rows with a Wilson interval and a one-sided score test at the warn limit."""
    low, high = wilson(k, n)
    p = None
    if limits is not None and n:
        test = below_minimum_p if limits.worse == "below" else above_maximum_p
        p = test(k, n, limits.warn)
    return Finding(
        metric=metric,
        slice="",
        estimate=k / n if n else None,
        low=low if n else None,
        high=high if n else None,
        n=n,
        method="Wilson interval, score test",
        limits=limits,
        p=p,
        enough=n >= min_n,
        **rest,
    )


def at_most(value: float | None) -> Limits | None:
    """A declared upper limit, or none."""
    return None if value is None else Limits(value, value)


def at_least(value: float | None) -> Limits | None:
    """A declared lower limit, or none."""
    return None if value is None else Limits(value, value, "below")
