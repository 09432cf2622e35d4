"""Distances between two distributions given as counts per group."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, kolmogorov

from evaluations.engine.intervals import Z95

Floats = NDArray[np.float64]

MAX_GROUPS = 10
# Expected PSI without drift that a verdict may rest on (evaluation design, drift.numeric).
MAX_BIAS = 0.05
FLOOR = 1e-4


@dataclass(frozen=True)
class Psi:
    """Population stability index less its expected value without drift.

    `estimate` may be slightly negative; `p` is of the two-sample chi-square test on the same
    groups.
    """

    estimate: float
    low: float
    high: float
    p: float
    raw: float
    bias: float


def groups_allowed(n_reference: int, n_current: int) -> int:
    """How many groups keep the expected PSI without drift at 0.05 or below (at most 10)."""
    if not n_reference or not n_current:
        return 0
    return min(MAX_GROUPS, int(MAX_BIAS / (1 / n_reference + 1 / n_current)) + 1)


def _shares(counts: Floats) -> Floats:
    smoothed = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    floored = np.maximum(smoothed, FLOOR)
    return np.asarray(floored / floored.sum(), dtype=np.float64)


def psi(reference: Floats, current: Floats) -> Psi:
    """PSI of two count vectors over the same groups.

    Bias (B-1)(1/n+1/m) from Yurdakul 2018. The variance is the delta method's first-order
    term plus 2(B-1)(1/n+1/m)², the variance under no drift, where the first order vanishes.
    """
    m, n = float(reference.sum()), float(current.sum())
    p, q = _shares(reference), _shares(current)
    ratio = np.log(q / p)
    raw = float(((q - p) * ratio).sum())
    noise = 1 / m + 1 / n
    bias = (len(p) - 1) * noise
    first = _variance(q, ratio + 1 - p / q) / n + _variance(p, -ratio + 1 - q / p) / m
    half = Z95 * sqrt(first + 2 * (len(p) - 1) * noise**2)
    estimate = raw - bias
    test = chi_square_p(reference, current)
    return Psi(estimate, estimate - half, estimate + half, test, raw, bias)


def _variance(share: Floats, gradient: Floats) -> float:
    mean = float((share * gradient).sum())
    return max(0.0, float((share * gradient**2).sum()) - mean**2)


def chi_square(reference: Floats, current: Floats) -> tuple[float, int]:
    """Two-sample chi-square statistic and its degrees of freedom (no continuity correction)."""
    table = np.vstack([reference, current])
    table = table[:, table.sum(axis=0) > 0]
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    return float(((table - expected) ** 2 / expected).sum()), table.shape[1] - 1


def chi_square_p(reference: Floats, current: Floats) -> float:
    """p-value of the two-sample chi-square test; 1 when there is only one group."""
    statistic, freedom = chi_square(reference, current)
    return float(chdtrc(freedom, statistic)) if freedom > 0 else 1.0


@dataclass(frozen=True)
class Ks:
    """Kolmogorov-Smirnov distance: the truth lies in [low, high], p belongs to `low`."""

    low: float
    high: float
    p: float


def ks(reference: Floats, current: Floats, point: NDArray[np.bool_]) -> Ks:
    """KS distance from counts per ordered bin.

    At the ends of bins it is exact; inside a bin the order of values is unknown, so `high`
    is what the worst order would give. `point` marks bins that hold a single value.
    Asymptotic p (two-sided).
    """
    m, n = reference.sum(), current.sum()
    p, q = reference / m, current / n
    upper_p, upper_q = np.cumsum(p), np.cumsum(q)
    low = float(np.abs(upper_p - upper_q).max())
    inside = np.maximum(np.abs(upper_p - (upper_q - q)), np.abs((upper_p - p) - upper_q))
    high = max(low, float(np.where(point, 0.0, inside).max()))
    return Ks(low, high, float(kolmogorov(low * sqrt(m * n / (m + n)))))


def equal_groups(reference: Floats, groups: int) -> NDArray[np.int64]:
    """Number each ordered bin with one of at most `groups` groups of equal reference share.

    Empty bins after the last reference value belong to the last group.
    """
    cumulated = np.cumsum(reference) / reference.sum()
    inner = np.arange(1, groups) / groups
    cuts = np.unique(np.searchsorted(cumulated, inner - 1e-12))
    cuts = cuts[cuts < int(np.flatnonzero(reference)[-1])]
    start = np.zeros(len(reference), dtype=np.int64)
    start[cuts + 1] = 1
    return np.cumsum(start)
