"""The catalogue as the product loads it, and an import in the official shape."""

import json

from django.conf import settings

from frameworks.actions import (
    ImportResult,
    apply_import,
    create_profile,
    import_playbook,
    load_catalogue,
    load_references,
    plan_digest,
    plan_import,
    publish_profile,
    set_items,
    settle_migration,
    upload_framework,
)
from frameworks.catalogue import published_keys, read_catalogue
from frameworks.migrating import changes_digest
from frameworks.models import FrameworkImport, FrameworkVersion, MappingSet, MigrationSet, Profile
from frameworks.queries import planned_changes
from frameworks.references import read_references
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


OWN_TABLE = """key,parent,title,text,question,scope,assessable,formerly
A,,Policy,,,,,
A.1,A,There is a policy,It says who decides.,Is there a policy?,organisation,yes,
A.2,A,It is known,,Do people know it?,both,,
B,,Practice,,,,,
B.1,B,Systems are listed,,,system,,
B.2,B,Systems are tested,,,,,
"""


def own_upload(world: World, data: bytes = OWN_TABLE.encode(), **about) -> FrameworkImport:
    """A table of four items to assess, uploaded and not yet added."""
    values = {"title": "House rules for AI", "edition": "2026", **about}
    return upload_framework(by=world.administrator, data=data, file_name="own.csv", **values)


# A.1 is reworded, A.2 split, B.1 and B.2 merged under another identifier, C.1 is new.
NEXT_TABLE = """key,parent,title,text,question,scope,assessable,formerly
A,,Policy,,,,,
A.1,A,There is a policy,It says who decides and when.,Is there a policy?,organisation,yes,
A.2,A,It is known to staff,,Do staff know it?,both,,
A.3,A,It is known to suppliers,,Do suppliers know it?,both,,A.2
B,,Practice,,,,,
B.9,B,Systems are listed and tested,,,system,,B.1; B.2
C,,People,,,,,
C.1,C,People are trained,,,system,,
"""


def own_framework(world: World, edition: str = "2026", **about) -> FrameworkVersion:
    """The same, added."""

    def make() -> FrameworkVersion:
        found = own_upload(world, edition=edition, **about)
        shown = plan_digest(plan_import(found))
        return apply_import(by=world.administrator, found=found, shown=shown)

    return world.once(f"own framework {edition}", make)


def migration(world: World) -> MigrationSet:
    """The changes from one edition of the own framework to the next, settled."""
    old = own_framework(world)
    new = own_framework(world, edition="2027", data=NEXT_TABLE.encode(), follows=old)
    shown = changes_digest(planned_changes(old, new))
    return world.once(
        "migration",
        lambda: settle_migration(
            by=world.administrator, from_version=old, to_version=new, shown=shown
        ),
    )
