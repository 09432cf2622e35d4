"""Who reaches the editor of cards, their states and their history."""

from tests.builders.cards import edited_card, edited_version
from tests.security.route import Route
from tests.security.routes.models_registry import API_STEP, BUILD, READ

POST_BUILD = {**BUILD, "engineer": 303, "owner": 303}
REVIEW = {
    "anonymous": 302, "stranger": 404, "officer": 200, "approver": 200, "*": 403,
}  # fmt: skip


API_BUILD = {"anonymous": 401, "stranger": 404, "engineer": 200, "owner": 200, "*": 403}
# The texts that a change would overwrite are named before anything is looked at.
UNMATCHED = {"engineer": 428, "owner": 428}


def version_pk(world):
    return {"pk": edited_version(world).pk}


def card_pk(world):
    return {"pk": edited_card(world).pk}


ROUTES = [
    Route("models_registry:card-edit", BUILD, version_pk, page=True),
    Route("models_registry:card-revise", BUILD, version_pk, page=True),
    Route("models_registry:card-discard", BUILD, version_pk, page=True),
    Route("models_registry:card-preview", BUILD, version_pk, method="post"),
    Route("models_registry:card-start", POST_BUILD, version_pk, method="post"),
    Route(
        "models_registry:card-move",
        REVIEW,
        lambda w: {**card_pk(w), "verb": "unpublish"},
        page=True,
        page_as="approver",
    ),
    Route("models_registry:card-diff", READ, card_pk, page=True),
    Route(
        "api:card-step",
        API_STEP,
        card_pk,
        method="post",
        data=lambda w: {"verb": "unpublish", "reason": "Wrong."},
    ),
    Route("api:version-card-texts", API_BUILD, version_pk),
    Route("api:version-card-texts", {**API_BUILD, **UNMATCHED}, version_pk, method="patch"),
    Route("api:version-card-revisions", {**API_BUILD, **UNMATCHED}, version_pk, method="post"),
    Route("api:version-card-start", API_STEP, version_pk, method="post"),
    Route("api:card-diff", {"anonymous": 401, "stranger": 404, "*": 200}, card_pk),
]
