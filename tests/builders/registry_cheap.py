"""Thousands of systems, models and versions by plain inserts: for counts and for timing."""

from django.db.models import QuerySet

from models_registry.models import AISystem, CardRevision, Model, ModelUse, ModelVersion
from tests.builders.models_registry import version
from tests.world import World

VERSIONS_EACH = 5


def cheap_versions(world: World, count: int) -> None:
    """``count`` more versions, five to a model, each with a card, each model in one system."""
    pattern = version(world)
    card = pattern.cards.get()
    who = {"unit": world.lending, "owner": world.engineer, "version": 1}
    before = Model._base_manager.filter(slug__startswith="cheap-").count()
    groups = range(before, before + max(1, count // VERSIONS_EACH))
    _insert([Model(name=f"Model {n}", slug=f"cheap-{n}", **who) for n in groups])
    systems = [
        AISystem(name=f"System {n}", purpose="Counts.", decision_role="informs", **who)
        for n in groups
    ]
    _insert(systems)
    made = list(Model._base_manager.filter(slug__startswith="cheap-").order_by("pk")[before:])
    named = AISystem._base_manager.filter(purpose="Counts.").order_by("pk")[before:]
    _insert([ModelUse(system=s, model=m, version=1) for s, m in zip(named, made, strict=True)])
    _insert(
        [
            ModelVersion(
                model=made[n % len(made)],
                number=f"1.{n}",
                registered_by=world.engineer,
                version=1,
            )
            for n in range(count)
        ]
    )
    _cards(world, card)


def _cards(world: World, card: CardRevision) -> None:
    """A card like ``card`` for each of the versions."""
    stored = ModelVersion._base_manager.filter(model__slug__startswith="cheap-", cards=None)
    _insert(
        [
            CardRevision(
                model_version=one,
                number=1,
                original=card.original,
                digest=card.digest,
                file_name=card.file_name,
                format=card.format,
                media_type=card.media_type,
                parsed=card.parsed,
                report=card.report,
                completeness=one.pk % 101,
                imported_by=world.engineer,
                version=1,
            )
            for one in stored
        ]
    )


def _insert(rows: list) -> None:
    """Insert past the ledger's guard: only what counts and times may."""
    QuerySet(type(rows[0])).bulk_create(rows, batch_size=500)
