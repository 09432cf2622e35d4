"""One figure of a run with its course over windows, and the aggregates to take along."""

import json
from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from evaluations import monitoring, queries
from evaluations.computing import CheckBroke, stored
from evaluations.exporting import as_csv, as_parquet
from evaluations.models import CheckRun, MetricResult
from evaluations.pictures import badness, pictures
from web.views import attachment, visible_or_404


def _as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


WRITERS: dict[str, tuple[str, Callable[[dict[str, Any]], bytes]]] = {
    "json": ("application/json", _as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
}


def _run(request: HttpRequest, pk: int) -> CheckRun:
    user = cast(User, request.user)
    found: CheckRun = visible_or_404(queries.run_for_page(user), user, pk=pk)
    return found


@require_safe
def figure_detail(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """A figure: what was found, why it is judged so, its neighbours, its course over windows."""
    run = _run(request, pk)
    results = queries.results_of(run)
    one = next((found for found in results if found.position == position), None)
    if one is None:
        raise Http404
    context = {
        "run": run,
        "one": one,
        "pictures": [*pictures([one]), *monitoring.course_of(run, one)],
        "others": _neighbours(results, one),
    }
    return render(request, "evaluations/figure_detail.html", context)


def _neighbours(results: list[MetricResult], one: MetricResult) -> list[MetricResult]:
    """The same metric elsewhere, the worst first."""
    same = [found for found in results if found.metric == one.metric and found is not one]
    return sorted(same, key=badness)[:20]


@require_safe
def run_aggregates(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """What the verdict was made of, as JSON, CSV or Parquet."""
    run = _run(request, pk)
    if ending not in WRITERS:
        raise Http404
    try:
        content = stored(run)
    except CheckBroke as error:
        raise Http404 from error
    media_type, write = WRITERS[ending]
    name = f"{run.reference_number}-aggregates.{ending}"
    return attachment(write(content), media_type=media_type, name=name)
