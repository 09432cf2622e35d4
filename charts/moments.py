"""What happened along a line of time: named moments above it, every entry as a mark on it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.svg import CHARACTER, WIDTH, Picture, clip, ink_of, no_data

EDGE = 8.0
ROW = 20.0
MOST_ROWS = 6
LONGEST = 230.0


@dataclass(frozen=True, slots=True)
class Happening:
    """Something at one moment. ``state`` is a verdict that colours it, empty for plain ink."""

    at: dt.datetime
    label: str
    state: str = ""


def moment_line(
    named: Sequence[Happening],
    marks: Sequence[Happening] = (),
    *,
    title: str,
    description: str = "",
) -> SafeString:
    """Time runs from left to right, true to scale, in UTC.

    ``named`` moments carry their words above the line; ``marks`` are diamonds on it, without
    words. Words that would lie on each other stand in rows; what finds no row in six is left to
    the table beside the picture.
    """
    everything = [*named, *marks]
    if not everything:
        return no_data(title, description, _("Nothing is recorded yet."))
    first = min(one.at for one in everything)
    last = max(one.at for one in everything)
    seconds = max(1.0, (last - first).total_seconds())

    def across(moment: dt.datetime) -> float:
        return EDGE + (moment - first).total_seconds() / seconds * (WIDTH - 2 * EDGE)

    placed = _rows([(across(one.at), one) for one in sorted(named, key=lambda one: one.at)])
    height = ROW * (1 + max((row for row, *_rest in placed), default=0))
    axis = height + 14
    picture = Picture(WIDTH, axis + 30, title=title, description=description)
    for row, left, x, one in placed:
        base = height - ROW * row - 4
        picture.line((x, base + 3), (x, axis), "hair")
        _name(picture, one, (left, x), base)
    picture.line((0, axis), (WIDTH, axis), "rule", width=2)
    for one in marks:
        picture.diamond((across(one.at), axis), ink_of(one.state) if one.state else "quiet", 4)
    for _row, _left, x, one in placed:
        picture.diamond((x, axis), ink_of(one.state), 6)
    _ends(picture, first, last, axis + 24)
    return picture.done()


def _name(picture: Picture, one: Happening, place: tuple[float, float], base: float) -> None:
    """The words of a moment; near the right edge they end at it, since their width is a guess."""
    (left, x), words, colour = place, clip(one.label, LONGEST), ink_of(one.state)
    if left < x:
        picture.text((x, base), words, anchor="end", colour=colour)
    else:
        picture.text((left, base), words, colour=colour)


def _ends(picture: Picture, first: dt.datetime, last: dt.datetime, base: float) -> None:
    """The first and the last moment in words."""
    shown = "%Y-%m-%d %H:%M UTC"
    picture.text((0, base), first.strftime(shown), colour="quiet")
    if last > first:
        picture.text((WIDTH, base), last.strftime(shown), anchor="end", colour="quiet")


def _rows(
    points: list[tuple[float, Happening]],
) -> list[tuple[int, float, float, Happening]]:
    """Row, left edge of the words, place and happening: each in the lowest row with room."""
    ends: list[float] = []
    placed = []
    for x, one in points:
        width = min(LONGEST, len(one.label) * CHARACTER)
        left = x if x + width <= WIDTH else max(0.0, x - width)
        row = next((n for n, end in enumerate(ends) if end + CHARACTER < left), len(ends))
        if row >= MOST_ROWS:
            continue
        if row == len(ends):
            ends.append(0.0)
        ends[row] = left + width
        placed.append((row, left, x, one))
    return placed
