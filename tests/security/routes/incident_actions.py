"""Who reaches corrective actions."""

import datetime as dt
from typing import Any

from incidents.actions.corrective import remind_of_actions
from incidents.models import ActionNotice
from incidents.models.corrective import today
from tests.builders.corrective import action, ready
from tests.builders.incidents import incident
from tests.security.route import Route
from tests.security.routes.incidents import LIST, LIST_API, READ, READ_API, UNMATCHED
from tests.world import World

NO = {"approver": 403, "auditor": 403, "administrator": 403}
EDIT = {"anonymous": 302, "stranger": 404, **NO, "*": 200}
# Asked after the record by key, a stranger learns nothing.
OPEN = {"anonymous": 302, "stranger": 404, **NO, "*": 200}
# The owner finishes, the engineer too; those who verify are others than the owner.
STEP = {"anonymous": 302, "stranger": 404, "auditor": 403, "administrator": 403, "owner": 403}
VERIFY = {**STEP, "*": 200}
# The engineer verifies first.
VERIFIED = {**STEP, "engineer": 303, "*": 409}
CHANGED = {"anonymous": 302, "stranger": 404, **NO, "engineer": 303, "*": 409}


def pk(world: World) -> dict[str, Any]:
    return {"pk": action(world).pk}


def some(world: World) -> dict[str, Any]:
    action(world)
    return {}


def verify(world: World) -> dict[str, Any]:
    return {"pk": world.once("ready", lambda: ready(world)).pk, "verb": "verify"}


def note(world: World) -> dict[str, Any]:
    return {"note": "Seen"}


def change(world: World) -> dict[str, Any]:
    one = action(world)
    return {
        "seen": one.version,
        "owner": world.officer.pk,
        "due_on": one.due_on.isoformat(),
        "priority": "high",
        "reason": "Holiday",
    }


def notice(world: World) -> dict[str, Any]:
    remind_of_actions(action(world).due_on)
    return {"pk": ActionNotice.objects.get().pk}


def about(world: World) -> dict[str, Any]:
    return {"about": incident(world).key}


def new(world: World) -> dict[str, Any]:
    return {
        "about": incident(world).key,
        "title": "T",
        "aim": "prevent",
        "priority": "high",
        "owner": world.owner.pk,
        "due_on": (today() + dt.timedelta(days=1)).isoformat(),
    }


ROUTES = [
    Route("incidents:action-list", LIST, some, page=True),
    Route("incidents:action-open", OPEN, about, page=True),
    Route("incidents:action-open", {**OPEN, "*": 303}, about, "post", new),
    Route("incidents:action-detail", READ, pk, page=True),
    Route("incidents:action-change", EDIT, pk, page=True),
    Route("incidents:action-change", CHANGED, pk, "post", change),
    Route("incidents:action-step", VERIFY, verify, page=True),
    Route("incidents:action-step", VERIFIED, verify, "post", note),
    Route(
        "incidents:action-notice-seen",
        {"anonymous": 302, "stranger": 404, "owner": 303, "*": 403},
        notice,
        "post",
    ),
    Route("api:corrective-action-list", LIST_API, some),
    Route(
        "api:corrective-action-list",
        {"anonymous": 401, "stranger": 400, **NO, "*": 201},
        some,
        "post",
        new,
    ),
    Route("api:corrective-action-detail", READ_API, pk),
    Route("api:corrective-action-change", UNMATCHED, pk, "post", change),
    Route("api:corrective-action-step", UNMATCHED, pk, "post", note),
]
