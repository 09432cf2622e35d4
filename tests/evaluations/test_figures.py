"""One figure on its own page, and the aggregates as JSON, CSV and Parquet."""

import io
import json

import pandas as pd
import pytest
from django.urls import reverse

from evaluations.exporting import as_csv
from tests.builders.evaluations import finished_run
from tests.builders.monitors import looked_at

pytestmark = pytest.mark.django_db


def test_aggregates_leave_in_three_forms_with_the_same_numbers(world):
    run, client = finished_run(world), world.client(world.auditor)
    found = {
        ending: client.get(reverse("evaluations:run-aggregates", args=[run.pk, ending])).content
        for ending in ("json", "csv", "parquet")
    }
    counts = json.loads(found["json"])["current"]["counts"]["columns"]
    flat = pd.read_csv(io.BytesIO(found["csv"])).set_index("measure")["value"]
    same = pd.read_parquet(io.BytesIO(found["parquet"])).set_index("measure")["value"]
    assert counts["tp"] == [flat["tp"]] == [same["tp"]]
    assert set(counts) <= set(flat.index)
    api = world.api(world.auditor).get(f"/api/v1/check-runs/{run.pk}/aggregates/").json()
    assert api["current"]["counts"]["columns"] == counts
    assert (
        client.get(reverse("evaluations:run-aggregates", args=[run.pk, "exe"])).status_code == 404
    )


def test_a_group_that_looks_like_a_formula_is_quoted():
    evil = {"keys": ["=1+1"], "columns": {"=1+1": ["x"], "n": [3]}}
    assert b"'=1+1=x" in as_csv({"current": {"a": evil}})


def test_a_figure_has_a_page_with_its_reason_and_its_course_over_windows(world):
    made = looked_at(world)
    run = made.windows.order_by("start").first().runs.get()
    client = world.client(world.auditor)
    page = client.get(reverse("evaluations:figure-detail", args=[run.pk, 0]))
    assert run.results.get(position=0).metric in page.text
    assert client.get(reverse("evaluations:figure-detail", args=[run.pk, 999])).status_code == 404
