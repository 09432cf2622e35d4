"""Lists of the registry with many rows: as many queries as with few, and no menu of thousands."""

import pytest

from models_registry.models import ModelVersion
from tests.builders.models_registry import new_system, system, version
from tests.builders.registry_cheap import cheap_versions

LISTS = ["versions/", "versions/?sort=-completeness", "models/", "", "deployments/"]


@pytest.mark.parametrize("count", [10, 200])
def test_a_list_takes_at_most_12_queries_however_long(world, count, django_assert_max_num_queries):
    cheap_versions(world, count)
    client = world.client(world.engineer)
    for path in LISTS:
        with django_assert_max_num_queries(12):
            page = client.get(f"/systems/{path}")
        assert page.status_code == 200
        assert page.content.count(b"<option") < 40


def found(world, who, text):
    rows = world.client(who).get("/systems/versions/", {"system": text, "format": "json"}).json()
    return len(rows)


def test_versions_are_found_by_the_number_or_name_of_a_system_that_may_be_seen(world):
    version(world)
    used = system(world)
    new_system(world, "Unused")
    for text in (str(used.pk), used.reference, used.reference.lower(), "loan dec"):
        assert found(world, world.engineer, text) == 1
    for text in ("Unused", "SYS-9999", "no such", "9" * 30):
        assert found(world, world.engineer, text) == 0
    assert ModelVersion.objects.count() == 1
    assert found(world, world.stranger, used.reference) == 0


def test_what_served_a_system_is_found_by_its_name(world):
    version(world)
    client = world.client(world.engineer)
    for path in ("deployments/?model=lantern", "deployments/at/?system=loan"):
        assert client.get(f"/systems/{path}").status_code == 200
