"""How rarely a monitor may look and still see a fall in time: pure functions.

A figure with standard error s that moves from its warn limit to its fail limit, a way of d, has
its whole 95 % interval past the warn limit with a chance of Φ(d / s - 1.96). Windows hold other
rows, so m of them within the days that count see it with 1 - (1 - p)^m. The engine takes
``STARTUP`` seconds per run whatever it reads (evaluation design, section 3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.975)
STARTUP = 2.4
FACTORS = (1, 2, 4, 7, 12, 14, 24, 28, 96, 168)
# Detection power as in tevv.power: four times in five. What rounds to the same is as good.
ENOUGH, SAME = 0.8, 0.005


@dataclass(frozen=True)
class Signal:
    """A judged figure: its name, the way from warn to fail limit, its standard error."""

    name: str
    way: float
    error: float


@dataclass(frozen=True)
class Option:
    """Looking ``factor`` times as rarely.

    ``chance`` of seeing a fall in time, ``days`` until it is seen on average, ``rows`` and
    ``seconds`` in 30 days. ``pooled``: the table holds all rows of the longer window; else every
    so manieth table is read as it is.
    """

    factor: int
    pooled: bool
    chance: float
    days: float
    rows: float
    seconds: float


@dataclass(frozen=True)
class Load:
    """What one window takes now: its length in days, rows, seconds, and its number of runs."""

    days: float
    rows: float
    seconds: float
    runs: int


def chance_of(signal: Signal, rows_factor: float) -> float:
    """The chance that one window shows the fall, with ``rows_factor`` times the rows."""
    if signal.error <= 0:
        return 1.0
    return NORMAL.cdf(signal.way / (signal.error / sqrt(rows_factor)) - Z95)


def options(signals: Sequence[Signal], load: Load, within: float) -> list[Option]:
    """The present cadence first, then rarer ones of which a window still fits into the days."""
    fitting = [f for f in FACTORS if f == 1 or load.days * f <= within]
    return [
        _option(signals, load, within, factor, pooled)
        for factor in fitting
        for pooled in ((False, True) if factor > 1 else (False,))
    ]


def _option(
    signals: Sequence[Signal], load: Load, within: float, factor: int, pooled: bool
) -> Option:
    length = load.days * factor
    once = min(chance_of(one, factor if pooled else 1.0) for one in signals)
    looks = max(1, int(within / length))
    rate = 30 / length
    reading = max(0.0, load.seconds - STARTUP * load.runs)
    spent = load.seconds - reading + reading * (factor if pooled else 1)
    return Option(
        factor=factor,
        pooled=pooled,
        chance=1 - (1 - once) ** looks,
        days=length / max(once, 1e-6),
        rows=load.rows * rate * (factor if pooled else 1),
        seconds=spent * rate,
    )


def cheapest(found: Iterable[Option]) -> Option | None:
    """The option with the fewest seconds that sees as much as the present one, the first.

    None when there is none cheaper, or when even the present one sees too little.
    """
    now, *others = found
    good = [one for one in others if one.chance >= min(now.chance, 1.0) - SAME]
    good = [one for one in good if one.chance >= ENOUGH and one.seconds < now.seconds * 0.95]
    return min(good, key=lambda one: (one.seconds, one.factor), default=None)


def rows_needed(signals: Sequence[Signal], rows: float, looks: int) -> int | None:
    """Rows per window with which a fall would be seen four times in five within the looks.

    From s ∝ 1 / √n. None when a figure has no way between its limits.
    """
    once = 1 - (1 - ENOUGH) ** (1 / max(1, looks))
    z = Z95 + NORMAL.inv_cdf(once)
    if z <= 0 or any(one.way <= 0 for one in signals):
        return None
    return int(max(rows * (z * one.error / one.way) ** 2 for one in signals)) + 1
