"""Who may open the pages that belong to no single kind of record."""

from typing import Any

from accounts.actions import create_token
from accounts.models import Membership
from jobs.models import Job
from ledger.actions import seal
from ledger.models import Event
from tests.security.route import Route
from tests.world import World

EVERYBODY = {"anonymous": 302, "*": 200}
MANAGERS = {"anonymous": 302, "*": 403, "administrator": 200, "stranger": 200}


def job_of_engineer(world: World) -> dict[str, Any]:
    job = world.once("job", lambda: Job.objects.create(kind="none", requested_by=world.engineer))
    return {"public_id": job.public_id}


def membership_in_lending(world: World) -> dict[str, Any]:
    return {"pk": Membership.objects.get(user=world.engineer).pk}


def token_of_engineer(world: World) -> dict[str, Any]:
    token, _secret = create_token(by=world.engineer, name="ci", scopes=["record.view"])
    return {"key": token.token_key}


def event_of_lending(world: World) -> dict[str, Any]:
    key = Membership.objects.get(user=world.engineer).key
    return {"pk": Event.objects.filter(subject=key).latest("pk").pk}


def sealed(world: World) -> dict[str, Any]:
    seal()
    return {}


MINE = {"anonymous": 302, "*": 404, "engineer": 200}

ROUTES = [
    Route("web:styleguide", EVERYBODY, page=True),
    Route("health", {"*": 200}),
    Route("account_login", {"anonymous": 200, "*": 302}),
    Route("account_logout", {"anonymous": 302, "*": 200}),
    Route("account_inactive", {"*": 200}),
    Route("account_reauthenticate", {"anonymous": 302, "*": 200}),
    Route("account_change_password", {"anonymous": 302, "*": 200}, page=True),
    Route("api-schema", {"anonymous": 401, "*": 200}),
    Route("api-docs", EVERYBODY, page=True, query={"area": "systems"}),
    Route("workspace:home", EVERYBODY, page=True),
    Route("workspace:search", EVERYBODY, page=True, query={"q": "lantern"}),
    Route("workspace:job-list", EVERYBODY, page=True),
    Route("workspace:job-detail", MINE, args=job_of_engineer, page=True),
    Route(
        "workspace:job-cancel",
        {"anonymous": 302, "*": 404, "engineer": 303},
        args=job_of_engineer,
        method="post",
    ),
    Route("workspace:event-list", EVERYBODY, page=True, page_as="auditor"),
    Route(
        "workspace:event-detail",
        {"anonymous": 302, "*": 200, "engineer": 404, "stranger": 404},
        args=event_of_lending,
        page=True,
        page_as="auditor",
    ),
    Route(
        "workspace:checkpoint",
        EVERYBODY,
        args=sealed,
    ),
    Route("workspace:settings", EVERYBODY, page=True),
    Route("workspace:token-create", EVERYBODY, page=True),
    Route(
        "workspace:token-revoke",
        {"anonymous": 302, "*": 404, "engineer": 303},
        args=token_of_engineer,
        method="post",
    ),
    Route("workspace:membership-list", MANAGERS, page=True, page_as="administrator"),
    Route("workspace:person-add", MANAGERS, page=True, page_as="administrator"),
    Route("workspace:role-grant", MANAGERS, page=True, page_as="administrator"),
    Route("workspace:unit-add", MANAGERS, page=True, page_as="administrator"),
    Route(
        "workspace:role-end",
        {"anonymous": 302, "*": 403, "administrator": 200, "stranger": 404},
        args=membership_in_lending,
        page=True,
        page_as="administrator",
    ),
]
