"""Monitors: windows, late data, missed slots, merging, who may do what."""

import datetime as dt
import os

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from evaluations.actions import (
    dispatch,
    edit_monitor,
    look_at,
    merge_windows,
    move_monitor,
    replay_run,
)
from evaluations.computing import stored
from evaluations.models import CheckRun, Monitor, MonitorWindow
from jobs.models import Job
from jobs.testing import run_all
from ledger.actions import action
from ledger.errors import Refused, StaleWrite
from ledger.models import Event
from tests.builders.evaluations import as_csv, cancer, finished_run, roles, table_of
from tests.builders.monitors import looked_at, monitor, new_monitor, tick, upload

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
WAIT = dt.timedelta(minutes=10)


def current(window):
    return list(CheckRun.objects.filter(window=window, superseded=False))


def test_a_window_is_looked_at_once_its_end_and_the_wait_are_over(world):
    made = monitor(world)
    start = made.cursor
    upload(world, start)
    assert tick(world, start + HOUR + WAIT - dt.timedelta(seconds=1)) == []
    (window,) = tick(world, start + HOUR + WAIT)
    assert (window.start, window.end) == (start, start + HOUR)
    (run,) = current(window)
    assert (run.verdict, run.n_rows) == ("pass", 285)
    assert made.reloaded().cursor == window.end


def test_missed_slots_run_once_each_and_a_window_without_data_is_an_error(world):
    made = looked_at(world)
    first, second = MonitorWindow.objects.order_by("start")
    assert first.end == second.start
    assert [run.verdict for run in current(first)] == ["pass"]
    (missing,) = current(second)
    assert (missing.verdict, missing.headline) == ("error", "No data arrived for this window.")
    before = CheckRun.objects.count()
    tick(world, made.cursor)
    assert CheckRun.objects.count() == before


def test_late_data_make_a_superseding_run_and_keep_the_old_one(world):
    looked_at(world)
    first, second = MonitorWindow.objects.order_by("start")
    upload(world, first.start, more=" late", part="shifted")
    tick(world, second.end + WAIT)
    (run,) = current(first)
    assert CheckRun.objects.filter(window=first).count() == 2
    assert run.current.label.endswith(" late")
    assert Event.objects.filter(action="evaluations.run.superseded").count() == 1


def test_data_that_come_too_late_change_nothing(world):
    made = looked_at(world)
    first = MonitorWindow.objects.earliest("start")
    upload(world, first.start, more=" late")
    dispatch(by=world.service, now=first.end + dt.timedelta(hours=made.late_hours, seconds=1))
    assert not Job.objects.filter(kind="evaluations.window", key=str(first.pk), state="queued")


def test_the_database_holds_one_current_run_per_window_and_check(world):
    looked_at(world)
    run = current(MonitorWindow.objects.earliest("start"))[0]
    twin = CheckRun(model_version=run.model_version, check_name=run.check_name, window=run.window)
    refusals = (IntegrityError, ValidationError, Refused)
    with pytest.raises(refusals), action("evaluations.run.started", by=world.service) as act:
        act.save(twin)


def test_two_dispatchers_cut_a_window_once(world):
    made = monitor(world)
    now = made.next_at
    stale = Monitor.objects.get(pk=made.pk)
    assert dispatch(by=world.service, now=now) == 1
    with (
        pytest.raises(StaleWrite),
        action("evaluations.monitor.dispatched", by=world.service) as act,
    ):
        act.save(stale)
    assert dispatch(by=world.service, now=now) <= 1
    assert MonitorWindow.objects.count() == 1
    assert Job.objects.filter(kind="evaluations.window").count() == 1


def test_a_window_whose_job_was_lost_is_given_out_again(world):
    made = monitor(world)
    upload(world, made.cursor)
    dispatch(by=world.service, now=made.next_at)
    Job.objects.update(state="failed", error="Interrupted too often.")
    (window,) = tick(world, made.next_at)
    assert [run.verdict for run in current(window)] == ["pass"]
    assert look_at(by=world.service, window=window.reloaded()) == []


def test_a_table_that_lost_a_column_is_an_error_with_the_reason(world):
    made = new_monitor(world, roles={"y_true": "y_true", "y_pred": "gone", "positive": "1"})
    upload(world, made.cursor)
    (window,) = tick(world, made.next_at)
    (run,) = current(window)
    assert run.verdict == "error"
    assert "no column “gone”" in run.headline


def test_windows_merge_into_a_longer_one_from_their_aggregates(world):
    made = new_monitor(world)
    start = made.cursor
    upload(world, start, last=140)
    upload(world, start + HOUR, first=140)
    tick(world, start + 2 * HOUR + WAIT)
    (run,) = merge_windows(by=world.engineer, monitor=made.reloaded(), count=4)
    run_all()
    run, whole = run.reloaded(), finished_run(world)
    assert (run.n_rows, run.window.merged) == (285, True)
    assert (run.window.start, run.window.end) == (start, start + 2 * HOUR)
    figures = [list(one.results.values_list("metric", "estimate", "n")) for one in (run, whole)]
    assert figures[0] == figures[1]
    assert replay_run(by=world.engineer, run=run).same


