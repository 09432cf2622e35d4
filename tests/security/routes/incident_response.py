"""Who reaches the pages of the response to an incident."""

from typing import Any

from tests.security.route import Route
from tests.security.routes.incidents import EDIT, EDIT_POST, READ, READ_API, UNMATCHED, pk
from tests.world import World


def containment(world: World) -> dict[str, Any]:
    return {**pk(world), "what": "containment"}


def held_back(world: World) -> dict[str, Any]:
    return {"containment_kind": "human", "text": "Officers decide by hand."}


def part(world: World) -> dict[str, Any]:
    return {"part": "scribe", "person": world.officer.pk}


def access(world: World) -> dict[str, Any]:
    return {"private": True}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "Two events"}


ROUTES = [
    Route("incidents:incident-response", READ, pk, page=True),
    Route("incidents:incident-ask", EDIT, containment, page=True),
    Route("incidents:incident-ask", EDIT_POST, containment, "post", held_back),
    Route("api:incident-people", UNMATCHED, pk, "post", part),
    Route("api:incident-access", READ_API, pk),
    Route("api:incident-access", UNMATCHED, pk, "post", access),
    Route("api:incident-duplicate", UNMATCHED, pk, "post", reason),
    Route("api:incident-split", UNMATCHED, pk, "post", reason),
    Route("api:incident-containments", READ_API, pk),
    Route("api:incident-containments", UNMATCHED, pk, "post", held_back),
    Route("api:incident-recovery", READ_API, pk),
    Route("api:incident-recovery", UNMATCHED, pk, "post", access),
]
