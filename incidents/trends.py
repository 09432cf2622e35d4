"""The page of trends as figures and pictures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from charts.bars import Bar, bar_list
from charts.intervals import IntervalRow, interval_plot
from evaluations.forms import FAMILIES
from incidents.queries.trends import BY_ALERT, BY_PERSON, NO_DATA, NO_RESULT, times_of
from incidents.timings import OTHERS, Group, Median, Times, by_month, grouped

MONTHS = 12
MOST_GROUPS = 12
METRICS = (
    ("detect", _("Time to detect"), _("from the beginning, where it is known, to noticing")),
    ("acknowledge", _("Time to acknowledge"), _("from noticing to the first step of a person")),
    ("resolve", _("Time to resolve"), _("from noticing to resolved")),
)
_CAUSES: dict[str, Any] = {
    BY_PERSON: _("Declared by a person"),
    BY_ALERT: _("Alert of another program"),
    NO_RESULT: _("Check without a result"),
    NO_DATA: _("No data"),
}
_NAMES: dict[str, Callable[[Times], Iterable[str]]] = {
    "cause": lambda row: (row.cause,),
    "model": lambda row: (row.model,),
    "function": lambda row: row.functions,
}


@dataclass(frozen=True)
class Trends:
    """All incidents together, their groups, the months, and the pictures of these."""

    all: Group
    groups: list[Group]
    months: list[Group]
    pictures: list[tuple[str, SafeString]]


def trends_of(incidents: QuerySet[Any], grouping: str) -> Trends:
    """The figures of ``incidents`` by cause, model or function of the AI RMF."""
    rows = times_of(incidents)
    groups = [
        group._replace(name=name_of(group.name, grouping))
        for group in grouped(rows, _NAMES[grouping], most=MOST_GROUPS)
    ]
    whole = grouped(rows, lambda row: ("",), most=1)
    empty = Group("", 0, Median(0), Median(0), Median(0))
    everything = (whole[0] if whole else empty)._replace(name=_now("All"))
    months = by_month(rows, timezone.now(), MONTHS)
    return Trends(everything, groups, months, _pictures(everything, groups, months))


def name_of(name: str, grouping: str) -> str:
    """A group as people say it."""
    if name == OTHERS:
        return _now("Others")
    if grouping == "cause":
        return str(_CAUSES.get(name) or FAMILIES.get(name, name))
    if grouping == "function":
        return name or _now("No check names one")
    return name or "–"


def line_of(group: Group) -> dict[str, Any]:
    """A group for exports and the API; times in hours."""
    line: dict[str, Any] = {"group": group.name, "incidents": group.incidents}
    for name, _title, _meaning in METRICS:
        found: Median = getattr(group, name)
        line |= {
            f"{name}_n": found.n,
            f"{name}_median_hours": _rounded(found.value),
            f"{name}_low_hours": _rounded(found.low),
            f"{name}_high_hours": _rounded(found.high),
        }
    return line


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _pictures(
    everything: Group, groups: list[Group], months: list[Group]
) -> list[tuple[str, SafeString]]:
    if not everything.incidents:
        return []
    title = _now("Incidents noticed per month")
    bars = bar_list([Bar(month.name, month.incidents) for month in months], title=title)
    drawn = [(title, bars)]
    for name, words, meaning in METRICS:
        rows = [_row(group.name, getattr(group, name)) for group in [everything, *groups]]
        known = [row for row in rows if row.estimate is not None]
        if known:
            title = _now("%(metric)s, median hours") % {"metric": words}
            most = max(row.high or row.estimate or 0.0 for row in known)
            svg = interval_plot(
                known, title=title, description=str(meaning), domain=(0.0, most * 1.04 or 1.0)
            )
            drawn.append((title, svg))
    return drawn


def _row(name: str, median: Median) -> IntervalRow:
    return IntervalRow(name, median.value, median.low, median.high, median.n)
