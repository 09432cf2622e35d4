"""Who reaches deployments."""

from tests.builders.deployments import approved_version, deployment, shadow
from tests.security.route import Route
from tests.security.routes.models_registry import API_LIST, API_READ, API_STEP, BUILD, LISTS, READ


def one(world):
    return {"pk": deployment(world).pk}


def all_made(world):
    deployment(world)
    shadow(world)
    return {}


def verb_of(verb):
    return lambda world: {**one(world), "verb": verb}


def approved(world):
    return {"pk": world.once("approved", lambda: approved_version(world, "3.5")).pk}


def place(world):
    return {"pk": deployment(world).model_version.model_id, "environment": "prod-eu"}


def of_shadow(world):
    deployment(world)
    return {"pk": shadow(world).pk, "verb": "promote"}


def step(name, **data):
    return Route(f"api:deployment-{name}", API_STEP, one, method="post", data=lambda w: data)


ROUTES = [
    Route("models_registry:deployment-list", LISTS, all_made, page=True),
    Route("models_registry:deployment-at", LISTS, all_made, page=True),
    Route("models_registry:deployment-detail", READ, one, page=True),
    Route("models_registry:deployment-history", READ, place, page=True),
    Route("models_registry:deployment-start", BUILD, approved, page=True),
    Route("models_registry:deployment-move", BUILD, verb_of("roll_back"), page=True),
    Route("models_registry:deployment-move", BUILD, verb_of("retire")),
    Route("models_registry:deployment-move", BUILD, of_shadow),
    Route(
        "models_registry:deployment-check",
        {"anonymous": 302, "stranger": 404, "engineer": 422, "owner": 422, "*": 403},
        one,
        method="post",
    ),
    Route("api:deployment-list", API_LIST, all_made),
    Route("api:deployment-in-production", API_LIST, all_made),
    Route("api:deployment-detail", API_READ, one),
    Route("api:deployment-way-back", {"anonymous": 401, "*": 404}, one),
    step("promote"),
    step("retire", reason="x"),
    step("roll-back", reason="x"),
    step("check"),
    step("report", digest="0" * 64),
]
