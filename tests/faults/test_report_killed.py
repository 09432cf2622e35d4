"""Workers that are killed in the middle of a real report.

``ASSAY_KILLS=50 pytest tests/faults/test_report_killed.py`` kills as often as the release notes
say; the suite kills less often, since each kill costs a started and a repeated layout.
"""

import datetime as dt
import os
import random
import time
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from jobs.actions import sweep
from jobs.models import Job, JobState
from ledger.actions import seal
from ledger.canonical import sha256_hex
from ledger.models import Event
from ledger.verification import verify
from reports.actions import KIND, request_report
from reports.models import Report
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import new_system
from tests.faults.worker import Nursery, broker, environment, eventually, kill9
from tests.world import World
from vault.models import StoredFile
from vault.queries import read_bytes

KILLS = int(os.environ.get("ASSAY_KILLS", "4"))
LAYOUT_BEGINS = 30
PDF = "application/pdf"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def laying_out_since(start: dt.datetime) -> bool:
    sweep()
    begun = Job.objects.filter(state=JobState.RUNNING, kind=KIND, started_at__gt=start)
    return begun.filter(progress__gte=LAYOUT_BEGINS).exists()


def all_done() -> bool:
    sweep()
    return not Job.objects.exclude(state=JobState.DONE).exists()


def test_killed_in_mid_layout_every_report_ends_with_exactly_one_file(
    world: World, tmp_path: Path
) -> None:
    chance = random.Random(2)
    catalogue(world)
    with broker() as queue:
        env = environment(queue.url, tmp_path / "home")
        with Nursery(env, include=["tests.faults.reporting"]) as nursery:
            asked = [
                request_report(by=world.auditor, system=new_system(world, name=f"System {n}"))
                for n in range(max(3, KILLS // 2))
            ]
            for _ in range(KILLS):
                start = timezone.now()
                worker = nursery.start()
                assert eventually(partial(laying_out_since, start), 60, step=0.2), _log(nursery)
                time.sleep(chance.uniform(0, 1.5))
                kill9(worker)
            nursery.start()
            assert eventually(all_done, 60 + 15 * len(asked), step=0.5), _log(nursery)
    assert Job.objects.filter(attempt__gt=1).count() >= min(len(asked), KILLS) // 2
    assert_one_file_each(asked)


def assert_one_file_each(asked: list[Report]) -> None:
    for report in Report.objects.all():
        pdf = read_bytes(report.file_digest)
        assert pdf.startswith(b"%PDF-")
        assert sha256_hex(pdf) == report.file_digest
        printed = Event.objects.filter(subject=report.key, action="reports.report.printed")
        assert printed.count() == 1
    assert Report.objects.count() == len(asked)
    assert StoredFile.objects.filter(media_type=PDF).count() == len(asked)
    seal()
    assert verify().intact


def _log(nursery: Nursery) -> str:
    jobs = list(Job.objects.values_list("state", "attempt", "progress", "message", "error"))
    return f"{jobs}\n{nursery.log.read_text()[-3000:]}"
