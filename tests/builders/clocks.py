"""Facts and running clocks, made by the real actions."""

import datetime as dt
from typing import Any

from django.utils import timezone

from incidents.actions.clocks import assess_duty, state_fact
from incidents.models import Incident, IncidentFact, NotificationClock
from tests.builders.incidents import incident
from tests.world import World


def aware(world: World, about: Incident | None = None, **ago: float) -> IncidentFact:
    """The engineer states since when one knew of it: an hour ago unless ``ago`` says otherwise."""
    at = timezone.now().replace(microsecond=0) - dt.timedelta(**(ago or {"hours": 1}))
    return state_fact(by=world.engineer, incident=about or incident(world), fact="aware", at=at)


def clock(world: World, rule: str = "eu-gdpr-33", **more: Any) -> NotificationClock:
    """A running clock of the incident; it counts from the moment of awareness."""

    def make() -> NotificationClock:
        aware(world)
        return assess_duty(
            by=world.engineer, incident=incident(world), rule=rule, applies=True, **more
        )

    return world.once(f"clock {rule}", make)
