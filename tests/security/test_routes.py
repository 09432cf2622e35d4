"""Every route × every role: a route that nobody thought about fails."""

import importlib
import pkgutil
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from tests.security import routes
from tests.security.route import Route
from tests.world import PERSONAS, World

# Who may read what is decided above the database: on the second one a colleague, somebody of
# another company and the administrator show that it answers the same questions. What writes is
# asked by everybody: the answer to one depends on what those before have done.
READING = PERSONAS if connection.vendor == "sqlite" else ("stranger", "officer", "administrator")


def all_routes() -> list[Route]:
    """The rows of every file in tests/security/routes."""
    found: list[Route] = []
    for module in pkgutil.iter_modules(routes.__path__):
        found += importlib.import_module(f"{routes.__name__}.{module.name}").ROUTES
    return found


def url_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every URL name of the project."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_route_stands_in_the_table() -> None:
    missing = set(url_names(get_resolver())) - {route.name for route in all_routes()}
    assert not missing, f"Routes without a row in tests/security/routes: {sorted(missing)}"


def test_every_row_names_a_route_that_exists() -> None:
    unknown = {route.name for route in all_routes()} - set(url_names(get_resolver()))
    assert not unknown


@pytest.mark.parametrize("route", all_routes(), ids=lambda r: f"{r.method} {r.name}")
def test_each_role_gets_what_the_table_says(world: World, route: Route) -> None:
    url = reverse(route.name, kwargs=route.args(world))
    if route.query:
        url += "?" + urlencode(route.query)
    data = route.data(world)
    got = {}
    asking = READING if route.method == "get" else PERSONAS
    for persona in asking:
        client = APIClient()
        user = world.persona(persona)
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        is_api = url.startswith("/api/")
        send = getattr(client, route.method)
        how = {"format": "json" if is_api else "multipart"} if route.method != "get" else {}
        got[persona] = send(url, data or None, **how, headers=route.headers).status_code
    assert got == {persona: route.expected(persona) for persona in asking}
