"""What was where and when: one lane each, one bar for every stay."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.svg import CHARACTER, WIDTH, Picture, clip, ink_of, no_data

LEFT = 112.0
LANE = 40.0
TOP = 8.0
LEAST = 3.0


@dataclass(frozen=True, slots=True)
class Stay:
    """``label`` was in ``lane`` from ``start`` up to ``end``; ``None`` is until now."""

    lane: str
    label: str
    start: dt.datetime
    end: dt.datetime | None
    state: str = ""


def stay_lanes(
    stays: Sequence[Stay], *, now: dt.datetime, title: str, description: str = ""
) -> SafeString:
    """Lanes in the order of their first stay, time from left to right, the right edge is ``now``.

    Bars are filled while something stays there, hollow once it has left. Times are in UTC.
    """
    if not stays:
        return no_data(title, description, _("Nothing was here."))
    lanes = list(dict.fromkeys(stay.lane for stay in stays))
    first = min(stay.start for stay in stays)
    seconds = max(0.001, (now - first).total_seconds())

    def across(moment: dt.datetime) -> float:
        share = (moment - first).total_seconds() / seconds
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - 1)

    bottom = TOP + LANE * len(lanes)
    picture = Picture(WIDTH, bottom + 24, title=title, description=description)
    for row, lane in enumerate(lanes):
        top = TOP + LANE * row
        picture.line((0, top), (WIDTH, top), "hair")
        picture.text((0, top + 25), clip(lane, LEFT - 8))
        for stay in (one for one in stays if one.lane == lane):
            _draw_stay(picture, stay, across(stay.start), across(stay.end or now), top)
    picture.line((0, bottom), (WIDTH, bottom), "rule")
    same_day = first.date() == now.date()
    shown = "%H:%M:%S UTC" if same_day else "%Y-%m-%d"
    picture.text((LEFT, bottom + 18), first.strftime(shown), colour="quiet")
    picture.text((WIDTH, bottom + 18), _("now"), anchor="end", colour="quiet")
    return picture.done()


def _draw_stay(picture: Picture, stay: Stay, left: float, right: float, top: float) -> None:
    width = max(LEAST, right - left)
    left = min(left, WIDTH - 1 - width)
    colour = ink_of(stay.state) if stay.state else "quiet"
    picture.box((left, top + 28), (width, 6), colour, hollow=stay.end is not None)
    picture.line((left, top + 10), (left, top + 34), colour)
    if width >= 3 * CHARACTER:
        picture.text((left + 5, top + 22), clip(stay.label, width - 6))
