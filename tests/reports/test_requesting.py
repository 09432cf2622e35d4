"""Asking for a report, printing it in a job, and what happens when that goes wrong."""

import multiprocessing
import os
import signal
import time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from accounts.actions import end_role
from accounts.queries import memberships_of
from governance.assessments.actions import open_assessment
from jobs.actions import cancel, claim, run
from jobs.context import JobContext
from jobs.errors import LostLease
from jobs.models import Job, JobState
from jobs.testing import run_all
from ledger.canonical import sha256_hex
from ledger.errors import Refused
from ledger.models import Event
from reports.actions import MAX_BYTES, hand_out, keep_printed, request_report
from reports.messages import PANGO_COMMAND
from reports.models import Report
from reports.queries import snapshot_of
from reports.tasks import print_report
from tests.builders.assessments import assessment
from tests.builders.models_registry import new_system, system
from tests.builders.reports import kept, printed, reloaded, report
from tests.reports.test_limits import NO_PANGO
from tests.world import build_world
from vault.models import CustodyEntry, StoredFile
from vault.queries import read_bytes

LAYOUT_BEGINS = 30


@pytest.mark.slow
def test_an_auditor_asks_once_and_gets_the_whole_report(world) -> None:
    made = printed(world)
    assert (made.state, made.job.progress, made.job.error) == ("done", 100, "")
    pdf = read_bytes(made.file_digest)
    assert pdf.startswith(b"%PDF-1.7")
    assert sha256_hex(pdf) == made.file_digest
    found = snapshot_of(made)
    assert sha256_hex(read_bytes(made.snapshot_digest)) == made.snapshot_digest
    assert found["checkpoint"]["root"] == made.checkpoint_root
    assert [i["open"] for i in found["incidents"]] == [True]
    assert made.pages >= 8
    assert made.job.result == made.get_absolute_url()
    assert {e.action for e in Event.objects.filter(subject=made.key)} == {
        "reports.report.requested",
        "reports.report.printed",
    }


def test_pressing_the_button_twice_gives_one_report(world) -> None:
    first = report(world)
    assert request_report(by=world.auditor, system=system(world)) == first
    assert Report.objects.count() == Job.objects.count() == 1


def test_a_second_report_is_made_once_the_first_is_printed(world) -> None:
    first = kept(world)
    assert request_report(by=world.auditor, system=system(world)).pk != first.pk


def test_two_people_get_two_reports_since_each_sees_something_else(world) -> None:
    first = report(world)
    assert request_report(by=world.engineer, system=system(world)).pk != first.pk


def test_the_newest_assessment_is_taken_when_none_is_named(world) -> None:
    older = assessment(world)
    newer = open_assessment(by=world.officer, system=system(world), title="Later review")
    made = request_report(by=world.auditor, system=system(world))
    assert made.assessment == newer != older


def test_an_assessment_of_another_system_is_refused(world) -> None:
    other = new_system(world, "Another system")
    with pytest.raises(Refused, match="another system"):
        request_report(by=world.auditor, system=other, assessment=assessment(world))


def test_who_may_not_make_reports_cannot_ask_for_one(world) -> None:
    with pytest.raises(PermissionDenied):
        request_report(by=world.administrator, system=system(world))
    assert not Report.objects.exists()


def test_a_report_is_printed_only_once(world) -> None:
    made = kept(world)
    with pytest.raises(Refused, match="printed already"):
        keep_printed(by=world.auditor, report=made, printed=None)  # type: ignore[arg-type]


def test_a_worker_that_lost_its_lease_leaves_nothing(world) -> None:
    asked = report(world)
    slow = JobContext(claim(asked.job_id), 60)
    Job.objects.filter(pk=asked.job_id).update(fence=7)
    files = StoredFile.objects.count()
    with pytest.raises(LostLease):
        print_report(slow)
    assert StoredFile.objects.count() == files
    assert reloaded(asked).file_digest == ""


def test_a_cancelled_report_is_not_printed(world) -> None:
    asked = report(world)
    cancel(asked.job)
    assert run_all() == 0
    assert reloaded(asked).state == "cancelled"


@pytest.mark.slow
def test_a_machine_without_pango_fails_the_job_with_the_command_and_keeps_nothing(
    world, monkeypatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(NO_PANGO))
    asked = report(world)
    files = StoredFile.objects.count()
    run_all()
    found = reloaded(asked)
    assert found.state == "failed"
    assert PANGO_COMMAND in found.job.error
    assert StoredFile.objects.count() == files


def test_somebody_who_lost_his_role_meanwhile_gets_no_report(world) -> None:
    asked = report(world)
    for held in memberships_of(world.auditor):
        end_role(by=world.service, membership=held)
    run_all()
    found = reloaded(asked)
    assert found.state == "failed"
    assert "may not see" in found.job.error


def test_a_file_that_was_changed_in_the_vault_is_not_handed_out(world, settings) -> None:
    made = kept(world)
    path = settings.MEDIA_ROOT / made.file_digest[:2] / made.file_digest
    path.chmod(0o600)
    path.write_bytes(b"%PDF forged")
    with pytest.raises(Refused, match="not the one that was printed"):
        hand_out(by=world.auditor, report=made, what="file")


def test_who_took_the_file_is_written_down(world) -> None:
    made = kept(world)
    hand_out(by=world.engineer, report=made, what="file")
    taken = CustodyEntry.objects.get(file=made.file, act="downloaded")
    assert taken.by == world.engineer
    assert made.reference in taken.why
    assert Event.objects.filter(subject=made.key, action="reports.report.downloaded").count() == 1


def test_the_vault_takes_reports_far_larger_than_any_that_was_seen() -> None:
    assert MAX_BYTES >= 200_000_000


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_laying_out_is_followed_by_another_and_one_file() -> None:
    asked = report(build_world())
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=run, args=(asked.job_id,))
    worker.start()
    _wait_for(lambda: Job.objects.get(pk=asked.job_id).progress >= LAYOUT_BEGINS)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert Job.objects.get(pk=asked.job_id).state == JobState.RUNNING
    assert reloaded(asked).file_digest == ""
    Job.objects.filter(pk=asked.job_id).update(lease_until=timezone.now())
    run(asked.job_id)
    found = reloaded(asked)
    assert (found.state, found.job.attempt) == ("done", 2)
    assert Report.objects.count() == 1
    assert StoredFile.objects.filter(media_type="application/pdf").count() == 1


def _wait_for(condition, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
