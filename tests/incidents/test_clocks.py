"""Clocks of an incident: facts, deadlines, notices, reminders."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.actions.clocks import assess_duty, record_submission, state_fact, withdraw_clock
from incidents.actions.reminders import put_away, sweep_reminders
from incidents.models import (
    IncidentFact,
    Notice,
    NotificationClock,
    Reminder,
    Submission,
    TimelineEntry,
)
from incidents.queries.clocks import notices_for, pack_of
from ledger.canonical import sha256_hex
from ledger.errors import DirectWrite, Refused
from ledger.models import Event
from tests.builders.clocks import aware, clock
from tests.builders.incidents import incident
from tests.world import World
from vault.queries import read_bytes

HOUR = dt.timedelta(hours=1)


def texts(world: World) -> str:
    return "\n".join(TimelineEntry.objects.order_by("pk").values_list("text", flat=True))


def test_a_clock_starts_from_a_stated_fact_and_freezes_its_rule(world: World) -> None:
    started = clock(world)
    assert started.state == "running"
    assert started.due_at - started.started_at == 72 * HOUR
    assert started.rule["law"].startswith("Regulation (EU) 2016/679")
    assert started.basis["start"] == "aware"
    assert "is due" in texts(world)


def test_without_its_fact_no_clock_starts_and_the_answer_says_which(world: World) -> None:
    with pytest.raises(Refused, match="We became aware"):
        assess_duty(by=world.engineer, incident=incident(world), rule="eu-gdpr-33", applies=True)
    assert not NotificationClock.objects.exists()


def test_a_corrected_fact_moves_the_deadline_and_the_timeline_keeps_both(world: World) -> None:
    before = clock(world)
    aware(world, hours=11)
    after = before.reloaded()
    assert abs(before.due_at - after.due_at - 10 * HOUR) < dt.timedelta(seconds=5)
    said = texts(world)
    for moment in (before.due_at, after.due_at):
        assert moment.strftime("%Y-%m-%dT%H:%M:%SZ") in said
    keys = Reminder.objects.filter(cancelled_at=None)
    assert keys.count() == 3
    assert Reminder.objects.exclude(cancelled_at=None).count() == 3
    aware(world, hours=1)
    assert Reminder.objects.filter(cancelled_at=None, clock=after).count() == 3


def test_that_a_duty_does_not_apply_needs_a_reason(world: World) -> None:
    about = {"by": world.engineer, "incident": incident(world), "rule": "eu-gdpr-33"}
    with pytest.raises(Refused, match="why it does not apply"):
        assess_duty(**about, applies=False)
    said = assess_duty(**about, applies=False, reason="No personal data is concerned")
    assert (said.state, said.due_at) == ("not_applicable", None)
    aware(world)
    assert assess_duty(**about, applies=True).state == "running"


def test_a_notice_is_frozen_with_its_digest_and_starts_the_follow_up(world: World) -> None:
    first = clock(world, "eu-nis2-72h")
    sent = record_submission(by=world.engineer, clock=first, text="Dear authority", reference="A-7")
    body = read_bytes(sent.file.digest)
    assert sha256_hex(body) == sent.digest
    assert json.loads(body)["text"] == "Dear authority"
    assert not sent.was_late
    assert first.reloaded().state == "sent"
    follower = NotificationClock.objects.get(rule_id="eu-nis2-final")
    assert follower.started_at == sent.sent_at
    assert dt.timedelta(days=27) < follower.due_at - sent.sent_at < dt.timedelta(days=32)
    assert not Reminder.objects.filter(clock=first, cancelled_at=None).exists()
    again = record_submission(by=world.engineer, clock=first.reloaded(), text="More")
    assert again.number == 2
    assert NotificationClock.objects.get(pk=follower.pk).started_at == again.sent_at


def test_what_was_sent_is_never_changed(world: World) -> None:
    sent = record_submission(by=world.engineer, clock=clock(world))
    sent.note = "other"
    with pytest.raises(DirectWrite):
        sent.save()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE incidents_submission SET note = 'other'")
    assert Submission.objects.get().note == ""


def test_a_notice_after_the_deadline_is_marked(world: World) -> None:
    late = clock(world)
    aware(world, hours=100)
    assert late.reloaded().state == "late"
    assert record_submission(by=world.engineer, clock=late.reloaded()).was_late


def test_a_withdrawn_clock_stops_and_can_be_started_again(world: World) -> None:
    running = clock(world)
    with pytest.raises(Refused, match="why it is withdrawn"):
        withdraw_clock(by=world.engineer, clock=running, reason=" ")
    gone = withdraw_clock(by=world.engineer, clock=running.reloaded(), reason="Started by mistake")
    assert gone.state == "withdrawn"
    assert not Reminder.objects.filter(cancelled_at=None).exists()
    with pytest.raises(Refused, match="does not run"):
        record_submission(by=world.engineer, clock=gone)
    assert clock(world).rule_id == gone.rule_id


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "", "\x00"])
def test_a_time_zone_that_is_none_is_refused(world: World, zone: str) -> None:
    with pytest.raises(Refused, match="no time zone"):
        state_fact(
            by=world.engineer, incident=incident(world), fact="aware", at=timezone.now(), zone=zone
        )


def test_who_may_not_edit_states_no_fact(world: World) -> None:
    with pytest.raises(PermissionDenied):
        state_fact(by=world.auditor, incident=incident(world), fact="aware", at=timezone.now())
    with pytest.raises(Refused, match="future"):
        aware(world, hours=-5)


def at(running: Any, share: float) -> dt.datetime:
    moment: dt.datetime = running.started_at + (running.due_at - running.started_at) * share
    return moment


def test_a_missed_beat_loses_no_reminder_and_two_beats_send_none_twice(world: World) -> None:
    running = clock(world)
    assert sweep_reminders(at(running, 0.4)) == 0
    # The machine slept over the first two points.
    assert sweep_reminders(at(running, 0.9)) == 2
    assert sweep_reminders(at(running, 0.9)) == 0
    assert sweep_reminders(at(running, 1.5)) == 1
    assert sweep_reminders(at(running, 9)) == 0
    assert Notice.objects.filter(person=world.engineer).count() == 3
    assert running.reloaded().state == "late"
    assert texts(world).count("Reminder: ") == 2


class Killed(BaseException):
    """As if the process had ended here."""


def killed(*args: Any, **kwargs: Any) -> None:
    raise Killed


def sweep_and_die(now: dt.datetime) -> None:
    with transaction.atomic():
        sweep_reminders(now)
        raise Killed


def test_a_sweep_that_is_killed_has_sent_a_reminder_wholly_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(clock(world), 0.6)
    with monkeypatch.context() as patch:
        patch.setattr(Notice, "save", killed)
        with pytest.raises(Killed):
            sweep_reminders(now)
    with pytest.raises(Killed):
        sweep_and_die(now)
    assert not Notice.objects.exists()
    assert Reminder.objects.filter(sent_at=None).count() == 3
    assert [sweep_reminders(now), sweep_reminders(now)] == [1, 0]
    assert Notice.objects.count() == 1


def test_a_notice_is_put_away_by_the_person_it_is_for(world: World) -> None:
    sweep_reminders(at(clock(world), 0.6))
    (notice,) = notices_for(world.engineer)
    with pytest.raises(Refused):
        put_away(by=world.officer, notice=notice)
    put_away(by=world.engineer, notice=notice)
    put_away(by=world.engineer, notice=notice.reloaded())
    assert not notices_for(world.engineer)


def test_the_pack_says_what_is_known_and_names_no_person(world: World) -> None:
    made = pack_of(clock(world))
    assert made["deadline"]["due_at"].endswith("Z")
    assert made["asked_for"]
    assert made["incident"]["title"] == "Refusals doubled overnight"
    assert made["facts"][0]["fact"] == "We became aware"
    assert world.engineer.name not in json.dumps(made)


def test_every_record_of_a_clock_stands_in_the_ledger_under_its_own_name(world: World) -> None:
    running = clock(world)
    sweep_reminders(at(running, 0.6))
    record_submission(by=world.engineer, clock=running.reloaded())
    for model in (IncidentFact, NotificationClock, Reminder, Notice, Submission):
        for row in model.objects.all():
            assert row.key == f"{model.kind()}:{row.pk}"
            assert Event.objects.filter(subject=row.key).exists()
