"""Who reaches the registry."""

from models_registry.views.version_page import TABS
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
API_LIST = {"anonymous": 401, "*": 200}
API_READ = {"anonymous": 401, "stranger": 404, "*": 200}
# Whoever sees the record must name its version first; what he may do is tested with the actions.
API_STEP = {"anonymous": 401, "stranger": 404, "*": 428}
BUILD = {"anonymous": 302, "stranger": 404, "engineer": 200, "owner": 200, "*": 403}


def system_pk(world):
    return {"pk": system(world).pk}


def version_pk(world):
    return {"pk": version(world).pk}


def model_pk(world):
    return {"pk": version(world).model_id}


def retire_without_match(world):
    return {"verb": "retire", "reason": "Replaced."}


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
    *(
        Route("models_registry:version-detail", READ, version_pk, query={"tab": tab.key}, page=True)
        for tab in TABS
    ),
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
    Route("api:system-list", API_LIST, all_made),
    Route("api:system-detail", API_READ, system_pk),
    Route("api:system-step", API_STEP, system_pk, method="post", data=retire_without_match),
    Route("api:model-list", API_LIST, all_made),
    Route("api:model-detail", API_READ, model_pk),
    Route("api:version-list", API_LIST, all_made),
    Route("api:version-detail", API_READ, version_pk),
    Route("api:version-step", API_STEP, version_pk, method="post", data=retire_without_match),
    Route("api:version-card", API_STEP, version_pk, method="post"),
    Route("api:card-list", API_LIST, all_made),
    Route("api:card-detail", API_READ, card_pk),
    Route("api:card-content", API_READ, card_pk),
    Route("api:card-original", API_READ, card_pk),
    Route("api:dataset-list", API_LIST, all_made),
    Route("api:dataset-detail", API_READ, dataset_pk),
    Route("api:dataset-columns", API_READ, dataset_pk),
]
