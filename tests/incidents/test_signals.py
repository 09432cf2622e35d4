"""From windows of monitors to signals and their incidents."""

import datetime as dt

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from evaluations.models import CheckRun
from incidents.actions import advance, sweep_failed_runs
from incidents.actions.observing import sweep_monitors
from incidents.models import Incident, Observation, Signal
from incidents.queries import signals as queries
from incidents.queries.signals import signals_for_list, standing_of
from incidents.signals.deciding import Phase
from incidents.tasks import reread
from ledger.models import Event
from models_registry.actions import link_model
from tests.builders.incidents import resolved
from tests.builders.models_registry import new_system, version
from tests.builders.signals import HOUR, START, monitors, signal, slices, stored, told, windows
from tests.world import World


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """What time it is; a test sets it."""
    now = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    return now


def test_three_failures_among_five_windows_open_one_incident(world: World) -> None:
    (monitor,) = monitors(world, 1)
    runs = told(monitor, "gffg")
    assert not Incident.objects.exists()
    runs += told(monitor, "f", after=4)
    incident, found = Incident.objects.get(), Signal.objects.get()
    assert (found.incident, found.bad_count, found.last_run) == (incident, 3, runs[4])
    assert incident.fingerprint == found.fingerprint
    assert incident.fingerprint.startswith(f"model:{monitor.model_version.model_id}/deployment:-")
    assert (incident.state, incident.check_run) == ("suspected", runs[4])
    assert incident.occurred_at == runs[1].window.end
    assert "3 of the last 5" in incident.entries.get().text
    assert Observation.objects.count() == 5


def test_runs_are_read_once_and_windows_of_monitors_open_nothing_by_hand(world: World) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, "gfe")
    assert (sweep_monitors(), sweep_failed_runs()) == (0, 0)
    assert not Incident.objects.exists()


def test_a_run_that_was_left_behind_is_read_by_the_hourly_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LOOK_BACK", 2)
    (monitor,) = monitors(world, 1)
    (stuck,) = windows(monitor, [START + HOUR], "f")
    QuerySet(CheckRun).filter(pk=stuck.pk).update(finished_at=None)
    told(monitor, "ggg", after=1)
    QuerySet(CheckRun).filter(pk=stuck.pk).update(finished_at=START + HOUR)
    assert sweep_monitors() == 0
    reread()
    assert Observation.objects.filter(run=stuck).exists()


def test_good_results_are_said_and_close_nothing(world: World) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, "fffgggggg")
    incident, found = Incident.objects.get(), Signal.objects.get()
    assert incident.state == "suspected"
    assert found.recovered_at == START + 9 * HOUR
    assert standing_of(found).phase == Phase.RECOVERING
    assert incident.entries.filter(text__contains="6 good results in a row").count() == 1


def test_each_further_failure_moves_the_incident_but_writes_no_line(world: World) -> None:
    (monitor,) = monitors(world, 1)
    runs = told(monitor, "fffff")
    incident = Incident.objects.get()
    assert incident.entries.count() == 1
    assert incident.last_failed_at == runs[4].finished_at


def test_what_comes_back_within_a_day_opens_the_resolved_incident_again(
    world: World, clock: list[dt.datetime]
) -> None:
    (monitor,) = monitors(world, 1)
    clock[0] = START + 4 * HOUR
    told(monitor, "fff")
    incident = resolved(world, Incident.objects.get())
    clock[0] = START + 12 * HOUR
    told(monitor, "gff", after=4)
    incident.refresh_from_db()
    assert incident.state == "resolved"
    told(monitor, "f", after=7)
    incident.refresh_from_db()
    assert (incident.state, incident.resolved_at) == ("reopened", None)
    assert Event.objects.filter(action="incidents.signal.returned").count() == 1


def test_what_comes_back_later_is_a_new_incident_that_names_the_old_one(
    world: World, clock: list[dt.datetime]
) -> None:
    (monitor,) = monitors(world, 1)
    clock[0] = START + 4 * HOUR
    told(monitor, "fff")
    old = resolved(world, Incident.objects.get())
    clock[0] = START + 40 * HOUR
    told(monitor, "fff", after=30)
    new = Incident.objects.exclude(pk=old.pk).get()
    assert (new.previous, new.state) == (old, "suspected")
    assert Signal.objects.get().incident == new


