"""What a write leaves behind, and what it costs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import create_unit, grant_role
from accounts.models import Membership, Unit
from accounts.roles import Role
from ledger.actions import action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import DirectWrite, Refused, StaleWrite
from ledger.models import Event
from tests.world import World


def rename(unit: Unit, world: World, name: str) -> None:
    unit.name = name
    with action("accounts.unit.renamed", by=world.administrator) as act:
        act.save(unit)


def test_an_update_keeps_old_and_new_values_and_the_digest_of_the_row(world: World) -> None:
    unit = Unit.objects.get(pk=world.lending.pk)
    rename(unit, world, "Loans")
    event = Event.objects.get(action="accounts.unit.renamed")
    body = json.loads(event.body)
    assert body["old"]["name"] == "Consumer lending"
    assert body["new"]["name"] == "Loans"
    assert body["op"] == "update"
    assert event.state_digest == sha256_hex(canonical(unit.reloaded().state_of()))
    assert body["fields"] == sorted(unit.state_of())


def test_an_insert_names_every_field_and_an_update_says_which_unit_it_belongs_to(
    world: World,
) -> None:
    held = Membership.objects.get(user=world.engineer)
    event = Event.objects.get(subject=held.key)
    body = json.loads(event.body)
    assert set(body["new"]) == set(held.state_of())
    assert body["unit"] == event.unit_id == world.lending.pk


def test_a_simple_update_takes_six_statements(world: World) -> None:
    unit = Unit.objects.get(pk=world.lending.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        unit.name = "Another name"
        with action("accounts.unit.renamed", by=world.administrator) as act:
            act.save(unit)
    assert len(queries) <= 6, [q["sql"] for q in queries]


def test_of_two_who_loaded_the_same_version_the_second_is_refused(world: World) -> None:
    first, second = (Unit.objects.get(pk=world.lending.pk) for _ in range(2))
    rename(first, world, "First")
    with pytest.raises(StaleWrite):
        rename(second, world, "Second")
    assert Unit.objects.get(pk=world.lending.pk).name == "First"
    assert second.version == first.version - 1


def test_a_refused_save_inside_an_action_leaves_the_rest_of_the_action_alone(world: World) -> None:
    create_unit(by=world.service, name="Taken", parent=world.acme)
    twin = Unit(name="Taken", parent=world.acme)
    with action("accounts.unit.created", by=world.service) as act:
        with pytest.raises(Refused):
            act.save(twin)
        other = Unit(name="Free", parent=world.acme)
        act.save(other)
    assert other.pk
    assert Unit.objects.filter(name="Taken").count() == 1


@pytest.mark.parametrize("name", ["bad \x00 name", "bad \ud800 name"])
def test_text_that_a_database_cannot_hold_is_refused_in_words(world: World, name: str) -> None:
    with pytest.raises(Refused):
        rename(world.lending, world, name)
    assert Unit.objects.get(pk=world.lending.pk).name == "Consumer lending"


def test_when_the_event_cannot_be_written_the_record_is_not_written_either(world: World) -> None:
    unit = Unit.objects.get(pk=world.lending.pk)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event RENAME TO ledger_event_away")
    with pytest.raises(Exception, match="ledger_event"):
        rename(unit, world, "Half written")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event_away RENAME TO ledger_event")
    assert Unit.objects.get(pk=unit.pk).name == "Consumer lending"


def test_renewing_a_role_twice_from_one_object_needs_no_reload(world: World) -> None:
    held = grant_role(
        by=world.administrator, user=world.engineer, unit=world.lending, role=Role.ENGINEER
    )
    with action("accounts.role.granted", by=world.administrator) as act:
        act.save(held)
        act.save(held)
    assert held.version == Membership.objects.get(pk=held.pk).version


def test_writing_past_the_actions_is_an_error(world: World) -> None:
    for write in (
        world.lending.save,
        world.lending.delete,
        lambda: Unit.objects.update(name="x"),
        lambda: Unit.objects.all().delete(),
        lambda: Unit.objects.bulk_create([]),
        lambda: Unit.objects.bulk_update([], ["name"]),
    ):
        with pytest.raises(DirectWrite):
            write()


def test_deleting_keeps_the_last_values_and_refuses_what_others_need(world: World) -> None:
    held = Membership.objects.get(user=world.engineer)
    key = held.key
    with action("accounts.role.removed", by=world.administrator) as act:
        with pytest.raises(Refused, match="refer"):
            act.delete(world.lending)
        act.delete(held)
    body = json.loads(Event.objects.filter(subject=key).latest("pk").body)
    assert body["op"] == "delete"
    assert body["old"]["role"] == "engineer"
