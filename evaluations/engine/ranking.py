"""Ranking quality from counts per score bin, and a monotone calibration of bins."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from evaluations.engine.aggregates import Aggregate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreBins:
    """Bins in ascending order of score; `point` marks bins that hold a single value."""

    group: NDArray[np.int64]
    positive: Floats
    negative: Floats
    point: NDArray[np.bool_]

    @classmethod
    def of(cls, aggregate: Aggregate) -> "ScoreBins":
        """From columns b, n, y, lo, hi."""
        columns = aggregate.columns
        positive = np.array(columns["y"], dtype=np.float64)
        return cls(
            group=np.array(columns["b"], dtype=np.int64),
            positive=positive,
            negative=np.array(columns["n"], dtype=np.float64) - positive,
            point=np.array(columns["lo"]) == np.array(columns["hi"]),
        )

    @property
    def positives(self) -> int:
        return int(self.positive.sum())

    @property
    def negatives(self) -> int:
        return int(self.negative.sum())


@dataclass(frozen=True)
class Auc:
    """Area under the ROC curve; `error` is what unknown order inside bins can change."""

    value: float
    error: float
    spread: float


def auc(positive: Floats, negative: Floats, point: NDArray[np.bool_] | None = None) -> Auc | None:
    """AUC of weights per ascending bin, ties counted half; None when a class is missing.

    Standard error after DeLong et al. 1988, on bins, and never below that of Hanley & McNeil
    1982 at an AUC drawn slightly to the middle, so that a perfect ranking of few rows has one.
    """
    p, n = float(positive.sum()), float(negative.sum())
    if p <= 0 or n <= 0:
        return None
    below = np.cumsum(negative) - negative
    above = p - np.cumsum(positive)
    of_positive = (below + negative / 2) / n
    of_negative = (above + positive / 2) / p
    value = float((positive * of_positive).sum() / p)
    mixed = positive * negative / 2
    error = float(mixed.sum() if point is None else mixed[~point].sum()) / (p * n)
    delong = sqrt(
        float((positive * (of_positive - value) ** 2).sum()) / max(p - 1, 1) / p
        + float((negative * (of_negative - value) ** 2).sum()) / max(n - 1, 1) / n
    )
    return Auc(value, error, max(delong, hanley_mcneil(value, p, n)))


def hanley_mcneil(value: float, p: float, n: float) -> float:
    """Standard error of an AUC from class sizes alone (Hanley & McNeil 1982)."""
    few = min(p, n)
    area = (value * few + 0.5) / (few + 1)
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    top = area * (1 - area) + (p - 1) * (q1 - area**2) + (n - 1) * (q2 - area**2)
    return sqrt(max(0.0, top) / (p * n))


def average_precision(positive: Floats, negative: Floats) -> float | None:
    """Sum of precision times gain of recall over descending scores; None without positives."""
    if positive.sum() <= 0:
        return None
    found = np.cumsum(positive[::-1])
    taken = found + np.cumsum(negative[::-1])
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    return float((precision * positive[::-1]).sum() / positive.sum())


def monotone(rate: Floats, weight: Floats) -> Floats:
    """The non-decreasing fit of rates with weights (pool adjacent violators)."""
    blocks: list[list[float]] = []
    for value, size in zip(rate.tolist(), weight.tolist(), strict=True):
        blocks.append([value, size, 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            high, low = blocks.pop(), blocks.pop()
            total = low[1] + high[1]
            mean = (low[0] * low[1] + high[0] * high[1]) / total
            blocks.append([mean, total, low[2] + high[2]])
    return np.repeat([b[0] for b in blocks], [int(b[2]) for b in blocks]).astype(np.float64)
