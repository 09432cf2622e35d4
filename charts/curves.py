"""Curves: calibration and time."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.scales import Limit, Scale, finite, fit, known, short, sorted_limits, tick_texts
from charts.svg import WIDTH, Picture, clip, no_data

SQUARE = 420


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """One bin of scores: mean score, observed rate (both 0–1), rows, interval of the rate."""

    mean_score: float | None
    observed_rate: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value in time; ``label`` is what stands under it, such as a date."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


def reliability_curve(
    bins: Sequence[ReliabilityBin], *, title: str, description: str = ""
) -> SafeString:
    """Observed rate against mean score with the diagonal, and rows per bin below."""
    drawable = [
        (b, score, rate)
        for b in bins
        if (score := finite(b.mean_score)) is not None
        and (rate := finite(b.observed_rate)) is not None
    ]
    if not drawable:
        return no_data(title, description, _("No bin holds rows."), SQUARE)
    across, up = Scale(0, 1, 48, SQUARE - 12), Scale(0, 1, 340, 28)
    picture = Picture(SQUARE, 436, title=title, description=description)
    _draw_square(picture, across, up)
    points = [(across(score), up(rate)) for _bin, score, rate in drawable]
    for found, score, _rate in drawable:
        low, high = finite(found.low), finite(found.high)
        if low is not None and high is not None:
            picture.line((across(score), up(low)), (across(score), up(high)), "unknown", width=1.5)
    picture.path(points, "accent")
    for point in points:
        picture.diamond(point, "accent", 4.5)
    most = max(1, *(b.n for b, _s, _r in drawable))
    for found, score, _rate in drawable:
        height = 30 * found.n / most
        picture.box((across(score) - 5, 404 - height), (10, height), "unknown")
    picture.line((48, 404), (SQUARE - 12, 404), "rule")
    picture.text(
        (48, 424), _("Rows per bin, at most %(most)s") % {"most": f"{most:,}"}, colour="quiet"
    )
    return picture.done("narrow")


def _draw_square(picture: Picture, across: Scale, up: Scale) -> None:
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    for tick, words in zip(ticks, tick_texts(ticks), strict=True):
        picture.line((48, up(tick)), (SQUARE - 12, up(tick)), "rule" if tick == 0 else "hair")
        picture.text((42, up(tick) + 4), words, anchor="end", colour="quiet")
        at = (across(tick), 358)
        picture.text(at, words, anchor="end" if tick == 1 else "middle", colour="quiet")
    picture.line((across(0), up(0)), (across(1), up(1)), "edge", dash="3 3")
    picture.text((SQUARE - 12, 16), _("perfect"), anchor="end", colour="quiet")
    picture.text((48, 16), _("Observed rate"), colour="quiet")
    picture.text((SQUARE - 12, up(0) - 8), _("Mean score"), anchor="end", colour="quiet")


def trend_line(
    points: Sequence[TrendPoint],
    *,
    title: str,
    description: str = "",
    limits: Sequence[Limit] = (),
    zero: bool = False,
) -> SafeString:
    """Values in time with their intervals as a band; gaps stay gaps; the last value is named."""
    values = known([v for p in points for v in (p.value, p.low, p.high)])
    if not known([p.value for p in points]):
        return no_data(title, description, _("No value to draw."))
    low, high = fit(values + known([limit.value for limit in limits]), zero=zero, room=0.1)
    up = Scale(low, high, 190, 14)
    across = Scale(0, max(1, len(points) - 1), 56, WIDTH - 96)
    picture = Picture(WIDTH, 222, title=title, description=description)
    ticks = up.ticks(4)
    for tick, words in zip(ticks, tick_texts(ticks), strict=True):
        picture.line((56, up(tick)), (WIDTH - 96, up(tick)), "rule" if tick == 0 else "hair")
        picture.text((48, up(tick) + 4), words, anchor="end", colour="quiet")
    for run in _runs(points):
        _draw_run(picture, points, run, across, up)
    _draw_ends(picture, points, across, up, limits)
    return picture.done()


def _runs(points: Sequence[TrendPoint]) -> list[list[int]]:
    """Indices of points without a gap between them."""
    runs: list[list[int]] = [[]]
    for i, point in enumerate(points):
        if finite(point.value) is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if run]


def _draw_run(
    picture: Picture, points: Sequence[TrendPoint], run: list[int], across: Scale, up: Scale
) -> None:
    upper, lower, middle = [], [], []
    for i in run:
        value, low, high = (finite(v) for v in (points[i].value, points[i].low, points[i].high))
        if value is None:
            continue
        middle.append((across(i), up(value)))
        if low is not None and high is not None:
            upper.append((across(i), up(high)))
            lower.append((across(i), up(low)))
    if len(upper) > 1:
        picture.band(upper + lower[::-1])
    if len(middle) > 1:
        picture.path(middle, "accent")
    for point in middle:
        picture.diamond(point, "accent", 3.5)


def _draw_ends(
    picture: Picture,
    points: Sequence[TrendPoint],
    across: Scale,
    up: Scale,
    limits: Sequence[Limit],
) -> None:
    taken = []
    last = max(i for i, p in enumerate(points) if finite(p.value) is not None)
    value = points[last].value or 0.0
    picture.text((WIDTH - 88, up(value) + 4.5), short(value), colour="accent", bold=True)
    taken.append(up(value) + 4.5)
    for limit in sorted_limits(limits):
        y = up(limit.value)
        picture.line((56, y), (WIDTH - 96, y), "edge", dash="3 3")
        words = f"{limit.label} {short(limit.value)}".strip()
        free = all(abs(y + 4.5 - other) >= 14 for other in taken)
        if free:
            picture.text((WIDTH - 88, y + 4.5), clip(words, 88), colour="quiet")
            taken.append(y + 4.5)
        else:
            picture.text((62, y - 5), words, colour="quiet")
    shown = sorted({0, (len(points) - 1) // 2, len(points) - 1})
    for i in shown:
        anchor = "start" if i == 0 else "end" if i == len(points) - 1 else "middle"
        picture.text((across(i), 212), clip(points[i].label, 160), anchor=anchor, colour="quiet")
