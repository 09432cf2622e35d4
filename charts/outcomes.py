"""What each of many runs said, in the order of time: one lane for each outcome."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.svg import WIDTH, Picture, clip, ink_of, no_data

LEFT, RIGHT = 128.0, WIDTH - 8.0
LANE = 26.0
TOP = 26.0


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome: its lane and a verdict for its colour; ``mark`` names a turn at this moment."""

    label: str
    lane: str
    state: str = ""
    mark: str = ""


def outcome_lanes(
    told: Sequence[Told], *, lanes: Sequence[str], title: str, description: str = ""
) -> SafeString:
    """A diamond for each of ``told``, oldest left, in its lane; turns as labelled hairlines."""
    if not told:
        return no_data(title, description, _("Nothing was observed yet."))
    shown = [lane for lane in lanes if any(one.lane == lane for one in told)]
    bottom = TOP + LANE * len(shown)
    picture = Picture(WIDTH, bottom + 24, title=title, description=description)
    step = (RIGHT - LEFT) / max(1, len(told) - 1)
    for row, lane in enumerate(shown):
        middle = TOP + LANE * (row + 0.5)
        picture.line((LEFT, middle), (RIGHT, middle), "hair")
        picture.text((0, middle + 4.5), clip(lane, LEFT - 12))
    free = LEFT
    for i, one in enumerate(told):
        x = LEFT + i * step if len(told) > 1 else (LEFT + RIGHT) / 2
        if one.mark:
            free = _draw_mark(picture, one.mark, x, bottom, free)
        size = max(2.0, min(5.0, step * 0.45))
        at = (x, TOP + LANE * (shown.index(one.lane) + 0.5)) if one.lane in shown else (x, TOP)
        picture.diamond(at, ink_of(one.state), size)
    picture.line((LEFT, bottom), (RIGHT, bottom), "rule")
    picture.text((LEFT, bottom + 18), told[0].label, colour="quiet")
    if len(told) > 1:
        picture.text((WIDTH, bottom + 18), told[-1].label, anchor="end", colour="quiet")
    return picture.done()


def _draw_mark(picture: Picture, words: str, x: float, bottom: float, free: float) -> float:
    """A labelled hairline; the label is left out where another one stands. Returns what is free."""
    picture.line((x, TOP - 8), (x, bottom), "edge", dash="3 3")
    width = 7.0 * len(words)
    left = min(x, WIDTH - width)
    if left < free:
        return free
    picture.text((left, 14), words)
    return left + width + 8
