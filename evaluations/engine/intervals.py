"""Intervals and tests for counts, in closed form where there is one.

All intervals are two-sided 95 % unless `z` says otherwise. Counts are non-negative integers.
"""

from math import lgamma, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, ndtr

Z95 = 1.959963984540054

Interval = tuple[float, float]


def wilson(successes: int, n: int, z: float = Z95) -> Interval:
    """Score interval of a proportion (Wilson 1927); (0, 1) when there are no rows."""
    if n == 0:
        return 0.0, 1.0
    p = successes / n
    z2 = z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # At 0 and n the bound is exactly the edge; rounding must not leave the estimate outside.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Interval:
    """Interval of p1 - p2 from two Wilson intervals (Newcombe 1998, method 10)."""
    if n1 == 0 or n2 == 0:
        return -1.0, 1.0
    p1, p2 = x1 / n1, x2 / n2
    low1, high1 = wilson(x1, n1)
    low2, high2 = wilson(x2, n2)
    low = p1 - p2 - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    high = p1 - p2 + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return max(-1.0, low), min(1.0, high)


def two_proportions_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """One-sided p of "p1 is not above p2", pooled z test."""
    if n1 == 0 or n2 == 0:
        return 1.0
    pooled = (x1 + x2) / (n1 + n2)
    spread = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return upper_tail((x1 / n1 - x2 / n2) / spread) if spread else 1.0


def below_minimum_p(successes: int, n: int, minimum: float) -> float:
    """One-sided p of "the proportion is at least `minimum`", score test."""
    spread = sqrt(minimum * (1 - minimum) / n) if n else 0.0
    if spread:
        return upper_tail((minimum - successes / n) / spread)
    return 0.0 if n and successes / n < minimum else 1.0


def all_in_current_p(unseen: int, n_current: int, n_reference: int) -> float:
    """Chance that `unseen` rows, dealt at random over both tables, all fall in the current one.

    Hypergeometric point probability C(n, x) / C(n + m, x).
    """
    if unseen == 0:
        return 1.0
    total = n_current + n_reference
    log_p = (lgamma(n_current + 1) - lgamma(n_current - unseen + 1)) - (
        lgamma(total + 1) - lgamma(total - unseen + 1)
    )
    return float(np.exp(min(0.0, log_p)))


def upper_tail(z: float) -> float:
    """P(Z > z) of the standard normal."""
    return float(ndtr(-z))


def percentile_interval(draws: NDArray[np.float64]) -> Interval:
    """The central 95 % of simulated values; NaN draws (undefined metrics) are left out."""
    finite = draws[np.isfinite(draws)]
    if finite.size == 0:
        return float("-inf"), float("inf")
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)


def ratio_of_rates(x1: int, n1: int, x0: int, n0: int) -> tuple[float, float, float]:
    """p1 / p0 with its log interval (Katz et al. 1978); half a row is added when a count is 0."""
    a, b = (float(x1), float(x0)) if x1 and x0 else (x1 + 0.5, x0 + 0.5)
    m, n = (float(n1), float(n0)) if x1 and x0 else (n1 + 1.0, n0 + 1.0)
    estimate = (a / m) / (b / n)
    spread = sqrt(max(0.0, 1 / a - 1 / m + 1 / b - 1 / n))
    factor = float(np.exp(Z95 * spread))
    return estimate, estimate / factor, estimate * factor


def paired_difference(better: int, worse: int, n: int) -> Interval:
    """Interval of (better - worse) / n for paired rows (Bonett & Price 2012)."""
    plus, minus = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    half = Z95 * sqrt((plus + minus - (plus - minus) ** 2) / (n + 2))
    return max(-1.0, plus - minus - half), min(1.0, plus - minus + half)


def mcnemar_p(better: int, worse: int) -> float:
    """One-sided exact p of "not worse" from the discordant pairs, with mid-p."""
    pairs = better + worse
    if not pairs:
        return 1.0
    at_least = float(bdtrc(worse - 1, pairs, 0.5)) if worse else 1.0
    above = float(bdtrc(worse, pairs, 0.5)) if worse < pairs else 0.0
    return (at_least + above) / 2


def above_maximum_p(successes: int, n: int, maximum: float) -> float:
    """One-sided p of "the proportion is at most `maximum`", score test."""
    return below_minimum_p(n - successes, n, 1 - maximum)
