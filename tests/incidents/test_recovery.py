"""Resolved means: the named checks pass on the running versions after the repair."""

import datetime as dt

import pytest
from django.utils import timezone

from incidents.actions import advance, name_recovery_checks
from incidents.models import Incident
from incidents.queries import recovery
from ledger.errors import Refused
from tests.builders.deployments import in_production
from tests.builders.incidents import opened, recovering, run_of
from tests.builders.models_registry import new_version
from tests.world import World


def repaired(world: World) -> Incident:
    return recovering(world, opened(world))


def resolve(world: World, found: Incident) -> Incident:
    return advance(by=world.engineer, incident=found, verb="resolve", reason="It passes")


def later() -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=2)


def test_the_check_that_opened_it_has_to_pass_after_the_repair(world: World) -> None:
    run_of(world, "pass")
    found = repaired(world)
    with pytest.raises(Refused, match="no run since the repair"):
        resolve(world, found)
    run_of(world, "warn", finished_at=later())
    with pytest.raises(Refused, match="has to pass"):
        resolve(world, found)
    run_of(world, "pass", finished_at=later())
    assert resolve(world, found).state == "resolved"


def test_a_run_that_began_before_the_repair_proves_nothing(world: World) -> None:
    found = repaired(world)
    early = timezone.now() - dt.timedelta(hours=1)
    run_of(world, "pass", started_at=early, finished_at=later())
    with pytest.raises(Refused, match="no run since"):
        resolve(world, found)


def test_every_named_check_has_to_pass(world: World) -> None:
    found = repaired(world)
    name_recovery_checks(by=world.engineer, incident=found, checks=["drift", "calibration"])
    run_of(world, "pass", finished_at=later())
    with pytest.raises(Refused, match="calibration"):
        resolve(world, found)
    run_of(world, "pass", check_name="calibration", finished_at=later())
    assert resolve(world, found).state == "resolved"


def test_it_is_the_running_version_that_has_to_pass(world: World) -> None:
    serving = in_production(world, "3.0")
    found = recovering(world, opened(world, model_version=serving.model_version))
    other = new_version(world, "3.1")
    run_of(world, "pass", model_version=other, finished_at=later())
    with pytest.raises(Refused, match="no run since"):
        resolve(world, found)
    run_of(world, "pass", model_version=serving.model_version, finished_at=later())
    assert resolve(world, found).state == "resolved"
    assert [proof.version for proof in recovery(found)] == [serving.model_version]


def test_an_unknown_check_cannot_be_named(world: World) -> None:
    with pytest.raises(Refused, match="no check"):
        name_recovery_checks(by=world.engineer, incident=opened(world), checks=["astrology"])
