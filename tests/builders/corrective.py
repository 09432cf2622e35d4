"""Corrective actions in each of their states, made by the usual actions."""

import datetime as dt
from typing import Any

from incidents.actions.corrective import finish_action, open_action
from incidents.models import CorrectiveAction
from incidents.models.corrective import today
from tests.builders.incidents import incident
from tests.world import World


def opened_action(world: World, **values: Any) -> CorrectiveAction:
    """The owner of the model shall compare units before each load, within two weeks."""
    wanted: dict[str, Any] = {
        "about": incident(world) if "about" not in values else values["about"],
        "title": "Compare units before each load", "owner": world.owner,
        "due_on": today() + dt.timedelta(days=14), **values,
    }  # fmt: skip
    return open_action(by=world.engineer, **wanted)


def action(world: World) -> CorrectiveAction:
    """The one of most tests."""
    return world.once("action", lambda: opened_action(world))


def ready(world: World, **values: Any) -> CorrectiveAction:
    """Its owner says that it is done."""
    return finish_action(by=world.owner, corrective=opened_action(world, **values), note="Done")
