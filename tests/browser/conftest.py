"""A real Chromium against a real server."""

import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import CHROMIUM, Visitors
from tests.world import World


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each window starts with nothing."""
    if not pathlib.Path(CHROMIUM).exists():
        pytest.skip(f"NOT TESTED IN A BROWSER: there is no {CHROMIUM}")
    # Playwright's synchronous API runs an event loop in this thread. Django takes that for async
    # code: it would refuse queries, and give us a second connection that knows of no test database.
    connection = connections["default"]
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            connections["default"] = connection
            yield chromium
            chromium.close()
    finally:
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def visitors(
    transactional_db: None,
    live_server: Any,
    browser: Browser,
    world: World,
) -> Visitors:
    """Windows onto a live server with the world of the tests."""
    return Visitors(browser, live_server.url, world)
