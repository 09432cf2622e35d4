"""Risks made by the real actions."""

import datetime as dt

from django.utils import timezone

from governance.risks.actions import accept_risk, add_treatment, register_risk
from governance.risks.models import Acceptance, Risk, Treatment
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system
from tests.world import World

RATED = {"inherent_likelihood": 4, "inherent_impact": 4}


def risk(world: World, **values) -> Risk:
    """A risk of the system of this world, registered by the officer, owned by the model owner."""
    catalogue(world)
    given = {
        "title": "Younger applicants are refused more often",
        "description": "The training data ends in 2019.",
        "system": system(world),
        "owner": world.owner,
        "harms": ["unfairness"],
        "subcategories": ["MS-2.11"],
        **RATED,
        **values,
    }
    return world.once("risk", lambda: register_risk(by=world.officer, unit=world.lending, **given))


def treatment(world: World) -> Treatment:
    """A measure of the engineer."""
    day = timezone.localdate() + dt.timedelta(days=30)
    return world.once(
        "treatment",
        lambda: add_treatment(
            by=world.officer, risk=risk(world), title="Retrain", owner=world.engineer, due_date=day
        ),
    )


def accepted_risk(world: World, days: int = 90) -> Acceptance:
    """Accepted by the approver."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return accept_risk(
        by=world.approver, risk=risk(world), reason="Until the new data is in.", expires_on=day
    )
