"""Who reaches evaluations."""

from tests.builders.evaluations import finished_run, queued_run, table_of
from tests.builders.models_registry import version
from tests.security.route import Route

LISTS = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
START = {"anonymous": 302, "stranger": 200, "engineer": 200, "owner": 200, "*": 403}
REPLAY = {"anonymous": 302, "stranger": 404, "*": 303}


def card_pk(world):
    finished_run(world)
    return {"pk": version(world).cards.get().pk}


def run_pk(world):
    return {"pk": finished_run(world).pk}


def all_made(world):
    queued_run(world)
    return {}


def start_data(world):
    return {
        "model_version": version(world).pk,
        "current": table_of(world, "current").pk,
        "reference": "",
        "y_true": "y_true",
        "y_pred": "y_pred",
        "positive": "1",
        "checks": ["perf.classification"],
    }


# A stranger knows neither the version nor the table, so his form is wrong.
POSTED = {"anonymous": 302, "stranger": 422, "engineer": 303, "owner": 303, "*": 403}

API_LIST = {"anonymous": 401, "*": 200}
API_READ = {"anonymous": 401, "stranger": 404, "*": 200}
API_POSTED = {"anonymous": 401, "stranger": 400, "engineer": 201, "owner": 201, "*": 403}


def api_start_data(world):
    return {
        "model_version": version(world).pk,
        "current": table_of(world, "current").pk,
        "checks": ["perf.classification"],
        "roles": {"y_true": "y_true", "y_pred": "y_pred", "positive": "1"},
    }


ROUTES = [
    Route("api:check-run-list", API_LIST, all_made),
    Route("api:check-run-list", API_POSTED, method="post", data=api_start_data),
    Route("api:check-run-detail", API_READ, run_pk),
    Route("api:check-run-replay", API_READ, run_pk, method="post"),
    Route("evaluations:run-list", LISTS, all_made, page=True),
    Route("evaluations:run-start", START, page=True),
    Route("evaluations:run-start", POSTED, method="post", data=start_data),
    Route("evaluations:run-detail", READ, run_pk, page=True),
    Route("evaluations:run-detail", READ, lambda w: {"pk": queued_run(w).pk}),
    Route("evaluations:run-replay", REPLAY, run_pk, method="post"),
    Route("evaluations:check-list", LISTS, page=True),
    Route("evaluations:check-detail", LISTS, lambda w: {"name": "drift"}, page=True),
    Route("api:check-run-junit", API_READ, run_pk),
    Route("api:check-list", {"anonymous": 401, "*": 200}),
    Route("api:check-detail", {"anonymous": 401, "*": 200}, lambda w: {"pk": "drift"}),
    Route("api:card-number-list", API_READ, card_pk),
]
