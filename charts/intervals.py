"""Estimates with their intervals, one row each (a forest plot)."""

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
    spread_text,
    tick_texts,
)
from charts.svg import WIDTH, Picture, clip, ink_of, no_data

ROW = 26
LEFT, RIGHT = 168, 440


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One estimate, in the unit of the axis; ``state`` is a verdict or empty."""

    label: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    state: str = ""


def interval_plot(
    rows: Sequence[IntervalRow],
    *,
    title: str,
    description: str = "",
    limits: Sequence[Limit] = (),
    domain: tuple[float, float] | None = None,
) -> SafeString:
    """A forest plot: label, interval, estimate, numbers; ``limits`` as labelled hairlines."""
    values = known([v for row in rows for v in (row.estimate, row.low, row.high)])
    if not values:
        return no_data(title, description, _("No estimate to draw."))
    low, high = domain or fit(values + known([limit.value for limit in limits]))
    across = Scale(low, high, LEFT, RIGHT)
    levels = max(limit_levels(limits, across), default=-1) + 1
    top = 6 + levels * SPACE_OF_LIMIT
    bottom = top + ROW * len(rows)
    picture = Picture(WIDTH, bottom + 26, title=title, description=description)
    for i, row in enumerate(rows):
        _draw_row(picture, row, across, top + ROW * i)
    picture.line((0, bottom), (WIDTH, bottom), "rule")
    draw_limits(picture, limits, across, top, bottom)
    ticks = across.ticks()
    for tick, words in zip(ticks, tick_texts(ticks), strict=True):
        picture.line((across(tick), bottom), (across(tick), bottom + 4), "rule")
        picture.text((across(tick), bottom + 18), words, anchor="middle", colour="quiet")
    return picture.done()


def _draw_row(picture: Picture, row: IntervalRow, across: Scale, top: float) -> None:
    middle, base = top + ROW / 2, top + ROW / 2 + 4.5
    picture.line((0, top), (WIDTH, top), "hair")
    picture.text((0, base), clip(row.label, LEFT - 8))
    estimate, low, high = finite(row.estimate), finite(row.low), finite(row.high)
    if estimate is None:
        picture.text((WIDTH, base), _("not computed"), anchor="end", colour="quiet")
        return
    colour = ink_of(row.state)
    if low is not None and high is not None:
        picture.line((across(low), middle), (across(high), middle), colour, width=1.5)
        for end in (low, high):
            picture.line((across(end), middle - 4), (across(end), middle + 4), colour, width=1.5)
    picture.diamond((across(estimate), middle), colour)
    words = spread_text(estimate, low, high)
    if row.n is not None:
        words += f", n {row.n:,}"
    picture.text((WIDTH, base), words, anchor="end", colour=colour)
