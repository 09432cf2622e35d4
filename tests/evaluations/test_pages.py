"""Pages and API of evaluations."""

import pytest
from django.urls import reverse

from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun, MetricResult
from evaluations.pictures import badness, pictures
from tests.builders.evaluations import (
    ALL_CHECKS,
    finish,
    finished_run,
    queued_run,
    roles,
    start,
    table_of,
)
from tests.builders.models_registry import version

pytestmark = pytest.mark.django_db
START = "evaluations:run-start"


def inputs(world, **values):
    return {
        "model_version": version(world).pk,
        "current": table_of(world, "current").pk,
        "reference": table_of(world, "reference").pk,
        **values,
    }


def test_checks_are_started_in_two_steps_without_javascript(world):
    client = world.client(world.engineer)
    first = client.get(reverse(START))
    assert "Step 1 of 2" in first.text
    second = client.get(reverse(START), inputs(world))
    assert "Step 2 of 2" in second.text
    assert '<option value="y_score" selected>' in second.text
    sent = {
        **inputs(world), "y_true": "y_true", "y_pred": "y_pred", "y_score": "y_score",
        "positive": "1", "features": ["mean radius"], "slices": ["clinic"],
        "checks": list(ALL_CHECKS), "perf.classification--min_accuracy": "0.9",
    }  # fmt: skip
    done = client.post(reverse(START), sent)
    runs = CheckRun.objects.order_by("pk")
    assert done.status_code == 303
    assert done["Location"].endswith(f"?family={runs[0].family}")
    assert {run.check_name for run in runs} == set(ALL_CHECKS)
    assert runs[0].check_name == "perf.classification"
    assert runs[0].params["min_accuracy"] == 0.9
    assert runs[0].params["drop_warn"] == 0.02


def test_a_refusal_is_shown_beside_its_field(world):
    sent = {**inputs(world, reference=""), "y_true": "y_true", "positive": "1", "checks": ["drift"]}
    page = world.client(world.engineer).post(reverse(START), sent)
    assert page.status_code == 422
    assert "compares with a reference table" in page.text
    assert not CheckRun.objects.exists()


def test_the_page_of_a_run_says_it_in_a_sentence_with_interval_n_and_digests(world):
    run = finished_run(world)
    page = world.client(world.auditor).get(run.get_absolute_url()).text
    accuracy = run.results.get(metric="accuracy")
    assert run.headline in page
    assert f"{accuracy.estimate:.3f}"[:4] in page
    assert ", n 285" in page
    assert "Predictions against labels" in page
    assert "smallest change that these rows would show" in page
    assert "/checks/perf.classification/" in page
    for digest in (run.current.fingerprint, run.results_digest, run.code_hash):
        assert digest in page
    assert "MEASURE 2.3" in page
    assert "<svg" in page


def test_a_run_that_waits_shows_its_job(world):
    page = world.client(world.engineer).get(queued_run(world).get_absolute_url()).text
    assert "Waits for a free worker." in page


def test_an_auditor_judges_a_run_again(world):
    run = finished_run(world)
    url = reverse("evaluations:run-replay", kwargs={"pk": run.pk})
    page = world.client(world.auditor).post(url, follow=True)
    assert "every figure is the same" in page.text


def test_drift_is_drawn_with_the_table_beside_it(world):
    (run,) = finish(start(world, "drift", current=table_of(world, "shifted")))
    page = world.client(world.engineer).get(run.get_absolute_url()).text
    assert "Distribution of mean radius" in page
    assert "The same as a table" in page


def figure(**values):
    known = {"metric": "gap", "slice": "a", "n": 50, "position": 0, "verdict": "fail", "warn": 0.1}
    return MetricResult(**{**known, "worse": "above", **values})


def test_the_most_harmed_group_comes_first_whichever_side_is_bad():
    gaps = [figure(estimate=0.2), figure(estimate=0.4), figure(estimate=0.9, verdict="pass")]
    assert [one.estimate for one in sorted(gaps, key=badness)] == [0.4, 0.2, 0.9]
    ratios = [figure(estimate=v, warn=0.9, worse="below") for v in (0.7, 0.3, 0.5)]
    assert [one.estimate for one in sorted(ratios, key=badness)] == [0.3, 0.5, 0.7]


