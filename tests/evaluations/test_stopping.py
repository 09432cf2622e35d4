"""Runs that end without a verdict of the engine: cancelled, given up, overdue."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.actions import cancel_run, close_abandoned, stopping
from jobs.models import Job
from ledger.errors import Refused
from tests.builders.evaluations import finish, finished_run, queued_run

pytestmark = pytest.mark.django_db


def test_a_waiting_run_is_stopped_at_once_and_never_computed(world):
    run = queued_run(world)
    for person in (world.auditor, world.stranger):
        with pytest.raises(PermissionDenied):
            cancel_run(by=person, run=run, reason="x")
    with pytest.raises(Refused, match="Say why"):
        cancel_run(by=world.owner, run=run, reason="")
    cancel_run(by=world.owner, run=run, reason="Wrong table.")
    (run,) = finish([run])
    assert (run.verdict, run.job.state) == ("error", "cancelled")
    assert "Wrong table." in run.headline
    with pytest.raises(Refused, match="ended already"):
        cancel_run(by=world.owner, run=run, reason="Again.")


def test_a_running_run_stops_at_its_next_sign_of_life(world):
    run = queued_run(world)
    Job.objects.filter(pk=run.job_id).update(
        state="running", lease_until=timezone.now() + dt.timedelta(minutes=1)
    )
    api = world.api(world.engineer)
    url = f"/api/v1/check-runs/{run.pk}/"
    tag = {"headers": {"If-Match": api.get(url)["ETag"]}}
    assert api.post(f"{url}cancel/", {"reason": "Wrong table."}, **tag).status_code == 200
    assert Job.objects.get(pk=run.job_id).cancel_requested
    assert run.reloaded().is_open


def test_a_run_that_no_worker_takes_is_an_error_after_some_hours_and_not_before(world, monkeypatch):
    ended, run = finished_run(world), queued_run(world)
    assert close_abandoned(by=world.service) == 0
    monkeypatch.setattr(stopping, "OVERDUE", dt.timedelta(seconds=0))
    Job.objects.filter(pk=run.job_id).update(
        state="running", lease_until=timezone.now() + dt.timedelta(minutes=1)
    )
    assert close_abandoned(by=world.service) == 0
    Job.objects.filter(pk=run.job_id).update(lease_until=timezone.now() - dt.timedelta(minutes=1))
    assert close_abandoned(by=world.service) == 1
    run = run.reloaded()
    assert (run.verdict, ended.reloaded().verdict) == ("error", "pass")
    assert "No worker" in run.headline
