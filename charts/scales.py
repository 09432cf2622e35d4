"""From values to pixels."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from charts.svg import CHARACTER, Picture

SPACE_OF_LIMIT = 16


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold, drawn as a labelled hairline."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values ``low``..``high`` linearly to pixels ``start``..``end``; clamps at both ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[float]:
        """At most ``most`` + 1 round values inside the scale (Heckbert, Graphics Gems, 1990)."""
        step = _nice((self.high - self.low) / max(1, most))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(i * step, 12) for i in range(first, last + 1)]


def finite(value: float | None) -> float | None:
    """``value`` when it can be drawn, else ``None`` (NaN, infinities, nothing)."""
    return value if value is not None and math.isfinite(value) else None


def known(values: Iterable[float | None]) -> list[float]:
    """Those of ``values`` that can be drawn."""
    return [value for value in values if value is not None and math.isfinite(value)]


def fit(values: Sequence[float], *, zero: bool = False, room: float = 0.04) -> tuple[float, float]:
    """A domain around ``values`` with ``room`` to both sides; ``zero`` makes it begin at 0."""
    low, high = min(values), max(values)
    if zero:
        low, high = min(0.0, low), max(0.0, high)
    spread = high - low
    if spread <= abs(high) * 1e-9:
        spread = abs(high) if abs(high) > 1e-300 else 1.0
        return (low if zero and low == 0 else low - spread / 2), high + spread / 2
    return (low if zero and low == 0 else low - spread * room), high + spread * room


def short(value: float) -> str:
    """A value as text: three significant digits without idle zeros, thousands grouped."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}" if abs(value) < 1e15 else f"{value:.2e}"
    if abs(value) < 0.001:
        return f"{value:.1e}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tick_texts(ticks: Sequence[float]) -> list[str]:
    """Round values with equally many decimals: 0.80, 0.85."""
    texts = [short(tick) for tick in ticks]
    places = max((len(text.partition(".")[2]) for text in texts if "e" not in text), default=0)
    return [
        text if "e" in text or abs(tick) >= 1000 else f"{tick:.{places}f}"
        for tick, text in zip(ticks, texts, strict=True)
    ]


def spread_text(estimate: float, low: float | None, high: float | None) -> str:
    """``0.87 (0.84–0.90)``: as many decimals as the width of the interval carries."""
    if low is None or high is None or high <= low:
        return short(estimate)
    places = min(6, max(2, math.ceil(-math.log10(high - low))))
    if max(abs(low), abs(high)) >= 1000:
        places = 0
    return f"{estimate:,.{places}f} ({low:,.{places}f}–{high:,.{places}f})"


def draw_limits(
    picture: Picture, limits: Sequence[Limit], across: Scale, top: float, bottom: float
) -> None:
    """Vertical hairlines at ``limits`` with their labels stacked above ``top`` where they touch."""
    for limit, level in zip(sorted_limits(limits), limit_levels(limits, across), strict=True):
        x = across(limit.value)
        y = top - level * SPACE_OF_LIMIT
        picture.line((x, y - 2), (x, bottom), "edge", dash="3 3")
        words = f"{limit.label} {short(limit.value)}".strip()
        half = len(words) * CHARACTER / 2
        middle = min(max(x, half), picture.width - half)
        picture.text((middle, y - 6), words, anchor="middle", colour="quiet")


def sorted_limits(limits: Sequence[Limit]) -> list[Limit]:
    """Drawable limits in the order of their values."""
    return sorted((x for x in limits if math.isfinite(x.value)), key=lambda x: (x.value, x.label))


def limit_levels(limits: Sequence[Limit], across: Scale) -> list[int]:
    """For each of ``sorted_limits`` the row of its label, so that no two labels overlap."""
    ends: list[float] = []
    levels: list[int] = []
    for limit in sorted_limits(limits):
        half = (len(limit.label) + 6) * CHARACTER / 2
        x = across(limit.value)
        level = next((i for i, end in enumerate(ends) if end <= x - half), len(ends))
        if level == len(ends):
            ends.append(x + half)
        else:
            ends[level] = x + half
        levels.append(level)
    return levels


def _nice(step: float) -> float:
    if step <= 0 or not math.isfinite(step):
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    share = step / power
    return power * next((nice for nice in (1, 2, 2.5, 5, 10) if share <= nice + 1e-9), 10)
