"""Classification metrics from the four counts of a confusion table."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from evaluations.engine.aggregates import Aggregate
from evaluations.engine.intervals import Interval, percentile_interval, wilson

DRAWS = 2000
METRICS = ("accuracy", "precision", "recall", "F1", "MCC")


@dataclass(frozen=True)
class Counts:
    """True and false positives and negatives."""

    tp: int
    fp: int
    fn: int
    tn: int

    @classmethod
    def of(cls, aggregate: Aggregate) -> "Counts":
        return cls(*(aggregate.total(name) for name in ("tp", "fp", "fn", "tn")))

    @property
    def n(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def positives(self) -> int:
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        return self.fp + self.tn

    def ratio(self, metric: str) -> tuple[int, int] | None:
        """Successes and trials of a metric that is a proportion; None for F1 and MCC."""
        ratios = {
            "accuracy": (self.tp + self.tn, self.n),
            "precision": (self.tp, self.tp + self.fp),
            "recall": (self.tp, self.positives),
        }
        return ratios.get(metric)

    def value(self, metric: str) -> float | None:
        """The metric, or None when its denominator is zero."""
        table = np.array([[self.tp, self.fp, self.fn, self.tn]], dtype=np.float64)
        result = float(values(metric, table)[0])
        return None if np.isnan(result) else result


def values(metric: str, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """A metric for each row (tp, fp, fn, tn) of `table`; NaN where it is undefined.

    MCC: Matthews 1975. Definitions as in scikit-learn, but undefined stays undefined.
    """
    tp, fp, fn, tn = table.T
    with np.errstate(divide="ignore", invalid="ignore"):
        if metric == "accuracy":
            result = (tp + tn) / table.sum(axis=1)
        elif metric == "precision":
            result = tp / (tp + fp)
        elif metric == "recall":
            result = tp / (tp + fn)
        elif metric == "F1":
            result = 2 * tp / (2 * tp + fp + fn)
        else:
            spread = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
            result = (tp * tn - fp * fn) / spread
    return np.asarray(result, dtype=np.float64)


def draws(counts: Counts, metric: str, rng: np.random.Generator) -> NDArray[np.float64]:
    """`DRAWS` parametric-bootstrap values of a metric (multinomial over the four cells)."""
    cells = np.array([counts.tp, counts.fp, counts.fn, counts.tn], dtype=np.float64)
    if not counts.n:
        return np.full(DRAWS, nan)
    table = rng.multinomial(counts.n, cells / counts.n, size=DRAWS).astype(np.float64)
    return values(metric, table)


def interval(counts: Counts, metric: str, rng: np.random.Generator) -> tuple[Interval, str]:
    """95 % interval of a metric and the name of the method."""
    ratio = counts.ratio(metric)
    if ratio is not None:
        return wilson(*ratio), "Wilson interval"
    return percentile_interval(draws(counts, metric, rng)), "bootstrap on counts, 2,000 draws"


def standard_error(counts: Counts, metric: str, rng: np.random.Generator) -> float:
    """Bootstrap standard error of a metric; never quite zero, so that a z value exists."""
    simulated = draws(counts, metric, rng)
    finite = simulated[np.isfinite(simulated)]
    floor = 1 / sqrt(12 * max(counts.n, 1)) / max(counts.n, 1)
    return max(float(finite.std()) if finite.size else 1.0, floor)
