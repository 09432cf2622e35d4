"""Who reaches the catalogue pages."""

from django.core.files.uploadedfile import SimpleUploadedFile

from frameworks.actions import plan_digest, plan_import
from frameworks.migrating import changes_digest
from frameworks.models import (
    FrameworkImport,
    FrameworkVersion,
    Mapping,
    Node,
    Obligation,
    Profile,
    SuggestedAction,
)
from frameworks.queries import planned_changes
from tests.builders.frameworks import (
    NEXT_TABLE,
    OWN_TABLE,
    catalogue,
    crosswalk,
    draft_profile,
    migration,
    own_framework,
    own_upload,
    playbook,
    playbook_bytes,
    references,
)
from tests.security.route import Route

READ = {"anonymous": 302, "*": 200}
READ_API = {"anonymous": 401, "*": 200}
IN_UNIT = {"anonymous": 302, "stranger": 404, "*": 200}
API_IN_UNIT = {"anonymous": 401, "stranger": 404, "*": 200}
MATCH = {"anonymous": 401, "stranger": 404, "*": 428}
MAKE = {"anonymous": 302, "*": 403, "officer": 200, "stranger": 200}
MADE = {"anonymous": 302, "*": 403, "officer": 303, "stranger": 422}
API_MADE = {"anonymous": 401, "*": 400, "officer": 201}
OFFICER = {"anonymous": 302, "stranger": 404, "*": 403, "officer": 200}
SAVED = {**OFFICER, "officer": 303}
API_IMPORT = {"anonymous": 401, "*": 403, "administrator": 200, "stranger": 200}
API_STEP = {**API_IMPORT, "administrator": 428, "stranger": 428}
IMPORT = {"anonymous": 302, "*": 403, "administrator": 200, "stranger": 200}


def version_pk(world):
    return {"pk": catalogue(world).pk}


def node_pk(world):
    playbook(world)
    return {"pk": Node.objects.get(key="MEASURE 2.11").pk}


def no_args(world):
    catalogue(world)
    return {}


def referenced(world):
    references(world)
    return {}


def pair(world):
    found = crosswalk(world)
    return {"source": found.source_version_id, "target": found.target_version_id}


def set_pk(world):
    return {"pk": crosswalk(world).pk}


def first_pk(model):
    def find(world):
        references(world)
        return {"pk": model.objects.order_by("pk").first().pk}

    return find


def profile_pk(world):
    return {"pk": draft_profile(world).pk}


def shipped_profile(world):
    references(world)
    return {"pk": Profile.objects.get(slug="nist-ai-600-1").pk}


def new_profile(world):
    return {
        "title": "Target",
        "purpose": "target",
        "framework_version": catalogue(world).pk,
        "unit": world.lending.pk,
    }


def level(world):
    draft = draft_profile(world)
    node = Node.objects.get(key="GOVERN 1.1")
    return {"version": draft.version, f"level-{node.pk}": "2", f"reason-{node.pk}": "Enough."}


def seen(world):
    return {"version": draft_profile(world).version}


def added(world):
    return {"pk": world.once("upload", lambda: own_upload(world)).pk}


def uploaded(world):
    added(world)
    return {}


def editions(world):
    old = own_framework(world)
    new = own_framework(world, edition="2027", data=NEXT_TABLE.encode(), follows=old)
    return {"old": old.pk, "new": new.pk}


def settled(world):
    return {"pk": migration(world).pk}


def shown_changes(world):
    old, new = (FrameworkVersion.objects.get(pk=pk) for pk in editions(world).values())
    return {"shown": changes_digest(planned_changes(old, new))}


def two(world):
    found = editions(world)
    return {"from_version": found["old"], "to_version": found["new"]}


def shown(world):
    return {"shown": plan_digest(plan_import(FrameworkImport.objects.get(**added(world))))}


def table(world):
    return {
        "file": SimpleUploadedFile("own.csv", OWN_TABLE.encode(), "text/csv"),
        "title": "Own",
        "edition": "1",
        "scope": "system",
    }


def step(verb):
    return lambda world: {**added(world), "verb": verb}


def upload(world):
    return {"file": SimpleUploadedFile("playbook.json", playbook_bytes(), "application/json")}