def test_after_a_dismissal_it_takes_as_many_new_failures_for_another_one(
    world: World, clock: list[dt.datetime]
) -> None:
    (monitor,) = monitors(world, 1)
    clock[0] = START + 4 * HOUR
    told(monitor, "fff")
    advance(by=world.engineer, incident=Incident.objects.get(), verb="dismiss", reason="A test")
    told(monitor, "ff", after=4)
    assert Incident.objects.count() == 1
    told(monitor, "f", after=6)
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(("letter", "kind"), [("e", "errored"), ("n", "no_data")])
def test_errors_and_missing_data_have_signals_of_their_own(
    world: World, letter: str, kind: str
) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, f"ff{letter * 3}")
    incident = Incident.objects.get()
    assert set(Signal.objects.values_list("kind_of", flat=True)) == {"failed", kind}
    assert Signal.objects.get(kind_of=kind).incident == incident
    assert (incident.severity, "nothing is known" in incident.severity_reason) == ("sev4", True)


def test_a_first_leak_opens_at_once_and_is_grave(world: World) -> None:
    (monitor,) = monitors(world, 1, checks=["privacy.pii"], params={})
    told(monitor, "f", check="privacy.pii")
    assert Incident.objects.get().severity == "sev2"


def test_a_superseded_run_counts_no_more(world: World) -> None:
    (monitor,) = monitors(world, 1)
    runs = told(monitor, "ff")
    QuerySet(CheckRun).update(superseded=True)
    again = windows_of_other_data(runs)
    sweep_monitors()
    told(monitor, "f", after=2)
    assert not Incident.objects.exists()
    assert Observation.objects.filter(run__in=again).count() == 2


def windows_of_other_data(runs: list[CheckRun]) -> list[CheckRun]:
    return stored(
        CheckRun,
        [
            CheckRun(
                model_version=run.model_version, check_name=run.check_name, window=run.window,
                version=1, state="done", verdict="pass", finished_at=run.finished_at,
            )
            for run in runs
        ],
    )  # fmt: skip


def test_a_window_waits_until_all_of_its_checks_have_ended(world: World) -> None:
    (monitor,) = monitors(world, 1)
    (run,) = windows(monitor, [START], "f")
    stored(
        CheckRun,
        [
            CheckRun(
                model_version=run.model_version, check_name="drift.prediction", window=run.window,
                version=1, family=run.family, state="running",
            )
        ],
    )  # fmt: skip
    assert sweep_monitors() == 0


def test_slices_that_fail_together_share_an_incident_and_others_have_their_own(
    world: World,
) -> None:
    (monitor,) = monitors(world, 1)
    for hour in (1, 2, 3):
        (run,) = windows(monitor, [START + hour * HOUR], "f", check="slice.performance")
        slices(run, north="fail", south="fail", east="pass")
        sweep_monitors()
    incident = Incident.objects.get()
    assert {s.slice for s in incident.signals.all()} == {"north", "south"}
    for hour in (4, 5, 6):
        (run,) = windows(monitor, [START + hour * HOUR], "f", check="slice.performance")
        slices(run, north="fail", south="pass", east="fail")
        sweep_monitors()
    assert Signal.objects.get(slice="east").incident != incident
    assert Incident.objects.count() == 2


def test_many_incidents_of_one_place_in_an_hour_become_a_storm(world: World) -> None:
    names = ("drift", "data.quality", "calibration", "fairness.parity", "ops.latency_cost")
    (monitor,) = monitors(world, 1)
    for hour in (1, 2, 3):
        for name in names:
            windows(monitor, [START + hour * HOUR], "f", check=name)
        sweep_monitors()
    assert Incident.objects.count() == 4
    storm = Incident.objects.get(fingerprint__startswith="storm/")
    assert storm.signals.count() == 2
    assert storm.title.startswith("Many checks of")


def test_a_graver_signal_raises_the_severity_and_none_lowers_it(world: World) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, "fffgggggg")
    incident = Incident.objects.get()
    assert incident.severity == "sev3"
    bank = new_system(world, "Overdrafts", tier=1, tier_reason="Decides about credit.")
    link_model(by=world.engineer, system=bank, model=version(world).model)
    told(monitor, "fff", after=9)
    incident.refresh_from_db()
    assert incident.severity == "sev2"
    assert incident.entries.filter(text__contains="Severity changed").exists()


def test_a_late_window_may_be_the_one_that_was_missing(world: World) -> None:
    (monitor,) = monitors(world, 1)
    told(monitor, "ff", after=1)
    assert not Incident.objects.exists()
    told(monitor, "f", after=0)
    assert Incident.objects.count() == 1


def test_a_signal_is_seen_like_its_model_and_its_phase_is_that_of_the_incident(
    world: World,
) -> None:
    found = signal(world)
    assert not Signal.objects.all().visible_to(world.stranger).exists()
    (listed,) = signals_for_list(world.engineer)
    assert (listed.phase, listed.incident_seen) == ("ongoing", True)
    resolved(world, found.incident)
    (listed,) = signals_for_list(world.engineer)
    assert listed.phase == standing_of(listed).phase == Phase.RECOVERING
