"""The pen: SVG elements with a class for the page and a colour for paper."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH = 640
TEXT = 13
#: Mean width of a character at ``TEXT`` px, for clipping only; wide on purpose.
CHARACTER = 7.0

# Characters that XML 1.0 does not allow (section 2.2) would make the picture unreadable.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_COLOURS = {
    "ink": "#16191d",
    "quiet": "#565d66",
    "edge": "#565d66",
    "line": "#16191d",
    "hair": "#d9dad4",
    "rule": "#b4b6ad",
    "paper": "#fcfcfa",
    "sunken": "#f3f3ef",
    "accent": "#1f4e8c",
    "pass": "#1d6b3c",
    "warn": "#8a5a00",
    "fail": "#a3202a",
    "inconclusive": "#5b4a9c",
    "unknown": "#636a72",
}
STATES = frozenset({"pass", "warn", "fail", "inconclusive", "unknown"})


def ink_of(state: str) -> str:
    """The colour name of a verdict; anything that is not a verdict is plain ink."""
    return state if state in STATES else "ink"


def clip(text: str, room: float, size: int = TEXT) -> str:
    """``text`` cut to about ``room`` px with an ellipsis."""
    most = max(1, int(room / (CHARACTER * size / TEXT)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def clean(text: object) -> str:
    """``text`` escaped, without characters that XML does not allow."""
    return str(escape(_FORBIDDEN.sub("�", str(text))))


def number(value: float) -> str:
    """A coordinate: at most two decimals, no negative zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


class Picture:
    """Collects elements; ``done()`` gives the SVG."""

    def __init__(self, width: float, height: float, *, title: str, description: str) -> None:
        self.width, self.height = width, height
        self._parts = [f"<title>{clean(title)}</title>"]
        if description:
            self._parts.append(f"<desc>{clean(description)}</desc>")

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = "hair",
        *,
        width: float = 1,
        dash: str = "",
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{number(start[0])} {number(start[1])}L{number(end[0])} {number(end[1])}"'
            f'{_stroke(colour)} stroke-width="{number(width)}"{dashed} fill="none"/>'
        )

    def path(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.5) -> None:
        """An open line through ``points``."""
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self._parts.append(
            f'<path d="M{steps}"{_stroke(colour)} stroke-width="{number(width)}" fill="none"/>'
        )

    def band(self, points: Sequence[tuple[float, float]]) -> None:
        """A pale area inside ``points``."""
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self._parts.append(
            f'<path d="M{steps}Z" class="c-wash" fill="{_COLOURS["ink"]}" fill-opacity="0.1"/>'
        )

    def box(
        self,
        at: tuple[float, float],
        size: tuple[float, float],
        colour: str,
        *,
        hollow: bool = False,
    ) -> None:
        """A rectangle: filled, or with ``hollow`` its outline only."""
        paint = f'{_stroke(colour)} fill="none"' if hollow else _fill(colour)
        self._parts.append(
            f'<rect x="{number(at[0])}" y="{number(at[1])}" width="{number(max(0, size[0]))}"'
            f' height="{number(max(0, size[1]))}"{paint}/>'
        )

    def diamond(self, at: tuple[float, float], colour: str, radius: float = 5) -> None:
        """The mark of an estimate."""
        x, y = at
        self._parts.append(
            f'<path d="M{number(x - radius)} {number(y)}L{number(x)} {number(y - radius)}'
            f'L{number(x + radius)} {number(y)}L{number(x)} {number(y + radius)}Z"{_fill(colour)}/>'
        )

    def text(
        self,
        at: tuple[float, float],
        words: object,
        *,
        anchor: str = "start",
        colour: str = "ink",
        bold: bool = False,
    ) -> None:
        """One line of text; ``at`` is its baseline."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{number(at[0])}" y="{number(at[1])}" font-size="{TEXT}"'
            f' text-anchor="{anchor}"{weight}{_fill(colour)}>{clean(words)}</text>'
        )

    def done(self, kind: str = "") -> SafeString:
        """The whole SVG. ``kind`` is a further class, such as ``narrow``."""
        w, h = number(self.width), number(self.height)
        classes = f"chart {kind}".strip()
        return mark_safe(  # noqa: S308
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="{classes}"'
            f' viewBox="0 0 {w} {h}" width="{w}" height="{h}" font-family="sans-serif">'
            f"{''.join(self._parts)}</svg>"
        )


def no_data(title: str, description: str, reason: str, width: float = WIDTH) -> SafeString:
    """The picture of nothing to draw: it says so."""
    picture = Picture(width, 88, title=title, description=description or reason)
    picture.line((0, 0.5), (width, 0.5), "rule")
    picture.line((0, 87.5), (width, 87.5), "rule")
    picture.text((width / 2, 48), reason, anchor="middle", colour="quiet")
    return picture.done("narrow" if width < WIDTH else "")


def _fill(colour: str) -> str:
    return f' class="c-{colour}" fill="{_COLOURS[colour]}"'


def _stroke(colour: str) -> str:
    known = colour if colour in {"line", "hair", "rule", "edge"} else f"line-{colour}"
    return f' class="c-{"line" if colour == "ink" else known}" stroke="{_COLOURS[colour]}"'
