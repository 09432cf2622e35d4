"""Private incidents stay with the people and roles named for them, on every way out."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from incidents.actions import (
    add_note,
    declare_incident,
    mark_duplicate,
    name_liaison,
    name_scribe,
    set_access,
    undo_duplicate,
)
from incidents.actions.cases import say_not_similar
from incidents.actions.clocks import assess_duty, record_submission, state_fact, withdraw_clock
from incidents.actions.reminders import sweep_reminders
from incidents.models import Incident, TimelineEntry
from incidents.queries import incidents_for_report, open_count_by_system, open_for
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.incidents import declared, opened, run_of
from tests.builders.models_registry import system, version
from tests.world import World

SECRET = "Weights were copied out"


def hidden(world: World, **values: Any) -> Incident:
    found = declared(world, what=SECRET, by=world.owner, private=True)
    wanted = {"private": True, "people": [], "roles": [], **values}
    return set_access(by=world.owner, incident=found, **wanted)


@pytest.mark.parametrize("name", ["engineer", "officer", "approver", "auditor", "administrator"])
def test_nobody_else_finds_a_private_incident_anywhere(world: World, name: str) -> None:
    found, reader = hidden(world), getattr(world, name)
    client, api = world.client(reader), world.api(reader)
    pages = [
        reverse("incidents:incident-list"),
        reverse("incidents:incident-list") + "?format=csv",
        reverse("incidents:incident-list") + "?format=json",
        reverse("workspace:home"),
        reverse("workspace:search") + "?q=weights",
        system(world).get_absolute_url(),
        version(world).get_absolute_url() + "?tab=checks",
        version(world).get_absolute_url() + "?tab=history",
        reverse("workspace:event-list"),
    ]
    for page in pages:
        response: Any = client.get(page)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert SECRET not in body.decode(), page
    assert client.get(found.get_absolute_url()).status_code == 404
    assert api.get(f"/api/v1/incidents/{found.pk}/").status_code == 404
    assert api.get("/api/v1/incidents/").json()["results"] == []
    assert open_count_by_system(reader) == {}
    assert not open_for(by=reader).exists()
    assert not incidents_for_report(system(world), by=reader).exists()
    assert not TimelineEntry.objects.all().visible_to(reader).exists()


def test_a_report_never_holds_a_private_incident(world: World) -> None:
    hidden(world)
    assert not incidents_for_report(system(world), by=world.owner).exists()


def test_named_people_and_roles_see_it(world: World) -> None:
    found = hidden(world, people=[world.engineer], roles=[Role.AUDITOR])
    for name, sees in (("engineer", 1), ("auditor", 1), ("owner", 1), ("officer", 0)):
        rows = Incident.objects.all().visible_to(getattr(world, name))
        assert rows.filter(pk=found.pk).count() == sees, name
    set_access(by=world.owner, incident=found, private=False, people=[], roles=[])
    assert Incident.objects.all().visible_to(world.officer).get() == found
    assert not found.readers.exists()


def test_a_role_elsewhere_opens_nothing(world: World) -> None:
    hidden(world, roles=[role.value for role in Role])
    assert not Incident.objects.all().visible_to(world.stranger).exists()


def test_a_part_in_the_response_opens_it(world: World) -> None:
    found = hidden(world)
    name_scribe(by=world.owner, incident=found, scribe=world.engineer)
    name_liaison(by=world.owner, incident=found, liaison=world.officer)
    for person in (world.engineer, world.officer):
        assert Incident.objects.all().visible_to(person).exists()


def test_who_does_not_see_it_cannot_write_to_it(world: World) -> None:
    found = hidden(world)
    with pytest.raises(PermissionDenied, match="private"):
        add_note(by=world.engineer, incident=found, text="I guessed the number")


def test_only_people_of_the_unit_can_be_named(world: World) -> None:
    with pytest.raises(Refused, match="may not see this unit"):
        hidden(world, people=[world.stranger])


def test_events_of_a_private_incident_belong_to_no_unit(world: World) -> None:
    found = declare_incident(
        by=world.owner, what=SECRET, severity="sev1", version=version(world), private=True
    )
    subjects = [found.key, *(entry.key for entry in found.entries.all())]
    assert set(Event.objects.filter(subject__in=subjects).values_list("unit_id")) == {(None,)}


def test_facts_clocks_reminders_and_notices_of_a_private_incident_belong_to_no_unit(
    world: World,
) -> None:
    found, other = hidden(world), declared(world, what="Another")
    at = timezone.now() - dt.timedelta(hours=70)
    state_fact(by=world.owner, incident=found, fact="aware", at=at, note=SECRET)
    running = assess_duty(by=world.owner, incident=found, rule="eu-gdpr-33", applies=True)
    sweep_reminders(timezone.now() + dt.timedelta(hours=3))
    running.refresh_from_db()
    record_submission(by=world.owner, clock=running, recipient="Authority")
    say_not_similar(by=world.owner, incident=found, other=other)
    kinds = ("incidentfact", "notificationclock", "reminder", "notice", "submission", "notsimilar")
    for kind in kinds:
        events = Event.objects.filter(subject__startswith=f"incidents.{kind}:")
        assert set(events.values_list("unit_id")) == {(None,)}, kind
    page = world.client(world.auditor).get(reverse("workspace:event-list")).content.decode()
    assert running.key not in page
    for act in (
        lambda: state_fact(by=world.officer, incident=found, fact="resolved", at=at),
        lambda: withdraw_clock(by=world.officer, clock=running, reason="Guessed"),
        lambda: say_not_similar(by=world.officer, incident=found, other=other),
    ):
        with pytest.raises(PermissionDenied, match="private"):
            act()


def test_a_duplicate_leads_to_the_other_and_can_be_taken_back(world: World) -> None:
    first, second = declared(world), declared(world, what="The same, seen by the branch")
    mark_duplicate(by=world.engineer, incident=second, target=first, reason="Same hour")
    client = world.client(world.auditor)
    answer = client.get(second.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (303, first.get_absolute_url())
    assert client.get(second.get_absolute_url() + "?stay=1").status_code == 200
    assert second.reference in client.get(first.get_absolute_url()).content.decode()
    with pytest.raises(Refused):
        mark_duplicate(by=world.engineer, incident=first, target=second, reason="Round")
    undo_duplicate(by=world.engineer, incident=second, reason="Another branch")
    assert (second.state, second.duplicate_of, second.closed_at) == ("declared", None, None)


def test_a_failure_of_a_merged_incident_joins_the_one_where_the_work_goes_on(world: World) -> None:
    first, second = declared(world), opened(world)
    mark_duplicate(by=world.engineer, incident=second, target=first, reason="Same cause")
    assert opened(world) == first


def test_a_split_is_refused_while_the_check_has_another_open_incident(world: World) -> None:
    first, second = declared(world), opened(world)
    mark_duplicate(by=world.engineer, incident=second, target=first, reason="Same cause")
    first.refresh_from_db()
    third_run = run_of(world)
    mark = Incident.objects.get(pk=first.pk)
    assert mark.is_open
    mark_duplicate(
        by=world.engineer, incident=first, target=declared(world, what="Third"), reason="Same"
    )
    assert third_run.verdict == "fail"
    third = opened(world)
    with pytest.raises(Refused, match=third.reference):
        undo_duplicate(by=world.engineer, incident=second, reason="Not the same")


def test_the_ask_pages_take_the_answers(world: World) -> None:
    found = declared(world)
    client = world.client(world.owner)
    for what, sent in (
        ("scribe", {"scribe": world.engineer.pk}),
        ("liaison", {"liaison": world.officer.pk}),
        ("access", {"private": "on", "people": [world.engineer.pk], "roles": ["auditor"]}),
        ("recovery-checks", {"checks": ["drift", "calibration"]}),
    ):
        url = reverse("incidents:incident-ask", kwargs={"pk": found.pk, "what": what})
        assert client.get(url).status_code == 200
        assert client.post(url, sent).status_code == 303, what
    found.refresh_from_db()
    assert (found.scribe, found.liaison, found.private) == (world.engineer, world.officer, True)
    assert found.recovery_checks == ["calibration", "drift"]
    assert client.get(url.replace("recovery-checks", "nothing")).status_code == 404


def test_roles_access_and_merging_over_the_api(world: World) -> None:
    found, other = declared(world), declared(world)
    api, url = world.api(world.owner), f"/api/v1/incidents/{found.pk}/"

    def send(path: str, body: dict[str, Any]) -> Any:
        tag = api.get(url)["ETag"]
        answer = api.post(f"{url}{path}/", body, format="json", HTTP_IF_MATCH=tag)
        assert answer.status_code in {200, 201}, answer.content
        return json.loads(answer.content)

    assert send("people", {"part": "scribe", "person": world.officer.pk})["scribe"]
    assert send("access", {"private": True, "roles": ["auditor"]})["private"]
    assert {row["role"] for row in api.get(f"{url}access/").json()} == {"", "auditor"}
    assert send("duplicate", {"target": other.pk, "reason": "Same"})["duplicate_of"] == other.pk
    assert send("split", {"reason": "Two"})["state"] == "declared"
