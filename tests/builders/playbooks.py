"""Playbooks, harm and the way back, made by the usual actions."""

import datetime as dt

from django.utils import timezone

from incidents.actions.playbooks import choose_playbook, record_harm, tick_step
from incidents.models import ChosenPlaybook, Harm, Incident, StepTick
from models_registry.actions.deployments import record_rollback_check
from models_registry.models import Deployment
from tests.builders.deployments import in_production
from tests.builders.incidents import incident, opened, run_of
from tests.world import World


def chosen(world: World) -> ChosenPlaybook:
    """The incident of most tests follows a playbook; once in a world."""
    return world.once(
        "chosen",
        lambda: choose_playbook(by=world.engineer, incident=incident(world), playbook="data-drift"),
    )


def tick(world: World) -> StepTick:
    """Its first step is done."""
    return tick_step(by=world.engineer, chosen=chosen(world), step="contain-1")


def harm(world: World, about: Incident, **values: object) -> Harm:
    """Applicants who were refused wrongly."""
    wanted: dict[str, object] = {
        "harm_kind": "money", "group": "Applicants", "text": "Refused wrongly.",
        "certainty": "likely", "count": 14, **values,
    }  # fmt: skip
    return record_harm(by=world.engineer, incident=about, **wanted)


def after_a_good_one(world: World) -> tuple[Deployment, Deployment, Incident]:
    """3.0 served two days and passed, 3.1 replaced it and failed: both, and the incident."""
    now = timezone.now()
    good = in_production(world, "3.0", since=now - dt.timedelta(days=2))
    run_of(world, "pass", model_version=good.model_version, finished_at=now - dt.timedelta(days=2))
    bad = in_production(world, "3.1", since=now - dt.timedelta(hours=3))
    return good, bad, opened(world, model_version=bad.model_version)


def verified(world: World, bad: Deployment, good: Deployment) -> None:
    """The registry looked at the way back and found nothing against it."""
    record_rollback_check(
        by=world.engineer, deployment=bad, target=good.model_version,
        reasons=[{"ok": True, "text": "Files read back."}],
    )  # fmt: skip
