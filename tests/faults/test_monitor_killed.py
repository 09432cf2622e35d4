"""The engine's child, the worker and the broker are killed while windows are judged.

``ASSAY_KILLS=50 pytest tests/faults/test_monitor_killed.py`` kills as often as the release notes
say; the suite kills each of the three once.
"""

import datetime as dt
import os
import random
import signal
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from evaluations.actions import RUN_JOB, close_abandoned, dispatch, weigh_windows
from evaluations.models import CheckRun, MonitorWindow
from jobs.actions import sweep
from jobs.models import OPEN_STATES, Job, JobState
from ledger.actions import seal
from ledger.verification import verify
from tests.builders.monitors import monitor, upload
from tests.faults.worker import Nursery, broker, environment, eventually, kill9
from tests.world import World

KILLS = int(os.environ.get("ASSAY_KILLS", "3"))
HOUR, WAIT = dt.timedelta(hours=1), dt.timedelta(minutes=10)
CHILD = b"evaluations.engine.child"

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def judging_since(start: dt.datetime) -> bool:
    sweep()
    begun = Job.objects.filter(state=JobState.RUNNING, kind=RUN_JOB, started_at__gt=start)
    return begun.filter(progress__gte=1).exists()


def all_ended(world: World) -> bool:
    sweep()
    close_abandoned(by=world.service)
    return not Job.objects.filter(state__in=OPEN_STATES).exists()


def children_of(group: int) -> list[int]:
    """The engine's processes that a member of a worker's process group started."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            parent = int((folder / "stat").read_bytes().rpartition(b")")[2].split()[1])
            if CHILD in (folder / "cmdline").read_bytes() and os.getpgid(parent) == group:
                found.append(int(folder.name))
    return found


def test_killed_at_any_moment_every_window_ends_with_exactly_one_current_run(
    world: World, tmp_path: Path
) -> None:
    chance = random.Random(3)
    made = monitor(world)
    first, worker, killed = made.cursor, 0, dict.fromkeys(("child", "worker", "broker"), 0)
    with broker() as queue:
        env = environment(queue.url, tmp_path / "home")
        with Nursery(env, include=["tests.faults.evaluating"]) as nursery:
            for number in range(KILLS):
                upload(world, first + number * HOUR)
                worker = worker or nursery.start()
                start = timezone.now()
                dispatch(by=world.service, now=first + (number + 1) * HOUR + WAIT)
                assert eventually(partial(judging_since, start), 90, step=0.1), _log(nursery)
                time.sleep(chance.uniform(0, 1))
                victim = tuple(killed)[number % 3]
                killed[victim] += 1
                if victim == "child":
                    for pid in children_of(worker):
                        os.kill(pid, signal.SIGKILL)
                elif victim == "broker":
                    queue.kill()
                    queue.start()
                else:
                    kill9(worker)
                    worker = 0
            if not worker:
                nursery.start()
            ended = partial(all_ended, world)
            assert eventually(ended, 60 + 10 * KILLS, step=0.3), _log(nursery)
    assert_one_current_run_each(world)


def assert_one_current_run_each(world: World) -> None:
    windows = list(MonitorWindow.objects.order_by("start"))
    assert len(windows) == KILLS
    for window in windows:
        (run,) = CheckRun.objects.filter(window=window, superseded=False)
        assert run.verdict in {"pass", "error"}
        assert run.results.exists() == (run.verdict == "pass")
    assert weigh_windows(by=world.service) == KILLS
    seal()
    assert verify().intact


def _log(nursery: Nursery) -> str:
    jobs = list(Job.objects.values_list("kind", "state", "attempt", "progress", "error"))
    return f"{jobs}\n{nursery.log.read_text()[-3000:]}"
