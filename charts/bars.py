"""Bars: values against limits, two distributions, progress."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.scales import (
    SPACE_OF_LIMIT,
    Limit,
    Scale,
    draw_limits,
    finite,
    fit,
    known,
    limit_levels,
    short,
)
from charts.svg import CHARACTER, WIDTH, Picture, clip, ink_of, no_data

ROW = 24
LEFT, RIGHT = 168, 570
PLOT_HEIGHT = 180


@dataclass(frozen=True, slots=True)
class Bar:
    """One value; ``state`` is a verdict or empty."""

    label: str
    value: float | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class BinShares:
    """Shares (0–1) of one bin in the reference and in the current data."""

    label: str
    reference: float | None
    current: float | None


@dataclass(frozen=True, slots=True)
class FunctionProgress:
    """How many of ``total`` subcategories of a function are answered."""

    label: str
    answered: int
    total: int


def bar_list(
    bars: Sequence[Bar],
    *,
    title: str,
    description: str = "",
    limits: Sequence[Limit] = (),
) -> SafeString:
    """Horizontal bars from zero with their values; ``limits`` as labelled hairlines."""
    values = known([bar.value for bar in bars])
    if not values:
        return no_data(title, description, _("No value to draw."))
    low, high = fit(values + known([limit.value for limit in limits]), zero=True)
    across = Scale(low, high, LEFT, RIGHT)
    levels = max(limit_levels(limits, across), default=-1) + 1
    top = 6 + levels * SPACE_OF_LIMIT
    bottom = top + ROW * len(bars)
    picture = Picture(WIDTH, bottom + 6, title=title, description=description)
    for i, bar in enumerate(bars):
        _draw_bar(picture, bar, across, top + ROW * i)
    picture.line((across(0), top), (across(0), bottom), "edge")
    draw_limits(picture, limits, across, top, bottom)
    return picture.done()


def _draw_bar(picture: Picture, bar: Bar, across: Scale, top: float) -> None:
    base = top + ROW / 2 + 4.5
    picture.line((0, top), (WIDTH, top), "hair")
    picture.text((0, base), clip(bar.label, LEFT - 8))
    value = finite(bar.value)
    if value is None:
        picture.text((WIDTH, base), _("not computed"), anchor="end", colour="quiet")
        return
    colour = ink_of(bar.state)
    zero, end = across(0), across(value)
    picture.box((min(zero, end), top + 8), (abs(end - zero), 8), colour)
    picture.text((WIDTH, base), short(value), anchor="end", colour=colour)


def histogram_pair(
    bins: Sequence[BinShares],
    *,
    title: str,
    description: str = "",
    reference_label: str = "",
    current_label: str = "",
) -> SafeString:
    """Two distributions over the same bins: current filled, reference as an outline."""
    values = known([v for b in bins for v in (b.reference, b.current)])
    if not values or max(values) <= 0:
        return no_data(title, description, _("No shares to draw."))
    up = Scale(0, max(values) * 1.05, PLOT_HEIGHT + 30, 30)
    picture = Picture(WIDTH, PLOT_HEIGHT + 54, title=title, description=description)
    left = 44.0
    for tick in up.ticks(4):
        picture.line((left, up(tick)), (WIDTH, up(tick)), "rule" if tick == 0 else "hair")
        picture.text((left - 6, up(tick) + 4), f"{tick:.0%}", anchor="end", colour="quiet")
    step = (WIDTH - left) / len(bins)
    every = _every(bins, step)
    for i, share in enumerate(bins):
        x = left + i * step
        _draw_pair(picture, share, up, x, step)
        if i % every == 0:
            words = clip(share.label, step * every - 6)
            at = (x + step / 2, PLOT_HEIGHT + 48)
            if every > 1:
                picture.text((x + 2, at[1]), words, colour="quiet")
            else:
                picture.text(at, words, anchor="middle", colour="quiet")
    _draw_key(picture, left, current_label or _("Current"), reference_label or _("Reference"))
    return picture.done()


def _draw_pair(picture: Picture, share: BinShares, up: Scale, x: float, step: float) -> None:
    ground, gap = up(0), min(6.0, step * 0.14)
    current, reference = finite(share.current), finite(share.reference)
    if current is not None:
        y = up(current)
        picture.box((x + gap * 1.8, y), (step - gap * 3.6, ground - y), "unknown")
    if reference is not None:
        y = up(reference)
        picture.box((x + gap, y), (step - gap * 2, ground - y), "ink", hollow=True)


def _draw_key(picture: Picture, left: float, current: str, reference: str) -> None:
    picture.box((left, 5), (12, 10), "unknown")
    picture.text((left + 18, 15), clip(current, 200))
    x = left + 40 + min(len(current), 28) * CHARACTER
    picture.box((x, 5), (12, 10), "ink", hollow=True)
    picture.text((x + 18, 15), clip(reference, 200))


def _every(bins: Sequence[BinShares], step: float) -> int:
    """Every how many bins a label fits."""
    widest = min(12, max(len(b.label) for b in bins)) * CHARACTER + 8
    return max(1, -(-int(widest) // max(1, int(step))))


def progress_by_function(
    rows: Sequence[FunctionProgress], *, title: str, description: str = ""
) -> SafeString:
    """One bar per function: answered filled, the rest as an outline, both counts in words."""
    most = max((row.total for row in rows), default=0)
    if most <= 0:
        return no_data(title, description, _("Nothing to answer."))
    across = Scale(0, most, LEFT, 540)
    picture = Picture(WIDTH, 30 * len(rows) + 4, title=title, description=description)
    for i, row in enumerate(rows):
        top, base = 2.0 + 30 * i, 2 + 30 * i + 19.5
        answered = min(max(0, row.answered), row.total)
        picture.line((0, top), (WIDTH, top), "hair")
        picture.text((0, base), clip(row.label, LEFT - 8))
        width = across(row.total) - LEFT
        picture.box((LEFT, top + 9), (width, 12), "rule", hollow=True)
        picture.box((LEFT, top + 9), (across(answered) - LEFT, 12), "quiet")
        words = _("%(done)s of %(whole)s") % {"done": f"{answered:,}", "whole": f"{row.total:,}"}
        picture.text((WIDTH, base), words, anchor="end")
    return picture.done()
