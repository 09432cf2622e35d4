"""Lists of the registry with many rows: as many queries as with few, and no menu of thousands."""

from models_registry.models import ModelVersion
from tests.builders.models_registry import new_system, system, version
from tests.builders.registry_cheap import cheap_versions

LISTS = ["versions/", "versions/?sort=-completeness", "models/", "", "deployments/"]


def test_a_list_takes_at_most_12_queries_and_no_more_for_200_rows_than_for_10(
    world, django_assert_max_num_queries
):
    client = world.client(world.engineer)

    def asked(path):
        with django_assert_max_num_queries(12) as queries:
            page = client.get(f"/systems/{path}")
        assert page.status_code == 200
        assert page.content.count(b"<option") < 40
        return len(queries)

    cheap_versions(world, 10)
    few = [asked(path) for path in LISTS for _again in (1, 2)][1::2]
    cheap_versions(world, 190)
    assert b"of 201" in client.get("/systems/versions/").content
    more = {path: asked(path) - n for path, n in zip(LISTS, few, strict=True)}
    assert {path: n for path, n in more.items() if n > 0} == {}


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
