"""A graph in layers from left to right: what came of what."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts.svg import Picture, clip, no_data

BOX, GAP, ROW, HEIGHT = 184.0, 124.0, 58.0, 44.0
MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Node:
    """``layer`` counts from left to right, 0 is the middle; ``detail`` is a second line.

    ``focus`` marks the one asked about.
    """

    key: str
    label: str
    layer: int
    detail: str = ""
    focus: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """From the node ``start`` to ``end``, both by key, with a word or two."""

    start: str
    end: str
    label: str


def layered_graph(
    nodes: Sequence[Node], edges: Sequence[Edge], *, title: str, description: str = ""
) -> SafeString:
    """Boxes in layers, lines between them with their words at the outer end of each line.

    The words stand beside the node that is farther from the middle, where lines do not meet.
    """
    if not nodes:
        return no_data(title, description, _("Nothing to draw."))
    layers = sorted({node.layer for node in nodes})
    most = max(sum(node.layer == layer for node in nodes) for layer in layers)
    width = len(layers) * BOX + (len(layers) - 1) * GAP + 2 * MARGIN
    height = most * ROW + 2 * MARGIN
    picture = Picture(width, height, title=title, description=description)
    places = _places(nodes, layers, height)
    layer_of = {node.key: node.layer for node in nodes}
    for edge in edges:
        _draw_edge(picture, edge, places, layer_of)
    for node in nodes:
        _draw_node(picture, node, places[node.key])
    return picture.done()


def _places(
    nodes: Sequence[Node], layers: Sequence[int], height: float
) -> dict[str, tuple[float, float]]:
    """Left edge and middle height of every box; each layer is centred."""
    places = {}
    for column, layer in enumerate(layers):
        here = [node for node in nodes if node.layer == layer]
        top = (height - len(here) * ROW) / 2
        for row, node in enumerate(here):
            places[node.key] = (MARGIN + column * (BOX + GAP), top + row * ROW + ROW / 2)
    return places


def _draw_edge(
    picture: Picture,
    edge: Edge,
    places: dict[str, tuple[float, float]],
    layer_of: dict[str, int],
) -> None:
    x1, y1 = places[edge.start]
    x2, y2 = places[edge.end]
    start, end = (x1 + BOX, y1), (x2, y2)
    picture.line(start, end, "edge")
    picture.diamond((end[0] - 4, end[1]), "ink", 3.5)
    words = clip(edge.label, GAP - 14)
    if layer_of[edge.start] < 0:
        picture.text((start[0] + 6, start[1] - 6), words, colour="quiet")
    else:
        picture.text((end[0] - 10, end[1] - 6), words, anchor="end", colour="quiet")


def _draw_node(picture: Picture, node: Node, place: tuple[float, float]) -> None:
    left, middle = place
    top = middle - HEIGHT / 2
    picture.box((left, top), (BOX, HEIGHT), "ink" if node.focus else "rule", hollow=True)
    words = clip(node.label, BOX - 16)
    colour = "quiet" if node.quiet else "ink"
    base = middle - 3 if node.detail else middle + 4.5
    picture.text((left + 8, base), words, colour=colour, bold=node.focus)
    if node.detail:
        picture.text((left + 8, middle + 14), clip(node.detail, BOX - 16), colour="quiet")
