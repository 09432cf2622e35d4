"""Who reaches changes of many records and table files."""

from tests.builders.models_registry import system, version
from tests.security.route import Route
from tests.security.routes.models_registry import REGISTER_SYSTEM, model_pk, system_pk

ALL = {"scope": "all"}
BULK = {"anonymous": 401, "engineer": 200, "owner": 200, "officer": 200, "stranger": 200, "*": 403}


def some_systems(world):
    system(world)
    return {}


def some_models(world):
    version(world)
    return {}


def systems_changed(world):
    return {"records": [{"id": system_pk(world)["pk"]}], "verb": "retire", "reason": "Replaced."}


def models_changed(world):
    changes = {"determination": "model", "determination_reason": "It estimates."}
    return {"records": [{"id": model_pk(world)["pk"]}], "changes": changes}


ROUTES = [
    Route("models_registry:system-many", REGISTER_SYSTEM, some_systems, query=ALL, page=True),
    Route("models_registry:model-many", REGISTER_SYSTEM, some_models, query=ALL, page=True),
    Route("api:system-bulk", BULK, method="post", data=systems_changed),
    Route("api:model-bulk", BULK, method="post", data=models_changed),
]
