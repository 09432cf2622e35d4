import pytest

from tests.builders.frameworks import catalogue
from tests.world import build_world


@pytest.fixture
def bare_world(db):
    """A world in which nobody has loaded the catalogue yet."""
    return build_world()


@pytest.fixture
def world(bare_world):
    """A world with the catalogue."""
    catalogue(bare_world)
    return bare_world
