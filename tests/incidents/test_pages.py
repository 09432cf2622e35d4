"""The pages of incidents."""

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.actions import add_note, name_commander, open_for_failed_run
from incidents.models import Incident
from tests.builders.incidents import HEADLINE, closed, declared, incident, opened, run_of
from tests.builders.models_registry import system, version
from tests.world import World

LIST = reverse("incidents:incident-list")
DECLARE = reverse("incidents:incident-declare")
HOSTILE = "<script>alert(1)</script>=cmd|' /C calc'!A0"


def detail(found: Incident) -> str:
    return reverse("incidents:incident-detail", kwargs={"pk": found.pk})


def test_declaring_from_a_version_page_takes_three_answers(world: World) -> None:
    client = world.client(world.engineer)
    shown = client.get(DECLARE, {"version": version(world).pk})
    assert f'<option value="{version(world).pk}" selected>' in shown.content.decode()
    sent = {"what": "Refusals doubled", "version": version(world).pk, "severity": "sev2"}
    response = client.post(DECLARE, sent)
    assert response.status_code == 303
    assert response["Location"] == detail(Incident.objects.get())


def test_a_version_that_one_cannot_see_is_not_found(world: World) -> None:
    url = f"{DECLARE}?version={version(world).pk}"
    assert world.client(world.stranger).get(url).status_code == 404
    assert world.client(world.auditor).get(url).status_code == 403
    assert world.client(world.engineer).get(f"{DECLARE}?version=x").status_code == 404


def test_a_declaration_without_words_says_what_is_missing(world: World) -> None:
    sent = {"what": " ", "version": version(world).pk, "severity": "sev2"}
    response = world.client(world.engineer).post(DECLARE, sent)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Incident.objects.exists()


def test_the_page_shows_since_when_which_version_and_which_check(world: World) -> None:
    found = opened(world)
    text = world.client(world.auditor).get(detail(found)).content.decode()
    assert found.reference in text
    assert HEADLINE in text
    assert str(version(world)) in text
    assert found.check_run.get_absolute_url() in text
    assert found.detected_at.strftime("%Y-%m-%dT%H:%M:%SZ") in text


def test_who_may_only_read_is_offered_no_buttons(world: World) -> None:
    url = detail(incident(world))
    assert "Add to timeline" in world.client(world.engineer).get(url).content.decode()
    text = world.client(world.auditor).get(url).content.decode()
    assert "Add to timeline" not in text
    assert "Mark repaired" not in text


def test_a_backdated_note_shows_both_times(world: World) -> None:
    url = reverse("incidents:incident-note", kwargs={"pk": incident(world).pk})
    sent = {"text": "First *complaint*", "happened_at": "2026-01-02T03:04"}
    client = world.client(world.engineer)
    assert client.post(url, sent).status_code == 303
    text = client.get(detail(incident(world))).content.decode()
    assert "2026-01-02T03:04:00Z" in text
    assert "<em>complaint</em>" in text
    assert timezone.now().strftime("%Y-%m-%dT") in text


@pytest.mark.parametrize(
    "sent", [{"text": " "}, {"text": "x", "happened_at": "2999-01-01T00:00"}, {"text": "\0"}]
)
def test_a_note_that_cannot_be_taken_is_explained_and_kept_in_the_form(
    world: World, sent: dict[str, str]
) -> None:
    url = reverse("incidents:incident-note", kwargs={"pk": incident(world).pk})
    response = world.client(world.engineer).post(url, sent)
    assert response.status_code == 422
    assert incident(world).entries.count() == 1


def test_a_note_is_corrected_by_another_one(world: World) -> None:
    wrong = add_note(by=world.engineer, incident=incident(world), text="At noon")
    client = world.client(world.engineer)
    page = client.get(detail(incident(world)), {"corrects": wrong.pk}).content.decode()
    assert f'name="correction_of" value="{wrong.pk}"' in page
    url = reverse("incidents:incident-note", kwargs={"pk": incident(world).pk})
    client.post(url, {"text": "At one", "correction_of": wrong.pk})
    page = client.get(detail(incident(world))).content.decode()
    assert "At noon" in page
    assert "corrected by another entry" in page


