"""Signals over many series and from many processes: the whole way through the database."""

import multiprocessing
import os
from multiprocessing.synchronize import Event as Gate
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from evaluations.models import CheckRun, Monitor
from incidents.actions import advance, contain
from incidents.actions.observing import observe, sweep_monitors
from incidents.models import Incident, Observation, Signal
from incidents.states import ONGOING
from models_registry.models import Deployment, ModelVersion
from tests.builders.models_registry import version
from tests.builders.signals import HOUR, START, hour, monitors, stored, windows
from tests.incidents.simulation import ZERO, Counted, Simulation, pure
from tests.world import World, build_world

# Everything of the research takes some minutes; CI runs a slice of the same.
FULL = bool(os.environ.get("ASSAY_FULL_SIMULATION"))
SLICE = Simulation(series=3, hours=5 * 24, episodes=3)
PROCESSES = 12


def through_the_database(
    world: World, simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> Counted:
    """Each series as an hourly monitor of a deployment, swept hour by hour; once a signal has
    recovered, somebody resolves its incident."""
    series = _monitors(world, simulation)
    now = [ZERO]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    for number in range(simulation.hours):
        now[0] = ZERO + number * HOUR
        hour(series, now[0], ["f" if number in bad else "g" for bad in simulation.failures])
        sweep_monitors()
        over = Signal.objects.filter(recovered_at__isnull=False, incident__state__in=ONGOING)
        for signal in over.select_related("incident"):
            _resolve(world, signal.incident)
    places = {monitor.deployment_id: i for i, monitor in enumerate(series)}
    opened = Incident.objects.exclude(occurred_at=None).values_list(
        "signals__deployment", "detected_at"
    )
    return simulation.count(sorted((places[place], at) for place, at in opened.distinct()))


def _monitors(world: World, simulation: Simulation) -> list[Monitor]:
    about: ModelVersion = version(world)
    places = stored(
        Deployment,
        [
            Deployment(
                model_version=about, environment=f"site-{i}", stage="production", version=1,
                since=ZERO, started_by=world.engineer,
            )
            for i in range(simulation.series)
        ],
    )  # fmt: skip
    return stored(
        Monitor,
        [
            Monitor(
                model_version=about, deployment=place, name=f"Site {i}", checks=["drift"],
                source="uploads", place="scored", pattern="%Y", every_minutes=60, cursor=ZERO,
                next_at=ZERO, created_by=world.engineer, version=1,
            )
            for i, place in enumerate(places)
        ],
    )  # fmt: skip


def _resolve(world: World, incident: Incident) -> None:
    by: dict[str, Any] = {"by": world.owner, "incident": incident}
    if incident.state == "suspected":
        advance(verb="declare", **by)
    if incident.state == "declared":
        contain(containment_kind="human", text="By hand", **by)
    if incident.state != "recovering":
        advance(verb="recover", reason="The feed is repaired", **by)
    advance(verb="resolve", reason="Six good windows", override=True, **by)


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_simulation_opens_the_real_episodes_and_no_noise_in_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = Simulation() if FULL else SLICE
    found = through_the_database(world, simulation, monkeypatch)
    if FULL:
        print(found, found.delay_hours)  # noqa: T201  the figures that documentation quotes
    # The way through the database decides as the pure code does, to the hour.
    assert found == pure(simulation)
    assert abs(found.opened - simulation.episodes) <= (2 if FULL else 0)
    assert (found.noise, found.missed) == (0, 0)


def _race(gate: Gate, number: int) -> None:
    """In a process of its own: read one window of each check, when all are ready."""
    connections.close_all()
    runs = CheckRun.objects.filter(window__end=START + number * HOUR).order_by("pk")
    found = list(runs.select_related("model_version__model__unit", "window__monitor__deployment"))
    service = User.objects.service()
    gate.wait()
    for i in range(len(found)):
        observe(by=service, runs=[found[(i + number) % len(found)]])
    sweep_monitors()
    connections.close_all()


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_twelve_processes_open_exactly_one_incident_per_fingerprint() -> None:
    world = build_world()
    (monitor,) = monitors(world, 1)
    ends = [START + number * HOUR for number in range(PROCESSES)]
    checks = ("drift", "data.quality", "calibration")
    for name in checks:
        windows(monitor, ends, "f" * PROCESSES, check=name)
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    gate = fork.Event()
    racers = [fork.Process(target=_race, args=(gate, number)) for number in range(PROCESSES)]
    for racer in racers:
        racer.start()
    gate.set()
    for racer in racers:
        racer.join(60)
    assert [racer.exitcode for racer in racers] == [0] * PROCESSES
    assert Incident.objects.count() == len(checks)
    assert len(set(Incident.objects.values_list("fingerprint", flat=True))) == len(checks)
    assert Observation.objects.count() == PROCESSES * len(checks)
    assert {signal.bad_count for signal in Signal.objects.all()} == {PROCESSES}
