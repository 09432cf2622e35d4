"""Postmortems in each of their states, made by the usual actions."""

from typing import Any

from incidents.actions.postmortems import (
    add_learning,
    publish_postmortem,
    save_postmortem,
    submit_postmortem,
)
from incidents.models import Incident, Learning, Postmortem, PublishedPostmortem
from tests.builders.incidents import declared, resolved
from tests.world import World

ANSWERS = {
    "impact": "14 applicants were refused wrongly for a night.",
    "factors": "The feed changed its unit and nothing compared units.",
    "helped": "An officer noticed the queue of complaints by chance.",
    "changes": "A check of units runs before each load.",
}


def over(world: World, **values: Any) -> Incident:
    """A resolved incident of its own."""
    return resolved(world, declared(world, **values))


def learning(world: World, incident: Incident, *keys: str) -> Learning:
    """One thing that it teaches."""
    return add_learning(
        by=world.engineer, incident=incident, factor="monitoring",
        text="Units are compared before each load.", subcategories=list(keys or ("MEASURE 2.4",)),
    )  # fmt: skip


def written(world: World, incident: Incident, **answers: str) -> Postmortem:
    """All four answers and one learning by the engineer."""
    values = {**ANSWERS, **answers}
    save_postmortem(by=world.engineer, incident=incident, mine=values, base={})
    learning(world, incident)
    return Postmortem.objects.get(incident=incident)


def submitted(world: World, incident: Incident, **answers: str) -> Postmortem:
    """Written and sent to review."""
    written(world, incident, **answers)
    return submit_postmortem(by=world.engineer, incident=incident)


def published(world: World, incident: Incident, **answers: str) -> PublishedPostmortem:
    """Reviewed and published by the approver, who took no part."""
    held = submitted(world, incident, **answers)
    return publish_postmortem(by=world.approver, incident=incident, digest=held.digest)


def under_review(world: World) -> Incident:
    """An incident whose postmortem is under review; once in a world."""
    return world.once("under review", lambda: submitted(world, over(world)).incident)
