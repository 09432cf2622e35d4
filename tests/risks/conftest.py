import pytest

from tests.builders.frameworks import catalogue
from tests.copies import put_world


@pytest.fixture
def world(db):
    """A world with the catalogue."""
    made = put_world()
    catalogue(made)
    return made
