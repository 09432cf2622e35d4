"""Who reaches signals and the rules for them."""

from typing import Any

from incidents.models import SignalRule
from incidents.queries.rules import replay_rule
from incidents.signals.deciding import Kind, Terms
from tests.builders.signals import rule, signal
from tests.security.route import Route
from tests.world import World

LIST = {"anonymous": 302, "*": 200}
READ = {"anonymous": 302, "stranger": 404, "*": 200}
NO = {"engineer": 403, "approver": 403, "auditor": 403, "administrator": 403}
RULE = {"anonymous": 302, **NO, "*": 200}
# The stranger may set terms, but in no unit of ours.
RULE_POST = {"anonymous": 302, "stranger": 422, **NO, "*": 303}
EDIT = {"anonymous": 302, "stranger": 404, **NO, "*": 200}
EDIT_POST = {"anonymous": 302, "stranger": 404, **NO, "*": 303}
# The owner comes first; the officer finds it withdrawn.
ONCE = {**EDIT_POST, "officer": 409}
LIST_API = {"anonymous": 401, "*": 200}
READ_API = {"anonymous": 401, "stranger": 404, "*": 200}
REPLAY_API = {"anonymous": 401, "stranger": 400, "*": 200}
ENABLE_API = {"anonymous": 401, "stranger": 400, **NO, "*": 201}
UNMATCHED = {"anonymous": 401, "stranger": 404, "*": 428}


def pk(world: World) -> dict[str, Any]:
    return {"pk": signal(world).pk}


def some(world: World) -> dict[str, Any]:
    signal(world)
    return {}


def rule_pk(world: World) -> dict[str, Any]:
    return {"pk": rule(world).pk}


def some_rules(world: World) -> dict[str, Any]:
    rule(world)
    return {}


def terms(world: World) -> dict[str, Any]:
    signal(world)
    figures = {"k": 2, "n": 3, "close_after": 6, "reopen_hours": 24}
    return {"unit": world.lending.pk, "family": "drift", "kind": "failed", **figures}


def enabling(world: World) -> dict[str, Any]:
    found = replay_rule(world.lending, "drift", Kind.FAILED, Terms(2, 3))
    reason = "Two of three days are bad enough."
    return {**terms(world), "would_open": found.opened, "reason": reason, "enable": "1"}


def api_enabling(world: World) -> dict[str, Any]:
    return {name: value for name, value in enabling(world).items() if name != "enable"}


def reason(world: World) -> dict[str, Any]:
    assert SignalRule.objects.get().active
    return {"reason": "Too many"}


ROUTES = [
    Route("incidents:signal-list", LIST, some, page=True),
    Route("incidents:signal-detail", READ, pk, page=True),
    Route("incidents:rule-list", LIST, some_rules, page=True),
    Route("incidents:rule-add", RULE, some, page=True, page_as="owner"),
    Route("incidents:rule-add", RULE_POST, some, "post", enabling),
    Route("incidents:rule-detail", READ, rule_pk, page=True),
    Route("incidents:rule-detail", EDIT_POST, rule_pk, "post", enabling),
    Route("incidents:rule-withdraw", EDIT, rule_pk, page=True, page_as="owner"),
    Route("incidents:rule-withdraw", ONCE, rule_pk, "post", reason),
    Route("api:signal-list", LIST_API, some),
    Route("api:signal-detail", READ_API, pk),
    Route("api:signal-observations", READ_API, pk),
    Route("api:signal-rule-list", LIST_API, some_rules),
    Route("api:signal-rule-list", ENABLE_API, some, "post", api_enabling),
    Route("api:signal-rule-detail", READ_API, rule_pk),
    Route("api:signal-rule-replay", REPLAY_API, some, "post", terms),
    Route("api:signal-rule-withdraw", UNMATCHED, rule_pk, "post", reason),
]