def test_one_window_alone_is_not_merged(world):
    with pytest.raises(Refused, match="no two finished windows"):
        merge_windows(by=world.engineer, monitor=looked_at(world), count=4)


def test_a_file_of_an_allowed_folder_is_read_and_none_beside_it(world, settings, tmp_path):
    unit = monitor(world).model_version.model.unit_id
    folder, outside = tmp_path / "in", tmp_path / "secret.csv"
    folder.mkdir()
    settings.MONITOR_FOLDERS = [(unit, str(folder))]
    made = new_monitor(
        world, name="Files", source="folder", place=str(folder), pattern="s-%Y-%m-%dT%H.csv"
    )
    outside.write_bytes(as_csv(cancer()["current"]))
    start = made.cursor
    os.link(outside, folder / start.strftime("s-%Y-%m-%dT%H.csv"))
    os.symlink(outside, folder / (start + HOUR).strftime("s-%Y-%m-%dT%H.csv"))
    tick(world, start + 2 * HOUR + WAIT)
    first, second = made.windows.order_by("start")
    assert [run.verdict for run in current(first)] == ["pass"]
    assert current(second)[0].headline == "No data arrived for this window."


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"source": "folder", "place": "/etc", "pattern": "%Y.csv"}, "place"),
        ({"pattern": "always-the-same.csv"}, "pattern"),
        ({"every_minutes": None}, "cron"),
        ({"cron": "0 0 31 2 *", "every_minutes": None}, "cron"),
        ({"checks": ["astrology"]}, "checks"),
        ({"checks": ["drift"], "params": {}}, "reference"),
    ],
)
def test_a_monitor_that_could_not_work_is_refused(world, values, field):
    with pytest.raises(Refused) as caught:
        new_monitor(world, **values)
    assert caught.value.field == field


