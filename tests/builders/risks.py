"""Risks made by the real actions."""

import datetime as dt
import io

from django.utils import timezone

from governance.risks.actions import (
    accept_risk,
    add_treatment,
    register_risk,
    set_matrix,
    upload_risks,
)
from governance.risks.models import Acceptance, Risk, RiskMatrix, RiskSheet, Treatment
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system
from tests.world import World

RATED = {"inherent_likelihood": 4, "inherent_impact": 4}
THREE = {
    "likelihoods": ["Seldom", "Now and then", "Often"],
    "impacts": ["Small", "Middling", "Great"],
    "medium_from": 3,
    "high_from": 6,
    "critical_from": 9,
}


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


def matrix(world: World, **more) -> RiskMatrix:
    """A matrix of 3 × 3 of the unit, set by the officer, or of a unit above by the service."""
    unit = more.get("unit") or world.lending
    by = world.officer if unit == world.lending else world.service
    return set_matrix(by=by, unit=unit, reason="The group's policy.", values=THREE)


def risk_table(world: World) -> RiskSheet:
    """A table with one new risk, brought by the officer and not applied."""
    catalogue(world)
    text = b"title,description,inherent_likelihood,inherent_impact\nNew,What,3,3\n"
    return world.once(
        "risk_table",
        lambda: upload_risks(
            by=world.officer, unit=world.lending, stream=io.BytesIO(text), file_name="risks.csv"
        ),
    )