def test_a_step_is_asked_for_with_its_reason(world: World) -> None:
    found = incident(world)
    url = reverse("incidents:incident-advance", kwargs={"pk": found.pk, "verb": "recover"})
    client = world.client(world.engineer)
    assert "What removed the cause" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Feed repaired"}).status_code == 303
    found.refresh_from_db()
    assert found.state == "recovering"


def test_a_step_that_is_no_longer_possible_answers_409_and_an_unknown_one_404(
    world: World,
) -> None:
    client = world.client(world.engineer)
    for verb, status in (("close", 409), ("explode", 404)):
        url = reverse("incidents:incident-advance", kwargs={"pk": incident(world).pk, "verb": verb})
        assert client.get(url).status_code == status


def test_hostile_text_stays_text(world: World) -> None:
    found = declared(world, what=f"{HOSTILE}\n[x](javascript:alert(1))", severity_reason=HOSTILE)
    add_note(by=world.engineer, incident=found, text=HOSTILE)
    run = opened(world, headline=HOSTILE)
    client = world.client(world.engineer)
    for url in (LIST, detail(found), detail(run)):
        text = client.get(url).content.decode()
        assert "<script>alert" not in text
        assert 'href="javascript' not in text


def test_the_list_is_narrowed_by_text_severity_state_and_system(world: World) -> None:
    first = declared(world, what="Refusals doubled", severity="sev1")
    second = declared(world, what="It answers in Latin", severity="sev4")
    closed(world, second)
    client = world.client(world.engineer)

    def found(**query: Any) -> set[str]:
        rows = json.loads(client.get(LIST, {**query, "format": "json"}).content)
        return {row["Title"] for row in rows}

    both = {first.title, second.title}
    assert found() == both
    assert found(q="latin ANSWERS") == {second.title}
    assert found(q=first.reference) == {first.title}
    assert found(severity="sev1") == {first.title}
    assert found(state="not_closed") == {first.title}
    assert found(state="closed") == {second.title}
    assert found(system=system(world).pk) == both
    assert found(q="nothing like it") == set()
    assert found(model_version=version(world).pk) == both


def test_the_incident_of_a_run_is_found_by_the_number_of_the_run(world: World) -> None:
    found, _other = opened(world), declared(world)
    client = world.client(world.engineer)
    again = run_of(world, headline="And again")
    open_for_failed_run(by=world.service, run=again)
    rows = json.loads(client.get(LIST, {"check_run": again.pk, "format": "json"}).content)
    assert [row["Number"] for row in rows] == [found.reference]


@pytest.mark.parametrize("value", ["x", "1.5", "9" * 40, "-1"])
def test_a_number_that_is_none_finds_nothing(world: World, value: str) -> None:
    declared(world)
    response = world.client(world.engineer).get(LIST, {"check_run": value})
    assert response.status_code == 200
    assert "Nothing matches" in response.content.decode()


def test_the_list_leaves_as_csv_without_formulas(world: World) -> None:
    declared(world, what="=HYPERLINK(1)")
    response: Any = world.client(world.auditor).get(LIST, {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert "sev2,declared" in text


@pytest.mark.parametrize("size", [3, 30])
def test_a_longer_list_asks_the_database_no_more_often(
    world: World, size: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        found = declared(world, what=f"Number {number}")
        name_commander(by=world.engineer, incident=found, commander=world.officer)
    client = world.client(world.engineer)
    with django_assert_max_num_queries(9):
        assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("size", [3, 40])
def test_a_longer_timeline_asks_the_database_no_more_often(
    world: World, size: int, django_assert_max_num_queries: Any
) -> None:
    found = opened(world)
    for number in range(size):
        happened = timezone.now() - dt.timedelta(hours=number)
        add_note(by=world.engineer, incident=found, text=f"Note {number}", happened_at=happened)
    client = world.client(world.engineer)
    with django_assert_max_num_queries(21):
        assert client.get(detail(found)).status_code == 200