def test_groups_are_listed_with_interval_n_and_what_could_be_seen():
    detail = {"slice": 0.2, "rest": 0.5}
    listed = pictures([figure(estimate=0.3, low=0.25, high=0.35, detail=detail)])[-1]
    assert listed.rows == [["a", "gap", "0.2", "0.5", "0.3", "0.25", "0.35", "50", "0.07147"]]
    table = {"title": "Groups", "head": ["Group", "n", "rate", "from", "to"],
             "rows": [["women", 30, 0.5, 0.3, 0.7]]}  # fmt: skip
    drawn = pictures([figure(estimate=None, detail={"table": table})])[-1]
    assert "women" in drawn.svg
    assert "n 30" in drawn.svg


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_check_has_a_page_made_from_its_code(world, name):
    url = reverse("evaluations:check-detail", kwargs={"name": name})
    page = world.client(world.auditor).get(url).text
    spec = CATALOGUE[name]
    assert name in page
    assert all(key in page for key, _ in spec.rmf)
    assert world.client(world.auditor).get(url.replace(name, "astrology")).status_code == 404


def test_the_list_asks_as_many_queries_for_many_runs_as_for_few(
    world, django_assert_max_num_queries
):
    client = world.client(world.engineer)
    for more in (1, 20):
        for _ in range(more):
            start(world, "perf.classification", reference=None)
        with django_assert_max_num_queries(12):
            page = client.get(reverse("evaluations:run-list"))
        assert page.status_code == 200


def test_the_page_of_a_run_asks_as_many_queries_for_many_figures_as_for_few(
    world, django_assert_max_num_queries
):
    drift, performance = finish(start(world, "drift", "perf.classification"))
    assert drift.results.count() > 3 * performance.results.count()
    client = world.client(world.engineer)
    for run in (performance, drift):
        with django_assert_max_num_queries(12):
            client.get(run.get_absolute_url())


def test_the_list_is_filtered_by_version_verdict_and_family(world):
    run, other = finished_run(world), queued_run(world)
    client = world.client(world.engineer)
    url = reverse("evaluations:run-list")
    for query in (f"family={run.family}", "verdict=pass", "state=done"):
        page = client.get(f"{url}?{query}").text
        assert run.reference_number in page
        assert other.reference_number not in page


def test_checks_are_started_and_read_through_the_api(world):
    api = world.api(world.engineer)
    body = {**inputs(world, reference=None), "roles": roles(), "checks": ["perf.classification"],
            "params": {"perf.classification": {"min_accuracy": 0.9}}}  # fmt: skip
    made = api.post("/api/v1/check-runs/", body, format="json")
    assert made.status_code == 201, made.content
    finish(list(CheckRun.objects.all()))
    seen = api.get(f"/api/v1/check-runs/{made.json()[0]['id']}/")
    assert seen.json()["verdict"] == "pass"
    assert {r["metric"] for r in seen.json()["results"]} >= {"accuracy", "MCC"}
    assert seen["ETag"]
    again = api.post(f"/api/v1/check-runs/{made.json()[0]['id']}/replay/")
    assert again.json()["same"] is True


def test_the_api_knows_no_table_of_another_unit(world):
    body = {**inputs(world), "roles": roles(), "checks": ["drift"]}
    refused = world.api(world.stranger).post("/api/v1/check-runs/", body, format="json")
    assert refused.status_code in (400, 422)
    assert not CheckRun.objects.exists()


def test_the_api_refuses_with_a_problem_that_names_the_field(world):
    body = {**inputs(world, reference=None), "roles": roles(), "checks": ["drift"]}
    refused = world.api(world.engineer).post("/api/v1/check-runs/", body, format="json")
    assert refused.status_code == 422
    assert refused["Content-Type"].startswith("application/problem+json")
    assert "reference" in refused.content.decode()


def test_a_token_without_the_scope_starts_nothing(world):
    api = world.api(world.engineer, scopes=["record.view"])
    body = {**inputs(world, reference=None), "roles": roles(), "checks": ["perf.classification"]}
    assert api.post("/api/v1/check-runs/", body, format="json").status_code == 403
    assert not CheckRun.objects.exists()
