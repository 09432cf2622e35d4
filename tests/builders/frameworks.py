"""The catalogue as the product loads it, and an import in the official shape."""

import json

from django.conf import settings

from frameworks.actions import (
    ImportResult,
    create_profile,
    import_playbook,
    load_catalogue,
    load_references,
    publish_profile,
    set_items,
)
from frameworks.catalogue import published_keys, read_catalogue
from frameworks.models import FrameworkVersion, MappingSet, Profile
from frameworks.references import read_references
from tests.world import World

SUBCATEGORIES = [key for key in published_keys() if "." in key]


def catalogue(world: World) -> FrameworkVersion:
    """The AI RMF 1.0, loaded once into this world."""
    return world.once(
        "catalogue",
        lambda: load_catalogue(
            by=world.service,
            catalogue=read_catalogue(settings.BASE_DIR / "fixtures" / "frameworks"),
        ),
    )


def playbook_bytes(change=None) -> bytes:
    """A small Playbook export in the official shape, in words of our own."""
    rows = [
        {
            "title": key,
            "description": f"Wording of {key}.",
            "section_about": "About it.",
            "section_actions": "- Do this.\n- Do that.",
            "section_doc": "### Record\n- Is it done?\n\n### AI Transparency Resources\n- A book",
        }
        for key in SUBCATEGORIES
    ]
    if change:
        change(rows)
    return json.dumps(rows).encode()


def playbook(world: World) -> ImportResult:
    """The official texts, imported once into this world."""
    catalogue(world)
    return world.once(
        "playbook",
        lambda: import_playbook(
            by=world.administrator, data=playbook_bytes(), file_name="playbook.json"
        ),
    )


def references(world: World) -> FrameworkVersion:
    """What ships beside the catalogue, loaded once into this world."""
    version = catalogue(world)
    folder = settings.BASE_DIR / "fixtures" / "frameworks"
    world.once(
        "references",
        lambda: load_references(by=world.service, references=read_references(folder)),
    )
    return version


def crosswalk(world: World) -> MappingSet:
    """The published crosswalk to ISO/IEC 42001."""
    references(world)
    return MappingSet.objects.get(target_version__framework__key="iso-iec-42001")


def draft_profile(world: World, title: str = "Where we want to be") -> Profile:
    """A target profile of lending with two items, still open."""
    version = catalogue(world)

    def make() -> Profile:
        profile = create_profile(
            by=world.officer,
            unit=world.lending,
            framework_version=version,
            title=title,
            purpose=Profile.Purpose.TARGET,
        )
        items = {"GOVERN 1.1": (3, "The law asks for it."), "MEASURE 2.11": (4, "Credit.")}
        set_items(by=world.officer, profile=profile, version=profile.version, items=items)
        return profile.reloaded()

    return world.once(f"profile {title}", make)


def target_profile(world: World) -> Profile:
    """The same, published."""

    def make() -> Profile:
        draft = draft_profile(world, "What we reach this year")
        return publish_profile(by=world.officer, profile=draft, version=draft.version)

    return world.once("target profile", make)
