"""Assessments made by the real actions."""

from django.db.models import QuerySet

from frameworks.models import Node
from governance.assessments.actions import Saved, open_assessment, save_answer
from governance.assessments.models import Answer, Assessment
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import system
from tests.world import World


def assessment(world: World, **values) -> Assessment:
    """An open assessment of the system of this world."""
    catalogue(world)
    given = {"by": world.officer, "system": system(world), "title": "Yearly review", **values}
    return world.once("assessment", lambda: open_assessment(**given))


def answer(world: World, key: str = "MEASURE 2.11", by=None, base=None, **mine) -> Saved:
    """Save values for a subcategory, based on what is stored now unless ``base`` is given."""
    target = assessment(world)
    stored = Answer.objects.filter(assessment=target, node__key=key).first()
    seen = base if base is not None else (stored.values if stored else Answer().values)
    return save_answer(by=by or world.officer, assessment=target, key=key, mine=mine, base=seen)


def cheap(world: World, count: int, answered: int = 0) -> None:
    """``count`` more assessments by plain inserts, ``answered`` answers in each (for counts)."""
    first = assessment(world)
    nodes = list(Node.objects.filter(assessable=True)[:answered])
    made = [
        Assessment(
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
