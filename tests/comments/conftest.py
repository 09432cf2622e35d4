import pytest

from tests.builders.frameworks import catalogue
from tests.world import build_world


@pytest.fixture
def world(db):
    """A world with the catalogue."""
    made = build_world()
    catalogue(made)
    return made
