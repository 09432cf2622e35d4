"""Times to detect, acknowledge and resolve: medians with the interval that their count allows.

Pure functions. Means of such times are ruled by the few longest incidents, so medians are shown,
each with n and a distribution-free 95 % interval from order statistics (the sign test turned
round; W. J. Conover, Practical Nonparametric Statistics, chapter 3).
"""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Below this no pair of order statistics holds the median with 95 %.
LEAST_FOR_INTERVAL = 6
# From here on the binomial distribution is replaced by the normal one.
_MANY = 200
_Z = 1.959963984540054
OTHERS = "*"


class Times(NamedTuple):
    """One incident: when it was noticed, what it belongs to, and hours for each metric.

    ``detect`` is noticed − began, ``acknowledge`` acknowledged − noticed, ``resolve`` resolved −
    noticed; None where one of the two is not known.
    """

    noticed: dt.datetime
    cause: str
    model: str
    functions: tuple[str, ...]
    detect: float | None
    acknowledge: float | None
    resolve: float | None


@dataclass(frozen=True)
class Median:
    """A median in hours over ``n`` incidents; ``low`` and ``high`` None when n is too small."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Group(NamedTuple):
    """Incidents that share something, with their medians."""

    name: str
    incidents: int
    detect: Median
    acknowledge: Median
    resolve: Median


def hours_between(start: dt.datetime | None, end: dt.datetime | None) -> float | None:
    """Hours from ``start`` to ``end``; None when one is missing or they stand the wrong way."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds() / 3600


def median_of(values: Iterable[float | None]) -> Median:
    """The median of what is known, with its interval."""
    known = sorted(value for value in values if value is not None)
    n = len(known)
    if not n:
        return Median(0)
    value = (known[(n - 1) // 2] + known[n // 2]) / 2
    rank = _rank(n)
    if rank is None:
        return Median(n, value)
    return Median(n, value, known[rank - 1], known[n - rank])


def _rank(n: int) -> int | None:
    """The largest r with P(r-th smallest ≤ median ≤ r-th largest) ≥ 95 %, counted from 1."""
    if n < LEAST_FOR_INTERVAL:
        return None
    if n > _MANY:
        return max(1, math.floor((n - _Z * math.sqrt(n)) / 2))
    tail, rank = 0, 0
    while True:
        tail += math.comb(n, rank)
        if tail / 2**n > 0.025:
            return max(1, rank)
        rank += 1


def grouped(
    rows: Sequence[Times], names: Callable[[Times], Iterable[str]], *, most: int
) -> list[Group]:
    """``rows`` by name, the most frequent first; what is past ``most`` groups is one of others."""
    found: dict[str, list[Times]] = {}
    for row in rows:
        for name in names(row):
            found.setdefault(name, []).append(row)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    groups = [_group(name, members) for name, members in ordered[:most]]
    rest = {id(row): row for _name, members in ordered[most:] for row in members}
    return groups + ([_group(OTHERS, list(rest.values()))] if rest else [])


def _group(name: str, rows: Sequence[Times]) -> Group:
    return Group(
        name,
        len(rows),
        median_of(row.detect for row in rows),
        median_of(row.acknowledge for row in rows),
        median_of(row.resolve for row in rows),
    )


def by_month(rows: Sequence[Times], until: dt.datetime, months: int) -> list[Group]:
    """The last ``months`` calendar months in UTC up to ``until``, oldest first, empty ones too."""
    names = [_month(until, back) for back in reversed(range(months))]
    found: dict[str, list[Times]] = {name: [] for name in names}
    for row in rows:
        name = f"{row.noticed.astimezone(dt.UTC):%Y-%m}"
        if name in found:
            found[name].append(row)
    return [_group(name, found[name]) for name in names]


def _month(until: dt.datetime, back: int) -> str:
    whole = until.astimezone(dt.UTC)
    count = whole.year * 12 + whole.month - 1 - back
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
