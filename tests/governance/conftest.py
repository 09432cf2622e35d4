import pytest
from hypothesis import HealthCheck, settings

from tests.builders.frameworks import catalogue
from tests.copies import put_world

settings.register_profile(
    "database",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def world(db):
    """A world with the catalogue."""
    made = put_world()
    catalogue(made)
    return made


@pytest.fixture
def world_of_answers(world):
    """The world, shared by all examples of one property test."""
    return world