ROUTES = [
    Route("frameworks:framework-list", READ, no_args, page=True),
    Route("frameworks:version-detail", READ, version_pk, page=True),
    Route("frameworks:node-detail", READ, node_pk, page=True),
    Route("frameworks:playbook-import", IMPORT, no_args, page=True, page_as="administrator"),
    Route("api:framework-node-list", READ_API, no_args),
    Route("api:framework-node-detail", READ_API, node_pk),
    Route("frameworks:crosswalk-list", READ, referenced, page=True),
    Route("frameworks:crosswalk-detail", READ, pair, page=True),
    Route("frameworks:obligation-list", READ, referenced, page=True),
    Route("frameworks:profile-list", READ, referenced, page=True, page_as="officer"),
    Route("frameworks:profile-create", MAKE, no_args, page=True, page_as="officer"),
    Route("frameworks:profile-create", MADE, no_args, "post", new_profile),
    Route("frameworks:profile-detail", READ, shipped_profile, page=True),
    Route("frameworks:profile-detail", IN_UNIT, profile_pk, page=True, page_as="officer"),
    Route("frameworks:profile-items", OFFICER, profile_pk, page=True, page_as="officer"),
    Route("frameworks:profile-items", SAVED, profile_pk, "post", level),
    Route("frameworks:profile-publish", SAVED, profile_pk, "post", seen),
    Route("api:framework-version-list", READ_API, referenced),
    Route("api:framework-version-detail", READ_API, version_pk),
    Route("api:mapping-set-list", READ_API, referenced),
    Route("api:mapping-set-detail", READ_API, set_pk),
    Route("api:mapping-list", READ_API, referenced),
    Route("api:mapping-detail", READ_API, first_pk(Mapping)),
    Route("api:obligation-list", READ_API, referenced),
    Route("api:obligation-detail", READ_API, first_pk(Obligation)),
    Route("api:suggested-action-list", READ_API, referenced),
    Route("api:suggested-action-detail", READ_API, first_pk(SuggestedAction)),
    Route("api:profile-list", READ_API, referenced),
    Route("api:profile-list", API_MADE, no_args, "post", new_profile),
    Route("api:profile-detail", API_IN_UNIT, profile_pk),
    Route("api:profile-detail", MATCH, profile_pk, "patch"),
    Route("api:profile-items", API_IN_UNIT, profile_pk),
    Route("api:profile-items", MATCH, profile_pk, "patch"),
    Route("api:profile-publish", MATCH, profile_pk, "post"),
    Route("frameworks:framework-add", IMPORT, no_args, page=True, page_as="administrator"),
    Route(
        "frameworks:framework-add",
        {**IMPORT, "administrator": 422, "stranger": 422},
        no_args,
        "post",
    ),
    Route("frameworks:framework-template", READ, lambda w: {"kind": "xlsx"}),
    Route("frameworks:import-list", IMPORT, uploaded, page=True, page_as="administrator"),
    Route("frameworks:import-detail", IMPORT, added, page=True, page_as="administrator"),
    Route(
        "frameworks:import-step",
        {**IMPORT, "administrator": 409, "stranger": 303},
        step("apply"),
        "post",
        shown,
    ),
    Route("api:framework-import-list", API_IMPORT, uploaded),
    Route(
        "api:framework-import-list",
        {"anonymous": 401, "*": 400},
        uploaded,
        "post",
    ),
    Route("api:framework-import-detail", API_IMPORT, added),
    Route("api:framework-import-plan", API_IMPORT, added),
    Route("api:framework-import-apply", API_STEP, added, "post"),
    Route("api:framework-import-discard", API_STEP, added, "post"),
    Route("frameworks:migration-detail", READ, editions, page=True),
    Route(
        "frameworks:migration-settle",
        {**IMPORT, "administrator": 409, "stranger": 303},
        editions,
        "post",
        shown_changes,
    ),
    Route("api:framework-migration-list", READ_API, no_args),
    Route("api:framework-migration-list", READ_API, no_args, "post", two),
    Route("api:framework-migration-detail", READ_API, settled),
    Route("api:framework-migration-changes", READ_API, settled),
    Route("frameworks:crosswalk-add", IMPORT, no_args, page=True, page_as="administrator"),
    Route(
        "frameworks:crosswalk-add",
        {**IMPORT, "administrator": 422, "stranger": 422},
        no_args,
        "post",
    ),
    Route("api:mapping-set-list", {"anonymous": 401, "*": 400}, no_args, "post"),
]
