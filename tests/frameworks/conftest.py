import pytest

from tests.builders.frameworks import catalogue
from tests.copies import put_world


@pytest.fixture
def bare_world(db):
    """A world in which nobody has loaded the catalogue yet."""
    return put_world()


@pytest.fixture
def world(bare_world):
    """A world with the catalogue."""
    catalogue(bare_world)
    return bare_world
