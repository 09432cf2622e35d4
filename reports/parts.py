"""A snapshot as parts: each a small document of its own, named by everything that shapes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.document import CHART_FACE, PRINT_FACE, AnySnapshot, Section, context
from reports.pdf.joining_names import ELSEWHERE

# Headings without attributes are those of user text: they may skip levels, which PDF/UA forbids.
BARE_HEADING = re.compile(r"<h([3-6])>(.*?)</h\1>", re.DOTALL)
INNER_LINK = re.compile(r'href="#([^"]+)"')
IDENTITY = re.compile(r'\sid="([^"]+)"')
EVIDENCE_ROWS = 300
RUNS = 12


@dataclass(frozen=True)
class Plan:
    """One part before it is laid out. `continues`: it goes on with the section before it."""

    title: str
    html: str
    continues: bool = False


def front_plan(snapshot: AnySnapshot, pages: dict[str, int]) -> Plan:
    """Cover and contents; `pages` maps anchors to page numbers."""
    with override(snapshot["report"]["language"]):
        made = {**context(snapshot), "printed": True, "pages": pages}
        html = render_to_string("reports/print/front.html", made)
        return Plan(_("Cover and contents"), _linked(html))


def body_plans(snapshot: AnySnapshot) -> list[Plan]:
    """All other parts in reading order. Pure: the same snapshot gives the same parts."""
    with override(snapshot["report"]["language"]):
        whole = {**context(snapshot), "printed": True}
        return [plan for group in _groups(whole["sections"]) for plan in _plans(whole, group)]


def faces_plan(language: str) -> Plan:
    """The characters of every footer, in its two faces."""
    with override(language):
        words = {"words": footer_words().format(n="", total="")}
        return Plan("faces", render_to_string("reports/print/faces.html", words))


def footer_words() -> str:
    """The right side of the footer, with ``{n}`` and ``{total}``."""
    return _("Page {n} of {total}")


def _groups(sections: tuple[Section, ...]) -> Iterator[list[tuple[int, Section]]]:
    """Sections with their numbers; a short one that `joins` shares the part of the one before."""
    group: list[tuple[int, Section]] = []
    for number, section in enumerate(sections, 1):
        if group and not section.joins:
            yield group
            group = []
        group.append((number, section))
    yield group


def _plans(whole: dict[str, Any], group: list[tuple[int, Section]]) -> Iterator[Plan]:
    number, first = group[0]
    for index, (title, chunk) in enumerate(_chunks(first.key, whole)):
        values = {
            **whole,
            **chunk,
            "group": [section for _number, section in group],
            "before": number - 1,
            "continued": index > 0,
        }
        html: str = render_to_string("reports/print/part.html", values)
        html = BARE_HEADING.sub(r'<p class="h">\2</p>', html).replace(CHART_FACE, PRINT_FACE)
        named = f"{first.title}: {title}" if title else str(first.title)
        yield Plan(named, _linked(html), index > 0)


def _chunks(key: str, whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A long section in pieces: what each shows instead of everything."""
    if key == "assessment" and whole["functions"]:
        for function in whole["functions"]:
            yield function["key"], {"functions": [function]}
    elif key == "evidence" and whole["items"]:
        for start in range(0, len(whole["items"]), EVIDENCE_ROWS):
            rows = whole["items"][start : start + EVIDENCE_ROWS]
            yield str(start + 1), {"items": rows, "before_items": start}
    elif key == "checks" and whole["shown_runs"]:
        runs = whole["shown_runs"]
        for start in range(0, len(runs), RUNS):
            shown = {"shown_runs": runs[start : start + RUNS], "ends": start + RUNS >= len(runs)}
            yield "", shown
    else:
        yield "", {}


def _linked(html: str) -> str:
    """Links that leave the part say so; they become places when the parts are joined."""
    here = set(IDENTITY.findall(html))

    def lead(found: re.Match[str]) -> str:
        return found[0] if found[1] in here else f'href="{ELSEWHERE}{found[1]}"'

    return INNER_LINK.sub(lead, html)
