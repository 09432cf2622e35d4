"""Workers that are killed in the middle of their work."""

import datetime as dt
import hashlib
import random
import time
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from accounts.models import Unit
from jobs.actions import enqueue, sweep
from jobs.models import Job, JobState
from ledger.actions import seal
from ledger.verification import verify
from tests.faults import handlers
from tests.faults.worker import Nursery, broker, environment, eventually, kill9
from tests.world import World
from vault.models import CustodyEntry
from vault.queries import read_bytes

# The second database says the same with fewer.
KILLS = 50 if connection.vendor == "sqlite" else 15
JOBS = 60

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def at_work_since(start: dt.datetime) -> bool:
    """Whether a worker that was started after ``start`` is in the middle of a job."""
    begun = Job.objects.filter(state=JobState.RUNNING, progress__gt=0, started_at__gt=start)
    return begun.exists()


def all_done() -> bool:
    sweep()
    return not Job.objects.exclude(state=JobState.DONE).exists()


def test_fifty_kills_in_mid_job_lose_nothing_and_double_nothing(
    world: World, tmp_path: Path
) -> None:
    chance = random.Random(1)
    kind = handlers.KIND
    kills = 0
    with broker() as queue, Nursery(environment(queue.url, tmp_path / "home")) as nursery:
        jobs = [enqueue(kind, {"number": n}, by=world.service) for n in range(JOBS)]
        while kills < KILLS:
            start = timezone.now()
            worker = nursery.start()
            at_work = partial(at_work_since, start)
            assert eventually(at_work, 30, step=0.02), nursery.log.read_text()[-3000:]
            time.sleep(chance.uniform(0, 0.35))
            kill9(worker)
            kills += 1
            if all_done():
                jobs += [
                    enqueue(kind, {"number": len(jobs) + n}, by=world.service) for n in range(10)
                ]
        nursery.start()
        assert eventually(all_done, 60, step=0.5), nursery.log.read_text()[-3000:]
    assert kills == KILLS
    assert_each_done_once(jobs)
    interrupted = Job.objects.filter(attempt__gt=1).count()
    assert interrupted >= KILLS // 3, "the kills did not hit running jobs"


def assert_each_done_once(jobs: list[Job]) -> None:
    for job in Job.objects.all():
        text = f"report {job.arguments['number']}".encode()
        assert job.state == JobState.DONE
        assert job.result == hashlib.sha256(text).hexdigest()
        assert read_bytes(job.result) == text
    made = Unit.objects.filter(name__startswith="made by").values("name").annotate(n=Count("pk"))
    assert {row["name"]: row["n"] for row in made} == {
        f"made by {job.arguments['number']}": 1 for job in jobs
    }
    assert CustodyEntry.objects.count() == len(jobs)
    seal()
    assert verify().intact
