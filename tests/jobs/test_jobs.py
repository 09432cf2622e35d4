"""The life of a job: asked for, claimed, fenced, put off, stopped, done."""

import datetime as dt
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.actions import create_unit
from accounts.models import Unit
from jobs.actions import cancel, claim, enqueue, hint, run, sweep
from jobs.context import JobContext
from jobs.errors import JobFailed, LostLease
from jobs.hints import Line, _connection, line
from jobs.models import Job, JobState
from jobs.registry import Handler, UnknownKind, handler, handler_for
from jobs.testing import run_all
from ledger.errors import Refused
from ledger.models import Event
from tests.world import World

calls: list[Any] = []


@handler("tests.obedient", lease_seconds=5, max_attempts=3)
def obedient(ctx: JobContext) -> None:
    """Does what its arguments say."""
    calls.append(ctx.arguments)
    ctx.progress(30, "Working")
    if (wish := ctx.arguments.get("raise")) and ctx.job.attempt <= ctx.arguments.get("times", 99):
        raise {
            "failed": JobFailed("Upload a table with a column “score”."),
            "refused": Refused("The version is frozen."),
            "denied": PermissionDenied("Not yours."),
            "slow": SoftTimeLimitExceeded(),
            "bug": ZeroDivisionError("secret detail"),
        }[wish]
    with ctx.finish() as done:
        create_unit(by=ctx.by, name=ctx.arguments["name"])
        done.result = "/made/"


@pytest.fixture(autouse=True)
def no_calls() -> Iterator[None]:
    calls.clear()
    yield
    line.reopen()


def ask(world: World, **arguments: Any) -> Job:
    return enqueue("tests.obedient", {"name": "Made", **arguments}, by=world.service)


def again(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_once_with_its_result_and_its_events_name_it(world: World) -> None:
    job = ask(world)
    assert run_all() == 1
    job = again(job)
    assert (job.state, job.progress, job.result) == (JobState.DONE, 100, "/made/")
    assert job.finished_at
    assert job.lease_until is None
    assert Event.objects.latest("pk").correlation == f"job:{job.public_id}"
    run(job.pk)
    assert len(calls) == 1


def test_an_unknown_kind_is_refused_before_a_row_exists(world: World) -> None:
    with pytest.raises(UnknownKind):
        enqueue("tests.nothing", {}, by=world.service)
    assert not Job.objects.exists()


def test_the_same_key_gives_the_open_job_and_after_its_end_a_new_one(world: World) -> None:
    first, second = (
        enqueue("tests.obedient", {"name": "K"}, by=world.service, key="k") for _ in range(2)
    )
    assert first.pk == second.pk
    run_all()
    third = enqueue("tests.obedient", {"name": "L"}, by=world.service, key="k")
    assert third.pk != first.pk


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("failed", "Upload a table"),
        ("refused", "frozen"),
        ("denied", "Not yours"),
        ("slow", "too long"),
    ],
)
def test_a_final_failure_tells_the_person_and_is_not_tried_again(
    world: World, wish: str, words: str
) -> None:
    job = ask(world, **{"raise": wish})
    run_all()
    job = again(job)
    assert job.state == JobState.FAILED
    assert words in job.error
    assert len(calls) == 1


def test_a_bug_is_tried_again_later_each_time_and_its_details_stay_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    job = ask(world, **{"raise": "bug"})
    waits = []
    for _attempt in range(2):
        Job.objects.update(not_before=None)
        run(job.pk)
        put_off = again(job).not_before
        assert put_off is not None
        waits.append(put_off - timezone.now())
        assert claim(job.pk) is None
    assert dt.timedelta(seconds=4) < waits[0] < waits[1] < dt.timedelta(seconds=16)
    run_all()
    job = again(job)
    assert job.state == JobState.FAILED
    assert "secret detail" not in job.error
    assert "secret detail" in caplog.text
    assert len(calls) == 3


def test_a_passing_trouble_passes(world: World) -> None:
    job = ask(world, **{"raise": "bug", "times": 2})
    run_all()
    assert again(job).state == JobState.DONE


def test_of_two_workers_one_gets_the_job(world: World) -> None:
    job = ask(world)
    assert claim(job.pk) is not None
    assert claim(job.pk) is None


def test_who_lost_the_lease_writes_nothing(world: World) -> None:
    job = ask(world)
    slow = claim(job.pk)
    assert slow is not None
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    fast = claim(job.pk)
    assert fast is not None
    loser = JobContext(slow, 5)
    with pytest.raises(LostLease):
        loser.progress(50, "Still here")
    with pytest.raises(LostLease), loser.finish():
        create_unit(by=world.service, name="By the loser")
    with JobContext(fast, 5).finish():
        create_unit(by=world.service, name="By the winner")
    assert set(Unit.objects.filter(name__startswith="By").values_list("name", flat=True)) == {
        "By the winner"
    }
    assert again(job).state == JobState.DONE


