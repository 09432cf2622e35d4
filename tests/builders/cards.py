"""Edited, reviewed and published cards, made by the real actions."""

from typing import Any

from accounts.models import User
from models_registry.actions.card_editing import DraftSaved, make_revision, save_draft
from models_registry.actions.card_steps import move_card
from models_registry.cards.editing import texts
from models_registry.models import CardRevision, ModelVersion
from tests.builders.models_registry import new_version
from tests.world import World


def card_texts(made: ModelVersion) -> dict[str, str]:
    """The texts of the latest revision, by slot."""
    card: CardRevision = made.cards.first()
    return texts(card.parsed["fields"])


def typed(
    world: World, made: ModelVersion, *, by: User | None = None, seen: Any = None, **values: str
) -> DraftSaved:
    """Save these texts into the draft, as somebody who saw ``seen``."""
    base = card_texts(made) if seen is None else seen
    return save_draft(by=by or world.engineer, version=made, base=base, values=values)


def revised(world: World, made: ModelVersion, note: str, **values: str) -> CardRevision:
    """The next revision with these texts."""
    typed(world, made, **values)
    revision = make_revision(by=world.engineer, version=made, change_note=note).revision
    assert revision
    return revision


def edited_version(world: World) -> ModelVersion:
    """Lantern 2.4 with an edited, reviewed and published card, and a draft on it."""

    def make() -> ModelVersion:
        made = new_version(world, "2.4")
        card = revised(
            world,
            made,
            "Groups named one by one",
            factors="Age band and channel.",
            contact="Desk 4",
        )
        move_card(by=world.officer, card=card, verb="review")
        move_card(by=world.approver, card=card, verb="publish")
        typed(world, made, out_of_scope="Not for mortgages.")
        return made

    found: ModelVersion = world.once("edited_version", make)
    return found


def edited_card(world: World) -> CardRevision:
    """The second revision of that version."""
    found: CardRevision = edited_version(world).cards.first()
    return found
