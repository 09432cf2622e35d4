"""Who reaches the incident pages."""

from typing import Any

from tests.builders.incidents import incident
from tests.builders.models_registry import version
from tests.security.route import Route
from tests.world import World

NO = {"approver": 403, "auditor": 403, "administrator": 403}
LIST = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
DECLARE = {"anonymous": 302, **NO, "*": 200}
# The stranger may declare, but not about a version that he cannot see.
DECLARE_POST = {"anonymous": 302, "stranger": 422, **NO, "*": 303}
EDIT = {"anonymous": 302, "stranger": 404, **NO, "*": 200}
EDIT_POST = {**EDIT, "*": 303}
# The engineer comes first; those who follow find the step taken or the severity changed.
ONCE = {**EDIT_POST, "owner": 409, "officer": 409}
LIST_API = {"anonymous": 401, "*": 200}
READ_API = {"anonymous": 401, "stranger": 404, "*": 200}
DECLARE_API = {"anonymous": 401, "stranger": 400, **NO, "*": 201}
# Without If-Match nobody writes; tests/incidents/test_api.py sends it.
UNMATCHED = {"anonymous": 401, "stranger": 404, "*": 428}


def pk(world: World) -> dict[str, Any]:
    return {"pk": incident(world).pk}


def step(world: World) -> dict[str, Any]:
    return {**pk(world), "verb": "recover"}


def some(world: World) -> dict[str, Any]:
    incident(world)
    return {}


def declaration(world: World) -> dict[str, Any]:
    return {"what": "It answers in Latin", "version": version(world).pk, "severity": "sev3"}


def api_declaration(world: World) -> dict[str, Any]:
    return {"what": "Latin", "model_version": version(world).pk, "severity": "sev3"}


def note(world: World) -> dict[str, Any]:
    return {"text": "Traffic moved to the version before."}


def severity(world: World) -> dict[str, Any]:
    return {"severity": "sev1", "reason": "People are refused wrongly.", "seen": "sev2"}


def commander(world: World) -> dict[str, Any]:
    return {"commander": world.officer.pk}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "Feed repaired"}


def verb(world: World) -> dict[str, Any]:
    return {"verb": "recover", "reason": "Feed repaired"}


def alerts(world: World) -> dict[str, Any]:
    """An alert; who may not declare is told so in the answer, for each alert by itself."""
    labels = {"assay_model_version": str(version(world).pk), "severity": "warning"}
    one = {"status": "firing", "fingerprint": "ab12", "startsAt": "2026-03-01T10:00:00Z"}
    return {"version": "4", "alerts": [{**one, "labels": labels}]}


ROUTES = [
    Route("incidents:incident-list", LIST, some, page=True),
    Route("incidents:incident-declare", DECLARE, page=True),
    Route("incidents:incident-declare", DECLARE_POST, method="post", data=declaration),
    Route("incidents:incident-detail", READ, pk, page=True),
    Route("incidents:incident-note", EDIT_POST, pk, "post", note),
    Route("incidents:incident-severity", EDIT, pk, page=True),
    Route("incidents:incident-severity", ONCE, pk, "post", severity),
    Route("incidents:incident-commander", EDIT, pk, page=True),
    Route("incidents:incident-commander", EDIT_POST, pk, "post", commander),
    Route("incidents:incident-advance", EDIT, step, page=True),
    Route("incidents:incident-advance", ONCE, step, "post", reason),
    Route("api:incident-list", LIST_API, some),
    Route("api:incident-list", DECLARE_API, method="post", data=api_declaration),
    Route("api:incident-detail", READ_API, pk),
    Route("incidents:incident-trends", LIST, some, page=True),
    Route("api:incident-trends", LIST_API, some),
    Route("api:incident-alerts", LIST_API, method="post", data=alerts),
    Route("api:incident-timeline", READ_API, pk),
    Route("api:incident-notes", UNMATCHED, pk, "post", note),
    Route("api:incident-advance", UNMATCHED, pk, "post", verb),
    Route("api:incident-severity", UNMATCHED, pk, "post", severity),
]
