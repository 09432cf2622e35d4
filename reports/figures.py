"""Figures of a report: data in the snapshot, drawn by the functions that the pages use."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

import charts
from reports.shape import ChartPart


def figure_svg(chart: ChartPart) -> SafeString:
    """Draw one figure.

    `data` holds `title`, `description`, `rows` (fields of the row class of that kind) and, where
    the kind knows limits, `limits` (`value`, `label`). Raises KeyError for an unknown kind.
    """
    draw, row_class, takes_limits = _KINDS[chart["kind"]]
    data = chart["data"]
    options: dict[str, Any] = {"title": data["title"], "description": data.get("description", "")}
    if takes_limits:
        options["limits"] = [charts.Limit(**limit) for limit in data.get("limits", [])]
    return draw([row_class(**row) for row in data["rows"]], **options)


def coverage_svg(rows: Sequence[Any]) -> SafeString:
    """Answered subcategories of each function against all of them."""
    said = "; ".join(
        _("%(key)s %(answered)d of %(total)d")
        % {"key": row.key, "answered": row.answered, "total": row.total}
        for row in rows
    )
    return charts.progress_by_function(
        [charts.FunctionProgress(row.key, row.answered, row.total) for row in rows],
        title=_("Answered subcategories by function"),
        description=said,
    )


_KINDS: dict[str, tuple[Callable[..., SafeString], Callable[..., Any], bool]] = {
    "bars": (charts.bar_list, charts.Bar, True),
    "histogram": (charts.histogram_pair, charts.BinShares, False),
    "intervals": (charts.interval_plot, charts.IntervalRow, True),
    "reliability": (charts.reliability_curve, charts.ReliabilityBin, False),
    "trend": (charts.trend_line, charts.TrendPoint, True),
}
