"""A finished run is evidence for a while: fresh, due, stale, superseded, invalid."""

import datetime as dt

import pytest
from django.urls import reverse

from evaluations.freshness import with_freshness
from evaluations.models import CheckRun, MetricResult, MonitorWindow
from evaluations.queries import missing_rows
from ledger.actions import action
from models_registry.actions import move_version
from tests.builders.evaluations import finish, finished_run, start
from tests.builders.monitors import looked_at, upload

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(seconds=1)


def age(run, now=None):
    return with_freshness(CheckRun.objects.filter(pk=run.pk), now).get().freshness


def change(world, record, **values):
    with action("evaluations.run.changed", by=world.service) as act:
        for name, value in values.items():
            setattr(record, name, value)
        act.save(record)


def test_a_run_by_hand_is_fresh_then_due_then_stale(world):
    run = finished_run(world)
    assert run.due_at == run.finished_at + 90 * DAY
    assert run.valid_until == run.finished_at + 135 * DAY
    ages = [age(run, moment) for moment in (
        run.due_at, run.due_at + TICK, run.valid_until, run.valid_until + TICK,
    )]  # fmt: skip
    assert ages == ["fresh", "due", "due", "stale"]


def test_a_window_counts_from_its_end_for_its_own_length_times_the_grace(world):
    looked_at(world)
    first, second = MonitorWindow.objects.order_by("start")
    run, broken = first.runs.get(), second.runs.get()
    assert run.due_at == first.end + dt.timedelta(hours=1)
    assert run.valid_until == first.end + dt.timedelta(hours=1.5)
    assert age(run, first.end) == "fresh"
    assert age(broken) == ""
    assert broken.valid_until is None


def test_a_newer_run_supersedes_and_a_changed_check_or_version_invalidates(world):
    run = finished_run(world)
    change(world, run, check_version=99)
    assert age(run) == "invalid"
    change(world, run, check_version=1)
    assert age(run) == "fresh"
    (newer,) = finish(start(world, "perf.classification"))
    assert (age(run), age(newer)) == ("superseded", "fresh")
    made = run.model_version
    for verb in ("submit", "withdraw"):
        made = move_version(by=world.engineer, version=made.reloaded(), verb=verb, reason="Wrong.")
    assert age(newer) == "invalid"


def test_another_reference_of_the_monitor_invalidates_its_runs(world):
    made = looked_at(world)
    run = MonitorWindow.objects.earliest("start").runs.get()
    now = run.window.end
    change(world, run, reference=run.current)
    change(world, made, reference=run.current)
    assert age(run, now) == "fresh"
    other = upload(world, made.cursor)
    change(world, made, reference=other)
    assert age(run, now) == "invalid"


def test_pages_lists_and_programs_show_the_age(world):
    run = finished_run(world)
    client = world.client(world.auditor)
    assert "Counts as evidence until" in client.get(run.get_absolute_url()).text
    listed = reverse("evaluations:run-list")
    assert run.reference_number in client.get(listed, {"freshness": "fresh"}).text
    assert run.reference_number not in client.get(listed, {"freshness": "stale"}).text
    api = world.api(world.auditor)
    (found,) = api.get("/api/v1/check-runs/?freshness=fresh").json()["results"]
    assert (found["id"], found["freshness"]) == (run.pk, "fresh")


def test_an_inconclusive_run_tells_the_rows_that_are_missing(world):
    run = finished_run(world)
    # 100 rows, 0.02 before the limit, half an interval of 0.04: four times the rows.
    one = MetricResult(
        run=run, metric="accuracy", estimate=0.92, low=0.88, high=0.95, n=100, warn=0.9,
        worse="below", verdict="inconclusive",
    )  # fmt: skip
    assert one.n_needed == 400
    assert missing_rows(run, [one]) is None
    run.verdict, run.n_rows = "inconclusive", 150
    assert missing_rows(run, [one]).rows == 600
    one.estimate = 0.9
    assert missing_rows(run, [one]).rows == 200  # the least that the check judges at all
    run.n_rows = 300
    assert missing_rows(run, [one]).rows is None
