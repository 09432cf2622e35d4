"""Assessments made by the real actions."""

import datetime as dt
import io

from django.db.models import QuerySet
from django.utils import timezone

from frameworks.models import Node
from governance.assessments.actions import (
    Saved,
    Source,
    add_evidence,
    decide_evidence,
    offer_evidence,
    open_assessment,
    save_answer,
    sign_assessment,
    submit_assessment,
)
from governance.assessments.models import Answer, Assessment, Evidence, EvidenceLink, SignOff
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system
from tests.world import PASSWORD, World


def assessment(world: World, **values) -> Assessment:
    """An open assessment of the system of this world."""
    catalogue(world)
    given = {"by": world.officer, "system": system(world), "title": "Yearly review", **values}
    return world.once("assessment", lambda: open_assessment(**given))


def of_the_organisation(world: World, unit=None) -> Assessment:
    """An assessment of the unit in which the system of this world is."""
    catalogue(world)
    return world.once(
        "organisation",
        lambda: open_assessment(by=world.officer, unit=unit or world.lending, title="The bank"),
    )


def answer(
    world: World, key: str = "MEASURE 2.11", by=None, base=None, target=None, **mine
) -> Saved:
    """Save values for a subcategory, based on what is stored now unless ``base`` is given."""
    target = target or assessment(world)
    stored = Answer.objects.filter(assessment=target, node__key=key).first()
    seen = base if base is not None else (stored.values if stored else Answer().values)
    return save_answer(by=by or world.officer, assessment=target, key=key, mine=mine, base=seen)


def evidence(world: World, by=None, days: tuple[int, int] = (-30, -1), **values) -> Evidence:
    """A file that speaks of the days between, counted from today."""
    today = timezone.now().date()
    given = {
        "source": Source(stream=io.BytesIO(b"Minutes of the meeting"), file_name="minutes.txt"),
        "title": "Minutes",
        "kind": "minutes",
        "effective_from": today + dt.timedelta(days=days[0]),
        "effective_to": today + dt.timedelta(days=days[1]),
        **values,
    }
    return add_evidence(by=by or world.engineer, unit=world.lending, **given)


def offered(world: World, piece: Evidence | None = None, key: str = "MEASURE 2.11") -> EvidenceLink:
    """A piece of evidence, offered for an answer by the officer."""
    return offer_evidence(
        by=world.officer,
        assessment=assessment(world),
        key=key,
        evidence=piece or evidence(world),
        shows="That it was discussed.",
    )


def accepted(world: World, piece: Evidence | None = None, key: str = "MEASURE 2.11"):
    """The same, accepted by the approver."""
    return decide_evidence(by=world.approver, link=offered(world, piece, key), verdict="accepted")


def submitted(world: World, target: Assessment | None = None) -> Assessment:
    """An assessment handed in as it is."""
    return submit_assessment(
        by=world.officer, assessment=target or assessment(world), reason="A pilot."
    )


def signed(world: World, target: Assessment | None = None) -> SignOff:
    """An assessment signed by the approver."""
    return sign_assessment(
        by=world.approver,
        assessment=submitted(world, target),
        meaning="approved",
        password=PASSWORD,
    )


def cheap(world: World, count: int, answered: int = 0) -> None:
    """``count`` more assessments by plain inserts, ``answered`` answers in each (for counts)."""
    first = assessment(world)
    nodes = list(Node.objects.filter(assessable=True)[:answered])
    made = [
        Assessment(
            unit=first.unit,
            system=first.system,
            framework_version=first.framework_version,
            title=f"Copy {number}",
            owner=world.officer,
            version=1,
        )
        for number in range(count)
    ]
    _insert(made)
    stored = Assessment._base_manager.filter(title__startswith="Copy ")
    _insert(
        [
            Answer(assessment=one, node=node, level=2, saved_by=world.officer, version=1)
            for one in stored
            for node in nodes
        ]
    )


def _insert(rows: list) -> None:
    """Insert past the ledger's guard: only a test of query counts may."""
    if rows:
        QuerySet(type(rows[0])).bulk_create(rows, batch_size=500)
