"""Every page × light and dark × wide and phone: accessible, quiet, small, not too wide."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.append_only import Standing
from tests.browser.harness import (
    MOST_BYTES,
    MOST_REQUESTS,
    SCHEMES,
    WIDTHS,
    Visitors,
)
from tests.copies import put_world
from tests.security.route import Route
from tests.security.test_routes import all_routes
from tests.world import World

pytestmark = pytest.mark.browser


class PageRow(NamedTuple):
    """A page, who opens it and what it answers."""

    name: str
    url: Callable[[World], str]
    persona: str = "engineer"
    status: int = 200


def _of_route(route: Route) -> PageRow:
    query = f"?{urlencode(route.query)}" if route.query else ""
    return PageRow(
        route.name,
        lambda world: reverse(route.name, kwargs=route.args(world)) + query,
        route.page_as,
    )


PAGES = [
    PageRow("account_login", lambda w: reverse("account_login"), "anonymous"),
    PageRow("error-404", lambda w: "/nothing/stands/here/", status=404),
    PageRow("error-404-anonymous", lambda w: "/nothing/stands/here/", "anonymous", 404),
    PageRow("error-403", lambda w: reverse("workspace:membership-list"), status=403),
    PageRow("error-500", lambda w: "/test/broken/", status=500),
    PageRow("error-refused", lambda w: "/test/refused/", status=422),
    PageRow("error-csrf", lambda w: "/test/stale/", status=403),
    *(_of_route(route) for route in all_routes() if route.page and route.method == "get"),
]


@pytest.fixture(scope="module")
def served(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, browser: Browser, standing: Standing
) -> Iterator[Visitors]:
    """One world for all pages: nobody changes anything here, and most records serve many."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        try:
            yield Visitors(browser, server.url, put_world())
        finally:
            server.stop()
            standing.restore()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files of that world lie."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture
def visitors(served: Visitors, files: Path, settings: Any) -> Visitors:
    """Windows onto that world."""
    settings.MEDIA_ROOT = files / "vault"
    settings.LEDGER_KEY_FILE = files / "ledger.key"
    return served


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_is_accessible_quiet_small_and_fits(
    visitors: Visitors, settings: Any, row: PageRow
) -> None:
    settings.ROOT_URLCONF = "tests.browser.urls"
    url = row.url(visitors.world)
    user = visitors.world.persona(row.persona)
    found: list[str] = []
    with visitors.visit(user, width=WIDTHS[0]) as visit:
        visit.go(url, status=row.status)
        requests, size = len(visit.requests), visit.transferred()
        # Colours do not depend on the width, nor places on the colours.
        for width, scheme in zip(WIDTHS, SCHEMES, strict=True):
            where = f"{row.name}-{width}-{scheme}"
            visit.resize(width)
            visit.use_scheme(scheme)
            visit.shoot(where)
            found += [f"{where}: {line}" for line in visit.violations()]
            if visit.overflow() > 0:
                found.append(f"{where}: {visit.overflow()} px too wide")
        found += [f"{row.name}: {line}" for line in visit.problems(status=row.status)]
    if requests > MOST_REQUESTS:
        found.append(f"{row.name}: {requests} requests")
    if size > MOST_BYTES:
        found.append(f"{row.name}: {size:,} bytes")
    assert not found, "\n".join(found)