def test_a_pattern_does_not_leave_its_folder(world, settings, tmp_path):
    unit = monitor(world).model_version.model.unit_id
    settings.MONITOR_FOLDERS = [(unit, str(tmp_path)), (unit + 1000, "/srv/others")]
    for place, pattern in (
        (str(tmp_path), "../%Y.csv"), (str(tmp_path), "/%Y.csv"), ("/srv/others", "%Y.csv"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            new_monitor(world, name="x", source="folder", place=place, pattern=pattern)


def test_a_pause_needs_a_reason_and_its_windows_are_left_out(world):
    made = looked_at(world)
    with pytest.raises(Refused, match="Say why"):
        move_monitor(by=world.engineer, monitor=made, verb="pause")
    move_monitor(by=world.engineer, monitor=made, verb="pause", reason="The feed is rebuilt.")
    assert dispatch(by=world.service, now=made.next_at + HOUR) == 0
    resumed = move_monitor(by=world.engineer, monitor=made, verb="resume")
    assert resumed.state == "active"
    assert resumed.next_at > resumed.cursor


def test_only_those_who_may_run_checks_add_and_pause(world):
    made = monitor(world)
    for person in (world.auditor, world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            move_monitor(by=person, monitor=made, verb="pause", reason="x")
        with pytest.raises(PermissionDenied):
            merge_windows(by=person, monitor=made, count=2)


def test_a_monitor_is_made_from_a_run_and_shows_its_next_windows_first(world):
    run = finished_run(world)
    client, url = world.client(world.engineer), reverse("evaluations:monitor-add", args=[run.pk])
    sent = {
        "name": "Weekly", "source": "uploads", "place": "scored", "pattern": "%Y-W%V",
        "cron": "0 6 * * 1", "watermark_minutes": "60", "late_hours": "72",
    }  # fmt: skip
    preview = client.post(url, {**sent, "preview": "1"})
    assert preview.text.count("06:00") >= 5
    assert not Monitor.objects.exists()
    assert client.post(url, {**sent, "cron": "nonsense"}).status_code == 422
    assert client.post(url, sent).status_code == 303
    made = Monitor.objects.get()
    assert (made.checks, made.params["perf.classification"]["min_accuracy"]) == (
        ["perf.classification"], 0.9,
    )  # fmt: skip
    assert made.roles["y_pred"] == "y_pred"


def test_programs_add_pause_and_read_monitors(world):
    known = monitor(world)
    api, url = world.api(world.engineer), "/api/v1/monitors/"
    body = {
        "model_version": known.model_version_id, "name": "By API", "checks": ["calibration"],
        "source": "uploads", "place": "scored", "pattern": "%Y-%m-%d", "every_minutes": 1440,
        "roles": known.roles,
    }  # fmt: skip
    made = api.post(url, body)
    assert made.status_code == 201, made.content
    one = f"{url}{made.json()['id']}/"
    assert api.post(f"{one}pause/", {"reason": "x"}).status_code == 428
    tag = {"headers": {"If-Match": made["ETag"]}}
    assert api.post(f"{one}pause/", {"reason": "Feed is down."}, **tag).json()["state"] == "paused"
    assert api.post(f"{one}resume/", **tag).status_code == 412
    assert api.post(url, {**body, "pattern": "same.csv"}).status_code == 422
    assert api.get(f"{one}windows/").json() == []
    assert api.get(f"{one}cost/").json()["runs"] == 0


def test_the_page_draws_trends_and_tells_the_cost(world, django_assert_max_num_queries):
    made = looked_at(world)
    client = world.client(world.auditor)
    with django_assert_max_num_queries(22):
        page = client.get(made.get_absolute_url()).text
    assert "perf.classification · accuracy" in page
    assert "No data arrived" in page
    assert "285" in page
    listed = client.get(reverse("evaluations:monitor-list")).text
    assert made.name in listed


def edited(world, made, base=None, reason="", **values):
    base = base or {name: getattr(made, name) for name in values}
    return edit_monitor(by=world.engineer, monitor=made, base=base, values=values, reason=reason)


def test_a_monitor_is_edited_field_by_field_and_two_people_lose_no_word(world):
    made = monitor(world)
    seen = {"every_minutes": 60, "name": made.name}
    edited(world, made.reloaded(), every_minutes=1440)
    merge = edited(world, made, base=seen, every_minutes=30, name="Mine")
    assert [(c.name, c.mine, c.theirs) for c in merge.clashes] == [("every_minutes", 30, 1440)]
    assert made.reloaded().name == seen["name"]
    edited(world, made, base=seen, every_minutes=60, name="Mine")
    made = made.reloaded()
    assert (made.name, made.every_minutes) == ("Mine", 1440)
    assert made.next_at - made.cursor > HOUR


def test_what_a_verdict_depends_on_changes_with_a_reason_and_only_to_what_works(world):
    made = monitor(world)
    looser = {"perf.classification": {"min_accuracy": 0.5}}
    for reason, params in (
        (" ", looser), ("Agreed.", {"perf.classification": {"min_accuracy": 7}}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            edited(world, made.reloaded(), reason=reason, params=params)
    with pytest.raises(Refused, match="cannot be changed"):
        edited(world, made.reloaded(), state="paused")
    edited(world, made.reloaded(), reason="Agreed with the owner.", params=looser)
    event = Event.objects.filter(action="evaluations.monitor.edited").latest("pk")
    assert event.reason == "Agreed with the owner."
    with pytest.raises(PermissionDenied):
        edit_monitor(by=world.auditor, monitor=made, base={}, values={"name": "x"}, reason="")


def test_the_edit_page_and_the_api_change_a_monitor(world):
    made = monitor(world)
    url, client = reverse("evaluations:monitor-edit", args=[made.pk]), world.client(world.owner)
    page = client.get(url)
    assert "perf.classification min_accuracy = 0.9" in page.text
    form = page.context["form"]
    sent = {}
    for field in form:
        value = field.field.prepare_value(field.value())
        sent[field.html_name] = "" if value is None else value
        sent[field.html_initial_name] = sent[field.html_name]
    sent |= {"budget": "12", "budget_of": "seconds", "params": "perf.classification oops = x"}
    assert client.post(url, sent).status_code == 422
    sent |= {"params": "perf.classification min_accuracy = 0.95", "reason": "Tighter."}
    assert client.post(url, sent).status_code == 303
    made = made.reloaded()
    assert (made.params["perf.classification"], made.budget) == ({"min_accuracy": 0.95}, 12)
    assert made.roles == {k: v for k, v in monitor(world).roles.items() if v}
    api, one = world.api(world.engineer), f"/api/v1/monitors/{made.pk}/"
    tag = {"headers": {"If-Match": api.get(one)["ETag"]}}
    assert api.patch(one, {"name": "By API"}, **tag).json()["name"] == "By API"
    assert api.patch(one, {"name": "Late"}, **tag).status_code == 412


def test_windows_after_another_reference_are_counted_in_groups_of_their_own(world):
    first = table_of(world, "reference")
    few = roles(features=["mean radius"])
    made = new_monitor(world, checks=["drift"], params={}, reference=first, roles=few)
    upload(world, made.cursor)
    tick(world, made.next_at)
    made = made.reloaded()
    edited(world, made, reason="A newer reference.", reference=table_of(world, "shifted"))
    upload(world, made.cursor)
    windows = tick(world, made.reloaded().next_at)
    (old,), (new,) = (current(window) for window in windows)
    assert stored(old)["baseline"] != stored(new)["baseline"]


def test_a_monitor_may_start_in_the_past_but_not_ages_ago_or_tomorrow(world):
    now = timezone.now()
    made = new_monitor(world, since=now - 5 * HOUR)
    assert now - 6 * HOUR <= made.cursor <= now - 5 * HOUR
    for since in (now - dt.timedelta(days=400), now + HOUR):
        with pytest.raises(Refused, match="a year ago"):
            new_monitor(world, name="Another", since=since)
