"""A heat map: how many stand in each field of likelihood and impact."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.safestring import SafeString

from charts.svg import WIDTH, Picture, clip

LEFT, TOP, HIGH = 112.0, 4.0, 44.0


def heat_map(
    counts: Iterable[tuple[int, int, int]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    colour: Callable[[int, int], str],
    title: str,
    description: str = "",
) -> SafeString:
    """``counts`` are (row, column, number) counted from 1; row 1 stands at the bottom.

    ``colour`` names the outline of a field; its number stands in it, none where it is nought.
    """
    wide = (WIDTH - LEFT) / len(columns)
    bottom = TOP + HIGH * len(rows)
    picture = Picture(WIDTH, bottom + 24, title=title, description=description)
    for row, column, number in counts:
        x, y = LEFT + wide * (column - 1), bottom - HIGH * row
        paint = colour(row, column)
        picture.box((x + 2, y + 2), (wide - 4, HIGH - 4), paint, hollow=True)
        picture.box((x + 2, y + 2), (6, HIGH - 4), paint)
        if number:
            picture.text((x + wide / 2, y + HIGH / 2 + 5), number, anchor="middle", bold=True)
    for place, word in enumerate(rows, start=1):
        picture.text((0, bottom - HIGH * (place - 0.5) + 5), clip(word, LEFT - 8), colour="quiet")
    for place, word in enumerate(columns):
        middle = LEFT + wide * (place + 0.5)
        picture.text((middle, bottom + 18), clip(word, wide), anchor="middle", colour="quiet")
    return picture.done()
