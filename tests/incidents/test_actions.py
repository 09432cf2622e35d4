"""Declaring, noting, changing the severity, handing over."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.actions import (
    add_note,
    advance,
    change_severity,
    declare_incident,
    name_commander,
)
from incidents.models import Incident, TimelineEntry
from incidents.queries import (
    incidents_for_report,
    open_count_by_system,
    open_for,
    responders,
    timeline,
)
from ledger.actions import action
from ledger.errors import DirectWrite, Refused, StaleWrite
from models_registry.actions import link_model, register_version_from_card
from tests.builders.incidents import closed, declared, incident, link, opened
from tests.builders.models_registry import LANTERN, card_bytes, new_system, system, version
from tests.world import World


def test_three_answers_are_enough_to_declare(world: World) -> None:
    made = declare_incident(
        by=world.officer,
        what="Refusals doubled overnight\nSeen by the branch in Graz.",
        version=version(world),
        severity="sev2",
    )
    assert made.title == "Refusals doubled overnight"
    assert made.summary.endswith("Graz.")
    assert (made.unit, made.system) == (world.lending, system(world))
    assert (made.state, made.fingerprint, made.declared_by) == ("declared", "", world.officer)
    assert made.reference == f"INC-{made.pk:04d}"
    assert made.entries.get().text == "Declared as SEV2 High."


def test_a_model_with_two_systems_leaves_the_system_open(world: World) -> None:
    other = new_system(world, "Overdrafts")
    link(world, other)
    assert declared(world).system is None
    assert declared(world, version=version(world), system=other).system == other


def test_the_only_system_stays_out_when_it_belongs_to_another_unit(world: World) -> None:
    alone = register_version_from_card(
        by=world.engineer,
        unit=world.lending,
        card=card_bytes(),
        file_name=LANTERN,
        model_name="Alone",
    )
    foreign = new_system(world, "Foreign", by=world.stranger, unit=world.elsewhere)
    link_model(by=world.service, system=foreign, model=alone.model)
    assert declared(world, version=alone).system is None


def test_a_system_that_does_not_use_the_model_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="does not use"):
        declared(world, version=version(world), system=new_system(world, "Overdrafts"))


def test_an_incident_may_be_about_a_system_alone(world: World) -> None:
    assert declared(world, system=system(world)).model_version is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what": " \n "}, "what"),
        ({"severity": "sev9"}, "severity"),
        ({"occurred_at": timezone.now() + dt.timedelta(days=1)}, "occurred_at"),
        ({"version": None}, "version"),
    ],
)
def test_a_declaration_that_lacks_something_names_the_field(
    world: World, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        declared(world, **values)
    assert refused.value.field == field
    assert not Incident.objects.exists()


def test_an_auditor_cannot_declare(world: World) -> None:
    with pytest.raises(PermissionDenied):
        declared(world, by=world.auditor)


def test_a_backdated_note_keeps_both_times(world: World) -> None:
    happened = timezone.now() - dt.timedelta(days=3)
    before = timezone.now()
    entry = add_note(
        by=world.engineer, incident=incident(world), text="First complaint", happened_at=happened
    )
    entry.refresh_from_db()
    assert entry.happened_at == happened
    assert entry.recorded_at >= before
    assert timeline(incident(world)).first() == entry


def test_a_note_from_the_future_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="future"):
        add_note(
            by=world.engineer,
            incident=incident(world),
            text="Tomorrow",
            happened_at=timezone.now() + dt.timedelta(hours=1),
        )


def test_a_note_can_be_neither_changed_nor_deleted(world: World) -> None:
    entry = add_note(by=world.engineer, incident=incident(world), text="As it was")
    entry.text = "As I wish it had been"
    with pytest.raises(DirectWrite), action("test", by=world.engineer) as act:
        act.save(entry)
    with pytest.raises(DirectWrite), action("test", by=world.engineer) as act:
        act.delete(entry)
    with pytest.raises(DirectWrite):
        TimelineEntry.objects.filter(pk=entry.pk).delete()
    for sql in ("UPDATE {} SET text = 'x'", "DELETE FROM {}"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql.format(TimelineEntry._meta.db_table))
    entry.refresh_from_db()
    assert entry.text == "As it was"


def test_a_correction_keeps_what_it_corrects(world: World) -> None:
    wrong = add_note(by=world.engineer, incident=incident(world), text="At noon")
    right = add_note(
        by=world.engineer, incident=incident(world), text="At one", correction_of=wrong
    )
    assert list(wrong.corrections.all()) == [right]
    with pytest.raises(Refused, match="another incident"):
        add_note(by=world.engineer, incident=declared(world), text="x", correction_of=wrong)


def test_severity_changes_with_a_reason_that_the_timeline_keeps(world: World) -> None:
    found = incident(world)
    change_severity(by=world.engineer, incident=found, severity="sev1", reason="People are harmed")
    texts = [entry.text for entry in timeline(found)]
    assert texts[-1] == "Severity changed from SEV2 High to SEV1 Critical: People are harmed"
    with pytest.raises(Refused, match="Say why"):
        change_severity(by=world.engineer, incident=found, severity="sev4", reason=" ")


def test_severity_that_somebody_else_changed_is_not_overruled_unseen(world: World) -> None:
    found = incident(world)
    change_severity(by=world.owner, incident=found, severity="sev1", reason="Worse", seen="sev2")
    with pytest.raises(Refused) as refused:
        change_severity(by=world.engineer, incident=found, severity="sev4", reason="x", seen="sev2")
    assert refused.value.status == 409


def test_no_program_lowers_a_severity(world: World) -> None:
    found = incident(world)
    change_severity(by=world.service, incident=found, severity="sev1", reason="Failed again")
    with pytest.raises(PermissionDenied, match="never lowered"):
        change_severity(by=world.service, incident=found, severity="sev3", reason="Passed")


def test_who_investigates_first_takes_command_and_can_hand_it_over(world: World) -> None:
    found = advance(by=world.engineer, incident=opened(world), verb="triage")
    assert found.commander == world.engineer
    name_commander(by=world.engineer, incident=found, commander=world.officer)
    assert found.commander == world.officer
    last = timeline(found).last()
    assert last is not None
    assert (last.person, last.author) == (world.officer, world.engineer)


def test_command_goes_only_to_people_who_may_work_on_it(world: World) -> None:
    assert set(responders(incident(world))) == {world.engineer, world.owner, world.officer}
    with pytest.raises(Refused, match="Choose another"):
        name_commander(by=world.engineer, incident=incident(world), commander=world.auditor)


def test_two_people_cannot_take_a_step_on_one_state(world: World) -> None:
    mine, theirs = incident(world), Incident.objects.get(pk=incident(world).pk)
    advance(by=world.owner, incident=theirs, verb="recover", reason="Feed repaired")
    with pytest.raises(StaleWrite):
        advance(by=world.engineer, incident=mine, verb="dismiss", reason="Restarted")
    assert Incident.objects.get().state == "recovering"


def test_reopening_is_refused_while_another_is_open_for_the_same_check(world: World) -> None:
    first = opened(world)
    closed(world, first)
    second = opened(world)
    with pytest.raises(Refused, match=second.reference):
        advance(by=world.engineer, incident=first, verb="reopen", reason="Not over")
    first.refresh_from_db()
    assert first.state == "closed"


def test_a_closed_incident_opens_again_with_a_reason(world: World) -> None:
    found = opened(world)
    closed(world, found)
    advance(by=world.engineer, incident=found, verb="reopen", reason="Complaints go on")
    assert (found.state, found.closed_at, found.resolved_at) == ("reopened", None, None)


def test_open_incidents_count_for_every_system_that_uses_the_model(world: World) -> None:
    other = new_system(world, "Overdrafts")
    idle = new_system(world, "Savings")
    link(world, other)
    declared(world)
    declared(world, system=other)
    over = declared(world)
    closed(world, over)
    assert open_count_by_system(world.engineer) == {system(world).pk: 1, other.pk: 2}
    assert open_count_by_system(world.stranger) == {}
    assert open_for(by=world.engineer, version=version(world)).count() == 1
    assert open_for(by=world.engineer, system=other).count() == 2
    assert open_for(by=world.engineer, system=idle).count() == 0


def test_the_report_lists_open_incidents_before_closed_ones(world: World) -> None:
    over = declared(world, severity="sev1")
    closed(world, over)
    small, grave = declared(world, severity="sev4"), declared(world, severity="sev1")
    assert list(incidents_for_report(system(world))) == [grave, small, over]
    assert list(incidents_for_report(system(world), by=world.stranger)) == []
