"""Who reaches playbooks, harm and the way back."""

from typing import Any

from tests.builders.incidents import incident
from tests.builders.playbooks import chosen, tick
from tests.security.route import Route
from tests.security.routes.incidents import EDIT, EDIT_POST, READ_API, UNMATCHED, pk
from tests.world import World

# The engineer comes first; those who follow find it ticked.
TICKED = {**EDIT_POST, "owner": 409, "officer": 409}
GONE = {"anonymous": 302, "engineer": 303, "*": 404}
ASKS = ("playbook", "harm", "harm-withdraw", "exposure", "rollback")


def chosen_pk(world: World) -> dict[str, Any]:
    return {"pk": chosen(world).pk}


def tick_pk(world: World) -> dict[str, Any]:
    return {"pk": tick(world).pk}


def step(world: World) -> dict[str, Any]:
    return {"step": "contain-1"}


def asked(what: str) -> Any:
    return lambda world: {"pk": incident(world).pk, "what": what}


def nothing(world: World) -> dict[str, Any]:
    return {"reason": "x"}


ROUTES = [
    *(Route("incidents:incident-ask", EDIT, asked(what), page=True) for what in ASKS),
    Route("incidents:step-tick", TICKED, chosen_pk, "post", step),
    Route("incidents:step-untick", GONE, tick_pk, "post"),
    *(
        Route(f"api:incident-{name}", READ_API, pk)
        for name in ("playbooks", "harms", "exposures", "rollback")
    ),
    *(
        Route(f"api:incident-{name}", UNMATCHED, pk, "post", nothing)
        for name in ("playbooks", "playbook-ticks", "harms", "exposures", "rollback")
    ),
]
