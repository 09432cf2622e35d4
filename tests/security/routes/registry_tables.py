"""Who reaches changes of many records and table files."""

import io

from models_registry.actions.kinds import SYSTEMS
from models_registry.actions.table_files import upload_table
from tests.builders.models_registry import system, version
from tests.builders.table_files import edited, taken
from tests.security.route import Route
from tests.security.routes.models_registry import (
    API_LIST,
    API_READ,
    API_STEP,
    LISTS,
    READ,
    REGISTER_SYSTEM,
    model_pk,
    system_pk,
)

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


def table(world):
    """An edited table with a change, a refused row and a new record."""

    def make():
        system(world)
        cells = {
            (2, "purpose"): "Decides nothing by itself.", (3, "id"): "4711",
            (4, "name"): "Cash forecasts", (4, "purpose"): "Plans cash.",
            (4, "decision_role"): "none", (5, "name"): "Half a row",
        }  # fmt: skip
        raw = edited(taken(world), cells)
        return upload_table(
            by=world.engineer, unit=world.lending, kind=SYSTEMS, stream=io.BytesIO(raw),
            file_name="systems.csv",
        )  # fmt: skip

    return world.once("table", make)


def table_pk(world):
    return {"pk": table(world).pk}


# The engineer applies it; whoever else may do so finds it applied.
APPLY_ONCE = {
    "anonymous": 302, "stranger": 404, "engineer": 303, "owner": 409, "officer": 409, "*": 403,
}  # fmt: skip
ROUTES = [
    Route("models_registry:system-table", REGISTER_SYSTEM, some_systems, page=True),
    Route("models_registry:model-table", REGISTER_SYSTEM, some_models, page=True),
    Route("models_registry:table-file", LISTS, lambda w: {"kind": "system", "suffix": "csv"}),
    Route("models_registry:table-plan", READ, table_pk, page=True),
    Route(
        "models_registry:table-step",
        APPLY_ONCE,
        lambda w: {**table_pk(w), "verb": "apply"},
        method="post",
    ),
    Route("api:registry-table-list", API_LIST),
    Route("api:registry-table-detail", API_READ, table_pk),
    Route("api:registry-table-apply", API_STEP, table_pk, method="post"),
    Route("api:registry-table-discard", API_STEP, table_pk, method="post"),
    Route("models_registry:system-many", REGISTER_SYSTEM, some_systems, query=ALL, page=True),
    Route("models_registry:model-many", REGISTER_SYSTEM, some_models, query=ALL, page=True),
    Route("api:system-bulk", BULK, method="post", data=systems_changed),
    Route("api:model-bulk", BULK, method="post", data=models_changed),
]
