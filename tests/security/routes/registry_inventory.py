"""Who reaches the inventory: intake, duplicates, models and their uses."""

from tests.builders.models_registry import system, version
from tests.security.route import Route
from tests.security.routes.models_registry import (
    API_LIST,
    API_READ,
    API_STEP,
    EDIT,
    LISTS,
    READ,
    all_made,
    model_pk,
    system_pk,
)


def use_pk(world):
    return {"pk": version(world).model.uses.get(system=system(world)).pk}


ROUTES = [
    Route("models_registry:system-intake", EDIT, system_pk, page=True),
    Route("models_registry:system-duplicate", EDIT, system_pk, page=True),
    Route("models_registry:model-list", LISTS, all_made, page=True),
    Route("models_registry:model-detail", READ, model_pk, page=True),
    Route("models_registry:model-edit", EDIT, model_pk, page=True),
    Route("models_registry:use-add", EDIT, system_pk, page=True),
    Route("models_registry:use-detail", READ, use_pk, page=True),
    Route("models_registry:use-edit", EDIT, use_pk, page=True),
    Route("models_registry:use-remove", EDIT, use_pk, page=True),
    Route("api:use-list", API_LIST, all_made),
    Route("api:use-detail", API_READ, use_pk),
    Route("api:use-remove", API_STEP, use_pk, method="post"),
    Route("api:system-intake", API_STEP, system_pk, method="post"),
    Route("api:system-duplicate", API_STEP, system_pk, method="post"),
]
