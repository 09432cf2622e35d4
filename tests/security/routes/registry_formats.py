"""Who reaches cards in other formats."""

from tests.builders.card_files import datasheet
from tests.builders.models_registry import dataset, version
from tests.security.route import Route
from tests.security.routes.models_registry import API_LIST, API_READ, API_STEP, BUILD, READ


def card_pk(world):
    return {"pk": version(world).cards.get().pk}


def dataset_pk(world):
    return {"pk": dataset(world).pk}


def sheet_pk(world):
    return {"pk": datasheet(world).pk}


def all_sheets(world):
    datasheet(world)
    return {}


UPLOAD = BUILD
ROUTES = [
    Route("models_registry:card-export", READ, card_pk, page=True),
    Route("models_registry:card-export-file", READ, lambda w: {**card_pk(w), "target": "mct"}),
    Route("models_registry:datasheet-edit", UPLOAD, dataset_pk, page=True),
    Route("models_registry:datasheet-import", UPLOAD, dataset_pk, page=True),
    Route("models_registry:datasheet-original", READ, sheet_pk),
    Route("models_registry:datasheet-export", READ, sheet_pk, page=True),
    Route("models_registry:datasheet-file", READ, sheet_pk),
    Route("api:datasheet-list", API_LIST, all_sheets),
    Route("api:datasheet-detail", API_READ, sheet_pk),
    Route("api:datasheet-detail", API_STEP, sheet_pk, method="patch"),
    Route("api:datasheet-original", API_READ, sheet_pk),
    Route("api:datasheet-export", API_READ, sheet_pk),
    Route("api:datasheet-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:datasheet-import-file", {"anonymous": 401, "*": 400}, method="post"),
    # Without “to” the API says which formats there are.
    Route("api:card-export", {"anonymous": 401, "stranger": 404, "*": 422}, card_pk),
]
