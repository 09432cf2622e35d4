"""The pictures of a postmortem, drawn from its document alone: page and PDF show the same."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charts import Happening, IntervalRow, Limit, interval_plot, moment_line
from incidents.exchange.showing import visible
from incidents.postmortems.shape import Document, moment
from incidents.postmortems.words import MOMENTS

MOST_FIGURES = 20
_COLOUR = {"occurred": "fail", "contained": "warn", "resolved": "pass"}


def line_of(document: Document) -> SafeString:
    """The timeline: the named moments, and every entry as a mark."""
    known = {name: at for name, at in document["moments"].items() if at}
    named = [
        Happening(moment(at), str(MOMENTS[name]), _COLOUR.get(name, ""))
        for name, at in known.items()
    ]
    named += [
        Happening(moment(one["at"]), visible(one["text"].splitlines()[0]))
        for one in document["timeline"]
        if one["pinned"]
    ]
    marks = [
        Happening(moment(one["at"]), "", "fail" if one["failed"] else "")
        for one in document["timeline"]
    ]
    return moment_line(
        named,
        marks,
        title=_("Timeline of %(reference)s") % {"reference": document["incident"]["reference"]},
        description=_("The list below holds the same moments."),
    )


def figures_of(document: Document) -> list[tuple[str, SafeString]]:
    """One interval plot for each check whose figures are in the document."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in document["metrics"]:
        if row["estimate"] is not None and row["low"] is not None:
            groups.setdefault((row["check"], row["metric"]), []).append(row)
    drawn = []
    for (check, metric), rows in groups.items():
        title = f"{check}: {metric}"
        plot = interval_plot(
            [_interval(row) for row in rows[:MOST_FIGURES]], title=title, limits=_limits(rows)
        )
        drawn.append((title, plot))
    return drawn


def _interval(row: dict[str, Any]) -> IntervalRow:
    label = visible(row["slice"] or row["metric"])
    return IntervalRow(label, row["estimate"], row["low"], row["high"], row["n"], row["verdict"])


def _limits(rows: list[dict[str, Any]]) -> list[Limit]:
    """The limits as lines, where all figures have the same ones."""
    pairs = {(row["warn"], row["fail"]) for row in rows}
    if len(pairs) != 1:
        return []
    warn, fail = pairs.pop()
    named = ((warn, _("warns")), (fail, _("fails")))
    found = [Limit(value, name) for value, name in named if value is not None]
    return found[-1:] if warn == fail else found
