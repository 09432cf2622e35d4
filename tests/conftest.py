"""What every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase

# Before Celery reads it: without a queue of its own a test must not reach one that is running.
os.environ.setdefault("REDIS_URL", "memory://localhost/")

from tests.append_only import Standing
from tests.world import World, build_world


@pytest.fixture(scope="session", autouse=True)
def transactional_tests_may_empty_the_ledger() -> Iterator[None]:
    """Such a test ends with a flush, which the append-only triggers refuse, as they should."""
    setup = vars(TransactionTestCase)["_fixture_setup"]
    teardown = vars(TransactionTestCase)["_fixture_teardown"]
    standing = Standing()

    def remember_and_set_up(case: type[TransactionTestCase]) -> None:
        standing.remember()
        setup.__func__(case)

    TransactionTestCase._fixture_setup = classmethod(remember_and_set_up)
    TransactionTestCase._fixture_teardown = lambda self: standing.restore()
    yield
    TransactionTestCase._fixture_setup = setup
    TransactionTestCase._fixture_teardown = teardown


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


@pytest.fixture
def world(db: None) -> World:
    """The fixed characters: a bank with two units, and a stranger."""
    return build_world()
