"""Home, search and the ledger pages: what I may see, and nothing else."""

from typing import Any

import pytest

from accounts.actions import create_unit
from ledger.actions import seal
from ledger.models import Event
from models_registry.actions import register_system
from tests.builders.assessments import answer, assessment, cheap
from tests.builders.models_registry import system
from tests.world import World

SECRET = "Zanzibar credit pilot"


def foreign_system(world: World) -> Any:
    return register_system(
        by=world.stranger,
        unit=world.elsewhere,
        name=SECRET,
        purpose="Nobody else's business.",
        decision_role="none",
    )


def test_search_finds_my_records_and_the_framework(world: World) -> None:
    found = system(world)
    assessment(world)
    page = world.client(world.engineer).get("/search/", {"q": found.name[:5]}).content.decode()
    assert found.get_absolute_url() in page
    page = world.client(world.engineer).get("/search/", {"q": "MEASURE 2.4"}).content.decode()
    assert "MEASURE 2.4" in page


@pytest.mark.parametrize("path", ["/search/?q=Zanzibar", "/", "/ledger/", "/systems/"])
def test_a_record_of_another_unit_shows_nowhere(world: World, path: str) -> None:
    foreign_system(world)
    for user in (world.engineer, world.auditor, world.administrator):
        page = world.client(user).get(path).content.decode()
        assert SECRET not in page.replace("Found for “Zanzibar”", "")


@pytest.mark.parametrize("text", ["\x00", "%", "_", "a" * 5000, "' OR 1=1 --", "<script>"])
def test_any_text_may_be_searched_for(world: World, text: str) -> None:
    response = world.client(world.engineer).get("/search/", {"q": text})
    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_home_counts_the_answers_that_are_left(world: World) -> None:
    answer(world, "MEASURE 2.4", level=2)
    page = world.client(world.officer).get("/").content.decode()
    assert "71 answers left" in page
    assert "1 of 72" in page


def test_home_does_not_ask_a_reader_to_answer(world: World) -> None:
    assessment(world)
    page = world.client(world.auditor).get("/").content.decode()
    assert "answers left" not in page


@pytest.mark.parametrize("many", [3, 300])
def test_home_costs_the_same_with_many_assessments(
    world: World, django_assert_max_num_queries: Any, many: int
) -> None:
    cheap(world, many, answered=1)
    client = world.client(world.officer)
    with django_assert_max_num_queries(20):
        assert client.get("/").status_code == 200


def test_the_ledger_page_names_people_and_scopes_events(world: World) -> None:
    system(world)
    foreign_system(world)
    page = world.client(world.auditor).get("/ledger/").content.decode()
    assert "models_registry.system.registered" in page
    assert "Engineer" in page or "Owner" in page
    shown = world.client(world.auditor).get("/ledger/?format=json").json()
    units = {Event.objects.get(pk=row["Event"]).unit_id for row in shown}
    assert world.elsewhere.pk not in units


def test_an_event_of_another_unit_is_not_found(world: World) -> None:
    key = foreign_system(world).key
    event = Event.objects.get(subject=key)
    assert world.client(world.auditor).get(f"/ledger/events/{event.pk}/").status_code == 404


def test_who_may_not_read_the_ledger_sees_his_own_events_only(world: World) -> None:
    create_unit(by=world.administrator, name="Cards", parent=world.acme)
    system(world)
    rows = world.client(world.engineer).get("/ledger/?format=json").json()
    assert {row["Who"] for row in rows} <= {f"accounts.user:{world.engineer.pk}"}


def test_the_checkpoint_is_a_signed_note(world: World) -> None:
    system(world)
    seal()
    note = world.client(world.auditor).get("/ledger/checkpoint.txt").content.decode()
    origin, size, _root, blank, signature = note.split("\n")[:5]
    assert origin
    assert int(size) == Event.objects.count()
    assert blank == ""
    assert signature.startswith("— ")
