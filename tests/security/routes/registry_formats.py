"""Who reaches cards in other formats."""

from tests.builders.card_files import datasheet
from tests.builders.models_registry import dataset, version
from tests.security.route import Route
from tests.security.routes.models_registry import BUILD, READ


def card_pk(world):
    return {"pk": version(world).cards.get().pk}


def dataset_pk(world):
    return {"pk": dataset(world).pk}


def sheet_pk(world):
    return {"pk": datasheet(world).pk}


UPLOAD = BUILD
ROUTES = [
    Route("models_registry:card-export", READ, card_pk, page=True),
    Route("models_registry:card-export-file", READ, lambda w: {**card_pk(w), "target": "mct"}),
    Route("models_registry:datasheet-edit", UPLOAD, dataset_pk, page=True),
    Route("models_registry:datasheet-import", UPLOAD, dataset_pk, page=True),
    Route("models_registry:datasheet-original", READ, sheet_pk),
    # Without “to” the API says which formats there are.
    Route("api:card-export", {"anonymous": 401, "stranger": 404, "*": 422}, card_pk),
]
