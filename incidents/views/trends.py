"""How long incidents take, by what they are about."""

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.forms.trends import BY, TrendFilter
from incidents.queries.trends import incidents_for_trends
from incidents.trends import METRICS, Trends, line_of, trends_of
from incidents.views.tabs import list_tabs
from web.lists import safe_cell
from web.views import attachment


@require_safe
def incident_trends(request: HttpRequest) -> HttpResponse:
    """Medians with n and interval by cause, model or RMF function, and month by month."""
    rows = incidents_for_trends(request.user)
    filters = TrendFilter(request.GET or None, queryset=rows, request=request)
    chosen = filters.qs if not filters.is_bound or filters.is_valid() else rows.none()
    found = trends_of(chosen, filters.grouping)
    wanted = request.GET.get("format", "")
    if wanted in {"csv", "json"}:
        return _file(found, wanted)
    context = {
        "filter": filters,
        "is_filtered": bool(request.GET),
        "found": found,
        "grouping": dict(BY)[filters.grouping],
        "metrics": METRICS,
        "tabs": list_tabs("incidents:incident-trends"),
        "exports": _exports(request),
    }
    return render(request, "incidents/trends.html", context)


def _exports(request: HttpRequest) -> list[tuple[str, str]]:
    query = request.GET.copy()
    links = []
    for wanted in ("csv", "json"):
        query["format"] = wanted
        links.append((wanted.upper(), f"?{query.urlencode()}"))
    return links


def _file(found: Trends, wanted: str) -> HttpResponse:
    lines = [line_of(group) for group in [found.all, *found.groups]]
    months = [line_of(group) for group in found.months]
    if wanted == "json":
        content: Any = {"groups": lines, "months": months}
        data = json.dumps(content, ensure_ascii=False).encode()
        return attachment(data, media_type="application/json", name="incident-trends.json")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(lines[0])
    for line in [*lines, *months]:
        writer.writerow([safe_cell(value) for value in line.values()])
    data = b"\xef\xbb\xbf" + out.getvalue().encode()
    return attachment(data, media_type="text/csv; charset=utf-8", name="incident-trends.csv")
