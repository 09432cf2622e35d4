"""``{% load report %}``: what only the sections of a report need."""

import datetime as dt
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.document import Coverage, answer_anchor
from reports.figures import coverage_svg, figure_svg
from reports.shape import AnswerPart, ChartPart, FigureRow
from web.looks import look_of
from web.templatetags import ui

register = template.Library()

NOTHING = "—"
PRINTED_CHARACTERS = 20_000
SMALL = 10.0


@register.filter
def utc(value: str | None) -> str:
    """``2026-11-23T18:00:00Z`` → ``23 Nov 2026, 18:00 UTC``."""
    if not value:
        return NOTHING
    moment = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    return f"{moment.day} {_(ui._MONTHS[moment.month - 1])} {moment.year}, {moment:%H:%M} UTC"


@register.filter
def day(value: str | None) -> str:
    """``2026-11-23T18:00:00Z`` → ``23 Nov 2026``."""
    return utc(value).split(",")[0]


@register.simple_tag(takes_context=True)
def mark(context: template.Context, value: object, label: object = "") -> SafeString:
    """A state as a badge: with its icon on the page, with word and border in print.

    Print leaves the icon out because every graphic of a PDF/UA file needs its own description.
    """
    if not context.get("printed"):
        return ui.state(value, label)
    look = look_of("unknown" if value in (None, "") else value)
    return format_html('<span class="badge {}">{}</span>', look.tone, label or look.word)


@register.simple_tag
def drawing(chart: ChartPart) -> SafeString:
    """The figure of a run, drawn anew from its data."""
    return figure_svg(chart)


@register.simple_tag
def coverage_drawing(rows: list[Coverage]) -> SafeString:
    """Answered subcategories by function."""
    return coverage_svg(rows)


@register.simple_tag(takes_context=True)
def page_of(context: template.Context, *anchor: str) -> str:
    """The page on which an anchor stands, given in pieces; a dash while it is not known."""
    return str(context["pages"].get("".join(anchor), "–"))


@register.filter
def anchor(answer: AnswerPart) -> str:
    """The fragment of an answer: "MEASURE 2.4" becomes "measure-2-4"."""
    return answer_anchor(answer["key"])


@register.simple_tag(takes_context=True)
def prose(context: template.Context, text: str) -> SafeString:
    """Sanitised Markdown; in print at most PRINTED_CHARACTERS of it, and it says so."""
    if not context.get("printed") or len(text) <= PRINTED_CHARACTERS:
        return ui.markdown(text)
    note = _("Cut here in print: the record and the embedded snapshot hold all %(n)s characters.")
    return format_html(
        '{}<p class="cut">{}</p>',
        ui.markdown(text[:PRINTED_CHARACTERS]),
        note % {"n": ui.thousands(len(text))},
    )


@register.simple_tag
def estimate(row: FigureRow) -> str:
    """``0.083 (0.071–0.096), n 1,204``: three decimals for what is small, like its limits."""
    value = row["estimate"]
    digits = 3 if value is not None and abs(value) < SMALL else None
    return ui.interval(value, row["low"], row["high"], row["n"], digits)


@register.filter
def dash(value: Any) -> Any:
    """A dash for what is not stated."""
    return NOTHING if value in (None, "") else value
