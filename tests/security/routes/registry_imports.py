"""Who reaches imports."""

from tests.builders.imports import applied_import, planned_import
from tests.security.route import Route
from tests.security.routes.models_registry import (
    API_LIST,
    API_READ,
    API_STEP,
    EDIT,
    LISTS,
    READ,
    REGISTER_SYSTEM,
)


def planned_pk(world):
    return {"pk": planned_import(world).pk}


def applied_pk(world):
    return {"pk": applied_import(world).pk}


def both(world):
    applied_import(world)
    planned_import(world)
    return {}


ROUTES = [
    Route("models_registry:import-list", LISTS, both, page=True),
    Route("models_registry:import-start", REGISTER_SYSTEM, page=True),
    Route("models_registry:import-detail", READ, planned_pk, page=True),
    Route(
        "models_registry:import-step",
        EDIT,
        lambda w: {**planned_pk(w), "verb": "apply"},
        page=True,
    ),
    Route("models_registry:import-original", READ, applied_pk),
    Route("api:registry-import-list", API_LIST, both),
    Route("api:registry-import-detail", API_READ, planned_pk),
    Route("api:registry-import-plan", API_READ, planned_pk),
    Route("api:registry-import-report", API_READ, applied_pk),
    Route("api:registry-import-apply", API_STEP, planned_pk, method="post"),
    Route("api:registry-import-discard", API_STEP, planned_pk, method="post"),
]
