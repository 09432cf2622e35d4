"""What every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer

# Before Celery reads it: without a queue of its own a test must not reach one that is running.
os.environ.setdefault("REDIS_URL", "memory://localhost/")

from evaluations import actions, computing
from models_registry.reading import tables
from models_registry.scanning import run as scanning
from models_registry.spreadsheet import asking as spreadsheets
from tests.append_only import Standing
from tests.browser.harness import CHROMIUM, Visitors
from tests.copies import keep_layers, put_world
from tests.migrated import copied
from tests.remembered import ask_once
from tests.sharing import ByFile
from tests.world import World


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """What runs together when several processes share the work."""
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Which tests run, and in which order."""
    _leave_out_what_needs_no_second_database(config, items)
    long = {item.path for item in items if _is_long(item)}
    # Long files first, so that none of them runs alone at the end.
    items.sort(key=lambda item: item.path not in long)


def _is_long(item: pytest.Item) -> bool:
    return bool({"slow", "browser"} & {mark.name for mark in item.iter_markers()})


def _leave_out_what_needs_no_second_database(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """On the second database only what touches a database says anything new."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    kept = [item for item in items if _touches_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _touches_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marks = {mark.name for mark in item.iter_markers()}
    # Each page and operation is asked by tests/security on that database, too; figures and
    # documents are computed above it.
    if item.path.name.endswith("pages.py") or item.path.parent.name == "web":
        return False
    if item.path.parent.name in {"evaluations", "reports"}:
        return "both_databases" in marks
    return bool({"db", "transactional_db"} & fixtures or {"django_db", "thin_path"} & marks)


@pytest.fixture(scope="session")
def standing() -> Standing:
    """What the migrations wrote."""
    return Standing()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    standing: Standing,
) -> Iterator[None]:
    """The database of this process, with what its tests copy."""
    with copied():
        with django_db_blocker.unblock():
            keep_layers(standing)
        yield


@pytest.fixture(scope="session", autouse=True)
def transactional_tests_may_empty_the_ledger(standing: Standing) -> Iterator[None]:
    """Such a test ends with a flush, which the append-only triggers refuse, as they should."""
    setup = vars(TransactionTestCase)["_fixture_setup"]
    teardown = vars(TransactionTestCase)["_fixture_teardown"]

    def remember_and_set_up(case: type[TransactionTestCase]) -> None:
        standing.remember()
        setup.__func__(case)

    TransactionTestCase._fixture_setup = classmethod(remember_and_set_up)
    TransactionTestCase._fixture_teardown = lambda self: standing.restore()
    yield
    TransactionTestCase._fixture_setup = setup
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True)
def the_same_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the processes that read tables, scan files and run checks; with one seed for all."""
    monkeypatch.setattr(actions, "new_seed", lambda: 7)
    for module in (computing, tables, scanning, spreadsheets):
        monkeypatch.setattr(module, "ask", ask_once)


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """Files of a test lie in its own folder; its keys, too."""
    settings.MEDIA_ROOT = tmp_path / "vault"
    settings.LEDGER_KEY_FILE = tmp_path / "ledger.key"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all tests of a process: its loop keeps running in this thread until the end.

    Django takes the loop for async code: it would refuse queries, and give us a second connection
    that knows of no test database.
    """
    connection = connections["default"]
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as found:
        connections["default"] = connection
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests; each window starts with nothing."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"NOT TESTED IN A BROWSER: there is no {CHROMIUM}")
    chromium = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )
    yield chromium
    chromium.close()


@pytest.fixture
def visitors(
    transactional_db: None,
    live_server: Any,
    browser: Browser,
    world: World,
) -> Visitors:
    """Windows onto a live server with the world of the tests."""
    return Visitors(browser, live_server.url, world)


@pytest.fixture
def world(db: None) -> World:
    """The fixed characters: a bank with two units, and a stranger."""
    return put_world()
