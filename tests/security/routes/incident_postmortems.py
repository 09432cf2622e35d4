"""Who reaches the pages of postmortems."""

from typing import Any

from tests.builders.incidents import incident
from tests.builders.postmortems import learning, over, under_review, written
from tests.security.route import Route
from tests.security.routes.incidents import (
    EDIT,
    EDIT_POST,
    LIST,
    LIST_API,
    READ,
    READ_API,
    UNMATCHED,
    pk,
)
from tests.world import World

# The approver took no part; engineer and owner did, the others may not review.
REVIEW = {
    "anonymous": 302, "stranger": 404, "officer": 200, "approver": 200, "*": 403,
}  # fmt: skip
SAVED = {**EDIT_POST, "*": 303}
# The engineer comes first; those who follow find it gone.
REMOVED = {"anonymous": 302, "engineer": 303, "*": 404}


def some(world: World) -> dict[str, Any]:
    under_review(world)
    return {}


def reviewed(world: World, verb: str) -> dict[str, Any]:
    return {"pk": under_review(world).pk, "verb": verb}


def draft(world: World) -> dict[str, Any]:
    return {"pk": world.once("draft", lambda: written(world, over(world))).incident_id}


def submit(world: World) -> dict[str, Any]:
    return {**draft(world), "verb": "submit"}


def take_back(world: World) -> dict[str, Any]:
    return reviewed(world, "take_back")


def publish(world: World) -> dict[str, Any]:
    return reviewed(world, "publish")


def file(world: World) -> dict[str, Any]:
    return {**pk(world), "kind": "md"}


def noted(world: World) -> dict[str, Any]:
    return {"pk": learning(world, incident(world)).pk}


def stored(world: World) -> dict[str, Any]:
    return {"pk": written(world, incident(world)).pk}


def answers(world: World) -> dict[str, Any]:
    return {"impact": "A", "base-impact": "A"}


def teaching(world: World) -> dict[str, Any]:
    return {"factor": "data", "text": "T", "others": "MAP 2.3"}


def api_answers(world: World) -> dict[str, Any]:
    return {"answers": {}, "base": {}}


ROUTES = [
    Route("incidents:postmortem-list", LIST, some, page=True),
    Route("incidents:postmortem-detail", READ, draft, page=True),
    Route("incidents:postmortem-detail", SAVED, pk, "post", answers),
    Route("incidents:postmortem-step", EDIT, submit, page=True),
    Route("incidents:postmortem-step", REVIEW, publish, page=True, page_as="approver"),
    Route(
        "incidents:postmortem-step",
        {**EDIT_POST, "owner": 409, "officer": 409},
        take_back,
        "post",
    ),
    Route("incidents:learning-add", EDIT_POST, pk, "post", teaching),
    Route("incidents:learning-remove", REMOVED, noted, "post"),
    Route("incidents:postmortem-file", READ, file),
    Route("reports:postmortem-file", {"anonymous": 302, "stranger": 404, "*": 200}, pk),
    Route("api:postmortem-list", LIST_API, some),
    Route("api:postmortem-detail", READ_API, stored),
    Route("api:incident-postmortem", READ_API, pk),
    Route("api:incident-postmortem", UNMATCHED, pk, "post", api_answers),
    Route("api:incident-postmortem-step", UNMATCHED, pk, "post", lambda w: {"verb": "submit"}),
    Route("api:incident-learnings", READ_API, pk),
    Route("api:incident-learnings", UNMATCHED, pk, "post", teaching),
]
