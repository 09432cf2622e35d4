"""Who reaches cards in other formats."""

from tests.builders.models_registry import version
from tests.security.route import Route
from tests.security.routes.models_registry import READ


def card_pk(world):
    return {"pk": version(world).cards.get().pk}


ROUTES = [
    Route("models_registry:card-export", READ, card_pk, page=True),
    Route("models_registry:card-export-file", READ, lambda w: {**card_pk(w), "target": "mct"}),
    # Without “to” the API says which formats there are.
    Route("api:card-export", {"anonymous": 401, "stranger": 404, "*": 422}, card_pk),
]
