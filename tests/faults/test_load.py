"""Many people posting while many jobs run, and a queue that goes away."""

import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, Unit
from accounts.permissions import Permission
from jobs.actions import enqueue, sweep
from jobs.hints import line
from jobs.models import Job, JobState
from ledger.actions import seal
from ledger.verification import verify
from tests.faults import handlers
from tests.faults.web import Poster, gunicorn
from tests.faults.worker import Nursery, broker, environment, eventually
from tests.world import World

POSTS, THREADS, TASKS = 240, 4, 300

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def post_forms(port: int, client: Client, number: int, statuses: list[int]) -> None:
    """One thread's share of the posts: each makes an API token through the page's form."""
    poster = Poster(port, client)
    path = reverse("workspace:token-create")
    statuses.append(poster.request("GET", path))
    for count in range(POSTS // THREADS):
        form = {"name": f"token {number}.{count}", "days": "30"}
        form["scopes"] = [Permission.RECORD_VIEW.value]  # type: ignore[assignment]
        statuses.append(poster.request("POST", path, form))


def all_done() -> bool:
    sweep()
    return not Job.objects.exclude(state=JobState.DONE).exists()


def test_240_posts_from_four_threads_beside_300_tasks_give_no_server_error(
    world: World, tmp_path: Path
) -> None:
    statuses: list[int] = []
    client = world.client(world.engineer)
    with broker() as queue:
        env = environment(queue.url, tmp_path / "home")
        with Nursery(env) as nursery, gunicorn(env) as port:
            for number in range(TASKS):
                enqueue(handlers.KIND, {"number": number, "step_seconds": 0}, by=world.service)
            nursery.start()
            threads = [
                threading.Thread(target=post_forms, args=(port, client, number, statuses))
                for number in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert eventually(all_done, 120, step=1.0), nursery.log.read_text()[-3000:]
    counts = Counter(statuses)
    assert counts == {200: THREADS, 303: POSTS}, (tmp_path / "home" / "web.log").read_text()[-3000:]
    assert ApiToken.objects.filter(name__startswith="token ").count() == POSTS
    assert Unit.objects.filter(name__startswith="made by ").count() == TASKS
    seal()
    assert verify().intact


def test_a_queue_that_dies_with_queued_jobs_delays_them_and_loses_none(
    world: World, tmp_path: Path
) -> None:
    """The queue forgets everything; asking goes on meanwhile, at once."""
    with broker() as queue, Nursery(environment(queue.url, tmp_path / "home")) as nursery:
        for number in range(10):
            enqueue(handlers.KIND, {"number": number}, by=world.service)
        queue.kill()
        shutil.rmtree(queue.folder / "appendonlydir")
        slowest = 0.0
        for number in range(10, 20):
            started = time.monotonic()
            enqueue(handlers.KIND, {"number": number}, by=world.service)
            slowest = max(slowest, time.monotonic() - started)
        assert slowest < 2
        assert Job.objects.filter(state=JobState.QUEUED).count() == 20
        queue.start()
        line.reopen()
        nursery.start()
        assert eventually(all_done, 60, step=0.5), nursery.log.read_text()[-3000:]
    assert Unit.objects.filter(name__startswith="made by ").count() == 20