def test_an_error_while_finishing_keeps_nothing_and_the_job_goes_on(world: World) -> None:
    claimed = claim(ask(world).pk)
    assert claimed is not None
    with pytest.raises(Refused), JobContext(claimed, 5).finish():
        _one_good_one_bad(world)
    assert not Unit.objects.filter(name="Half").exists()
    assert again(claimed).state == JobState.RUNNING


def _one_good_one_bad(world: World) -> None:
    create_unit(by=world.service, name="Half")
    create_unit(by=world.service, name="x" * 500)


def test_progress_renews_the_lease_and_stays_between_0_and_100(world: World) -> None:
    claimed = claim(ask(world).pk)
    assert claimed is not None
    Job.objects.update(lease_until=timezone.now() + dt.timedelta(seconds=1))
    JobContext(claimed, 60).progress(140, "m" * 500)
    job = again(claimed)
    assert (job.progress, len(job.message)) == (100, 200)
    assert job.lease_until > timezone.now() + dt.timedelta(seconds=50)


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_at_its_next_sign_of_life(
    world: World,
) -> None:
    queued, running = ask(world), ask(world)
    cancel(queued)
    assert again(queued).state == JobState.CANCELLED
    claimed = claim(running.pk)
    assert claimed is not None
    cancel(running)
    assert again(running).state == JobState.RUNNING
    Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    run(running.pk)  # its worker died: the next one finds the wish
    assert again(running).state == JobState.CANCELLED
    assert not calls


def test_work_that_kills_its_workers_is_given_up_after_the_last_attempt(world: World) -> None:
    job = ask(world)
    for _attempt in range(3):
        assert claim(job.pk) is not None
        Job.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert claim(job.pk) is None
    assert again(job).state == JobState.FAILED
    assert "interrupted" in again(job).error


def test_the_sweeper_tells_of_dropped_jobs_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("broker_write_url", "broker_url"):
        monkeypatch.setattr(current_app.conf, name, "memory://")
    fresh, dropped, lost, alive, waiting = (ask(world) for _ in range(5))
    past, soon = (timezone.now() + dt.timedelta(seconds=s) for s in (-60, 60))
    Job.objects.filter(pk__in=[dropped.pk, waiting.pk]).update(hinted_at=past)
    Job.objects.filter(pk=waiting.pk).update(not_before=soon)
    Job.objects.filter(pk=lost.pk).update(state=JobState.RUNNING, lease_until=past)
    Job.objects.filter(pk=alive.pk).update(state=JobState.RUNNING, lease_until=soon)
    assert sweep() == 2
    told = Job.objects.filter(hinted_at__gt=past + dt.timedelta(seconds=50))
    assert set(told) == {dropped, lost}
    assert again(fresh).hinted_at is again(alive).hinted_at is None


@pytest.fixture
def deaf_queue() -> Iterator[str]:
    """A queue that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed_queue() -> str:
    """A queue that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


@pytest.mark.parametrize("queue", ["deaf_queue", "closed_queue"])
def test_without_a_queue_asking_neither_fails_nor_takes_two_seconds(
    world: World,
    queue: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    for name in ("broker_write_url", "broker_url"):  # the first answers with the second if unset
        monkeypatch.setattr(current_app.conf, name, request.getfixturevalue(queue))
    line.reopen()
    assert _connection().transport_cls  # the client library is imported once per process
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        job = ask(world)
    first = time.monotonic() - started
    assert first < 2
    assert not hint(job.pk)
    assert time.monotonic() - started - first < 0.1  # the line is known to be closed
    assert again(job).state == JobState.QUEUED


def test_the_closed_line_opens_again_after_a_while() -> None:
    own = Line()
    own._closed_until = time.monotonic() - 0.1
    assert time.monotonic() > own._closed_until
    quiet = Handler("tests.obedient", obedient, 5, 10, 3)
    own._closed_until = time.monotonic() + 100
    assert not own.tell(1, quiet)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_asking_with_one_key_make_one_job(world: World) -> None:
    line._closed_until = time.monotonic() + 60
    made, errors = [], []

    def work() -> None:
        try:
            made.append(enqueue("tests.obedient", {"name": "x"}, by=world.service, key="one").pk)
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(made) == 8
    assert len(set(made)) == 1


def test_a_kind_is_handled_in_one_place_only() -> None:
    assert handler_for("tests.obedient").work is obedient
    with pytest.raises(ValueError, match="Two handlers"):
        handler("tests.obedient")(obedient)
