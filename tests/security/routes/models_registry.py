"""Who reaches the registry."""

from tests.builders.models_registry import (
    dataset,
    submitted_version,
    system,
    version,
)
from tests.security.route import Route

LISTS = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
EDIT = {
    "anonymous": 302, "stranger": 404, "engineer": 200, "owner": 200, "officer": 200, "*": 403,
}  # fmt: skip
REGISTER = {"anonymous": 302, "stranger": 200, "engineer": 200, "owner": 200, "*": 403}
REGISTER_SYSTEM = {**REGISTER, "officer": 200}
BUILD = {"anonymous": 302, "stranger": 404, "engineer": 200, "owner": 200, "*": 403}


def system_pk(world):
    return {"pk": system(world).pk}


def version_pk(world):
    return {"pk": version(world).pk}


def card_pk(world):
    return {"pk": version(world).cards.get().pk}


def dataset_pk(world):
    return {"pk": dataset(world).pk}


def all_made(world):
    submitted_version(world)
    version(world)
    dataset(world)
    return {}


ROUTES = [
    Route("models_registry:system-list", LISTS, all_made, page=True),
    Route("models_registry:version-list", LISTS, all_made, page=True),
    Route("models_registry:dataset-list", LISTS, all_made, page=True),
    Route("models_registry:system-register", REGISTER_SYSTEM, page=True),
    Route("models_registry:version-register", REGISTER, page=True),
    Route("models_registry:dataset-upload", REGISTER, page=True),
    Route("models_registry:system-detail", READ, system_pk, page=True),
    Route("models_registry:system-edit", EDIT, system_pk, page=True),
    Route(
        "models_registry:system-move",
        EDIT,
        lambda w: {**system_pk(w), "verb": "put_into_use"},
        page=True,
    ),
    Route("models_registry:version-detail", READ, version_pk, page=True),
    Route("models_registry:version-edit", BUILD, version_pk, page=True),
    Route("models_registry:card-import", BUILD, version_pk, page=True),
    Route(
        "models_registry:version-move",
        BUILD,
        lambda w: {**version_pk(w), "verb": "withdraw"},
        page=True,
    ),
    Route("models_registry:card-original", READ, card_pk),
    Route("models_registry:card-json", READ, card_pk),
    Route("models_registry:dataset-detail", READ, dataset_pk, page=True),
    Route("models_registry:dataset-original", READ, dataset_pk),
]
