"""The catalogue as the product loads it, and an import in the official shape."""

import json

from django.conf import settings

from frameworks.actions import ImportResult, import_playbook, load_catalogue
from frameworks.catalogue import published_keys, read_catalogue
from frameworks.models import FrameworkVersion
from tests.world import World

SUBCATEGORIES = [key for key in published_keys() if "." in key]


def catalogue(world: World) -> FrameworkVersion:
    """The AI RMF 1.0, loaded once into this world."""
    return world.once("catalogue", lambda: load(world))


def load(world: World) -> FrameworkVersion:
    """Load the catalogue as the product does."""
    folder = settings.BASE_DIR / "fixtures" / "frameworks"
    return load_catalogue(by=world.service, catalogue=read_catalogue(folder))


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
