"""A failing check opens exactly one incident."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from incidents.actions import open_for_failed_run, sweep_failed_runs
from incidents.models import Incident, TimelineEntry
from incidents.tasks import sweep
from ledger.actions import action
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.evaluations import finish, start, table_of
from tests.builders.incidents import HEADLINE, closed, declared, link, opened, resolved, run_of
from tests.builders.models_registry import new_system, new_version, system, version
from tests.world import World, build_world


def test_a_failed_run_opens_exactly_one_incident_linked_to_version_and_run(world: World) -> None:
    run = run_of(world)
    assert sweep_failed_runs() == 1
    assert sweep_failed_runs() == 0
    incident = Incident.objects.get()
    assert incident.check_run == run
    assert incident.model_version == version(world)
    assert incident.system == system(world)
    assert incident.unit == world.lending
    assert incident.title == HEADLINE
    assert incident.detected_at == run.finished_at
    assert [entry.check_run for entry in incident.entries.all()] == [run]


@pytest.mark.thin_path
def test_real_drift_in_a_real_table_opens_an_incident_and_a_repaired_table_does_not(
    world: World,
) -> None:
    shifted, sound = (
        finish(start(world, "drift", current=table_of(world, name)))[0]
        for name in ("shifted", "current")
    )
    assert sweep_failed_runs() == 1
    incident = Incident.objects.get()
    assert incident.check_run == shifted
    assert incident.title.startswith("Drift found in 2 of 31 columns")
    assert not TimelineEntry.objects.filter(check_run=sound).exists()


@pytest.mark.parametrize("verdict", ["pass", "warn", "inconclusive", "error"])
def test_other_verdicts_open_nothing(world: World, verdict: str) -> None:
    run = run_of(world, verdict)
    assert sweep_failed_runs() == 0
    with pytest.raises(Refused, match="Only a failed check"):
        open_for_failed_run(by=world.service, run=run)
    assert not Incident.objects.exists()


def test_a_run_without_a_verdict_yet_opens_nothing(world: World) -> None:
    run_of(world, "")
    sweep()
    assert not Incident.objects.exists()


def test_a_second_failure_of_the_same_check_joins_the_open_incident(world: World) -> None:
    first, second = run_of(world), run_of(world, headline="Drift found in 9 of 25 columns")
    sweep_failed_runs()
    incident = Incident.objects.get()
    assert {entry.check_run for entry in incident.entries.all()} == {first, second}
    assert incident.last_failed_at == max(first.finished_at, second.finished_at)
    assert incident.entries.filter(text__contains="9 of 25").exists()


def test_another_check_or_another_version_gets_its_own_incident(world: World) -> None:
    run_of(world)
    run_of(world, check_name="calibration")
    run_of(world, model_version=new_version(world, "3.0"))
    sweep_failed_runs()
    assert Incident.objects.count() == 3


def test_closing_frees_the_fingerprint_and_the_next_incident_names_the_last(world: World) -> None:
    first = opened(world)
    closed(world, first)
    second = opened(world)
    assert second != first
    assert second.previous == first
    assert Incident.objects.still_open().get() == second


def test_a_failure_after_resolving_opens_the_same_incident_again(world: World) -> None:
    incident = opened(world)
    resolved(world, incident)
    opened(world, finished_at=timezone.now() + dt.timedelta(seconds=1))
    incident.refresh_from_db()
    assert (incident.state, incident.resolved_at) == ("reopened", None)
    assert incident.entries.filter(text__contains="although repaired").count() == 1
    assert Event.objects.filter(action="incidents.incident.reopened").count() == 1


def test_a_run_from_before_the_repair_does_not_open_it_again(world: World) -> None:
    incident = opened(world)
    resolved(world, incident)
    opened(world, finished_at=timezone.now() - dt.timedelta(hours=1))
    incident.refresh_from_db()
    assert incident.state == "resolved"
    assert incident.entries.filter(check_run__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("tier", "severity"), [(1, "sev2"), (2, "sev3"), (3, "sev4"), (None, "sev3")]
)
def test_the_gravest_tier_decides_the_severity(
    world: World, tier: int | None, severity: str
) -> None:
    reason = {"tier": tier, "tier_reason": "Decides about credit."} if tier else {}
    link(world, new_system(world, "Overdrafts", **reason))
    incident = opened(world)
    assert incident.severity == severity
    assert "automatically" in incident.severity_reason


def test_a_person_without_the_permission_cannot_open_one(world: World) -> None:
    from_run = run_of(world)
    with pytest.raises(Exception, match="do not include"):
        open_for_failed_run(by=world.auditor, run=from_run)


def test_the_command_takes_up_what_a_dead_process_left(world: World, capsys: Any) -> None:
    run_of(world)
    call_command("sweep_incidents")
    assert "1 failed run taken up" in capsys.readouterr().out
    assert Incident.objects.count() == 1


def test_a_run_that_cannot_be_taken_up_holds_up_no_other(world: World, caplog: Any) -> None:
    # An incident that took the run without a timeline entry, as no version of ours ever wrote it.
    stuck, good = run_of(world), run_of(world, check_name="slice.performance")
    half = declared(world)
    half.check_run = stuck
    with action("test", by=world.service) as act:
        act.save(half)
    assert sweep_failed_runs() == 1
    assert Incident.objects.exclude(pk=half.pk).get().check_run == good
    assert "has no incident yet" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_open_one_incident_per_fingerprint() -> None:
    world = build_world()
    for name in ("drift", "calibration", "slice.performance"):
        for _again in range(3):
            run_of(world, check_name=name)
    errors = _eight_at_once(sweep_failed_runs)
    assert errors == []
    sweep_failed_runs()
    assert Incident.objects.count() == 3
    assert TimelineEntry.objects.filter(check_run__isnull=False).count() == 9


@pytest.mark.django_db(transaction=True)
def test_one_run_taken_up_by_eight_threads_stands_in_one_timeline_once() -> None:
    world = build_world()
    run = run_of(world)
    errors = _eight_at_once(lambda: open_for_failed_run(by=world.service, run=run))
    assert errors == []
    assert Incident.objects.get().entries.get().check_run == run


def _eight_at_once(work: Any) -> list[BaseException]:
    errors: list[BaseException] = []
    gate = threading.Barrier(8)

    def one() -> None:
        try:
            gate.wait()
            work()
        except BaseException as error:  # noqa: BLE001  every failure of a thread fails the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
