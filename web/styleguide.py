"""The style guide: every part of the interface and every picture, in all their states."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import charts
from web.forms import RecordForm
from web.looks import LOOKS

MARKDOWN = """## What a card may say

Text with **weight**, *stress*, `code` and a [link](https://example.org/).

| Slice | n | AUC |
|---|---|---|
| under 25 | 312 | 0.81 |
| 25 and over | 892 | 0.88 |

> Quoted words stay quoted.
"""


class SampleForm(RecordForm):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As people in the unit call it."))
    tier = forms.ChoiceField(
        label=_("Tier"),
        choices=[("low", _("Low")), ("limited", _("Limited")), ("high", _("High"))],
        widget=forms.RadioSelect,
        help_text=_("What happens to a person when it is wrong?"),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("c", _("Classifier")), ("r", _("Ranking"))], required=False
    )
    purpose = forms.CharField(label=_("Purpose"), widget=forms.Textarea, required=False)
    affected = forms.MultipleChoiceField(
        label=_("People affected"),
        choices=[("applicants", _("Applicants")), ("staff", _("Staff")), ("others", _("Others"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = forms.DateField(
        label=_("Review by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )
    file = forms.FileField(
        label=_("Model card"),
        help_text=_("Drop a file here or choose one. Markdown or JSON, at most 2 MB."),
        required=False,
    )
    agree = forms.BooleanField(label=_("The card describes this version"), required=False)


def show(request: HttpRequest) -> HttpResponse:
    """Everything on one page, filled with invented figures."""
    wrong = SampleForm({"tier": "none", "kind": "c"}, prefix="wrong", auto_id="id_%s")
    return render(
        request,
        "web/styleguide.html",
        {
            "form": SampleForm(prefix="right"),
            "wrong": wrong,
            "looks": list(LOOKS),
            "pictures": _pictures(),
            "empty_pictures": _empty_pictures(),
            "jobs": _jobs(),
            "tabs": _tabs(),
            "markdown_text": MARKDOWN,
            "now": datetime(2026, 11, 23, 14, 3, 22, tzinfo=UTC),
            "sha": "9f2c5d4be1a07763c0ffee11d0d1e2f3a4b5c6d7e8f90123456789abcdef0123",
            "person": SimpleNamespace(email="ada@example.org"),
        },
    )


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": _("Versions"), "url": "#tabs", "count": 4, "current": True},
        {"label": _("Check runs"), "url": "#tabs", "count": 1204},
        {"label": _("Incidents"), "url": "#tabs", "count": 0},
        {"label": _("History"), "url": "#tabs"},
    ]


def _jobs() -> list[SimpleNamespace]:
    def job(number: int, state: str, **more: Any) -> SimpleNamespace:
        word: str | Promise = LOOKS[state].word
        return SimpleNamespace(
            public_id=f"sample-{number}", state=state, get_state_display=word, **more
        )

    return [
        job(1, "queued", progress=0),
        job(2, "running", progress=40, message=_("Counting bins of 12 columns")),
        job(3, "done", progress=100, message=_("4 checks, 1 failed"), result="#job"),
        job(4, "failed", progress=40, error=_("The table has no column score. Name it.")),
    ]


def _pictures() -> list[dict[str, Any]]:
    return [
        {"title": _("Estimates with intervals"), "svg": _forest()},
        {"title": _("Drift by column"), "svg": _drift()},
        {"title": _("Two distributions"), "svg": _histogram()},
        {"title": _("Calibration"), "svg": _calibration()},
        {"title": _("Progress by function"), "svg": _progress()},
        {"title": _("A value in time"), "svg": _trend()},
    ]


def _forest() -> str:
    return charts.interval_plot(
        [
            charts.IntervalRow("All rows", 0.871, 0.842, 0.896, 1204, "pass"),
            charts.IntervalRow("Under 25", 0.79, 0.71, 0.85, 142, "inconclusive"),
            charts.IntervalRow("25 to 60", 0.884, 0.85, 0.91, 871, "pass"),
            charts.IntervalRow("Over 60 and self-employed", 0.71, 0.63, 0.77, 191, "fail"),
            charts.IntervalRow("Not stated", None, n=0, state="unknown"),
        ],
        title="Area under the curve by slice",
        description="Over 60 lies below the limit of 0.80; the others hold it.",
        limits=[charts.Limit(0.8, "limit")],
    )


def _drift() -> str:
    return charts.bar_list(
        [
            charts.Bar("income", 0.31, "fail"),
            charts.Bar("employment", 0.14, "warn"),
            charts.Bar("age", 0.04, "pass"),
            charts.Bar("postcode", None),
        ],
        title="Population stability index by column",
        limits=[charts.Limit(0.1, "warn"), charts.Limit(0.25, "fail")],
    )


def _histogram() -> str:
    edges = ["<10k", "10–20k", "20–30k", "30–40k", "40–50k", "50–60k", "60–70k", "≥70k"]
    before = [0.05, 0.14, 0.25, 0.22, 0.16, 0.09, 0.06, 0.03]
    after = [0.02, 0.08, 0.15, 0.2, 0.22, 0.16, 0.11, 0.06]
    bins = [charts.BinShares(*found) for found in zip(edges, before, after, strict=True)]
    return charts.histogram_pair(bins, title="Income, reference and current")


def _calibration() -> str:
    rates = [(0.05, 0.04), (0.16, 0.12), (0.34, 0.25), (0.55, 0.43), (0.74, 0.69), (0.93, 0.9)]
    sizes = [412, 233, 120, 92, 140, 207]
    bins = [
        charts.ReliabilityBin(score, rate, n, max(0, rate - 0.06), min(1, rate + 0.06))
        for (score, rate), n in zip(rates, sizes, strict=True)
    ]
    return charts.reliability_curve(bins, title="Reliability of the scores")


def _progress() -> str:
    rows = [("GOVERN", 19, 19), ("MAP", 12, 18), ("MEASURE", 9, 22), ("MANAGE", 0, 13)]
    return charts.progress_by_function(
        [charts.FunctionProgress(*row) for row in rows], title="Answered by function"
    )


def _trend() -> str:
    values = [0.87, 0.88, 0.86, None, 0.84, 0.81, 0.78]
    points = [
        charts.TrendPoint(f"2026-{month:02}", v, v and v - 0.03, v and v + 0.03)
        for month, v in enumerate(values, start=4)
    ]
    return charts.trend_line(
        points, title="Area under the curve by month", limits=[charts.Limit(0.8, "limit")]
    )


def _empty_pictures() -> list[dict[str, Any]]:
    return [
        {"label": _("No estimates"), "svg": charts.interval_plot([], title="No estimates")},
        {"label": _("No bins"), "svg": charts.reliability_curve([], title="No bins")},
    ]
