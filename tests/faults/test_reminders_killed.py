"""Two beats at once, killed at any moment: each reminder is given wholly, and once."""

import datetime as dt
import multiprocessing
import os
import random
import signal
import time
from collections import Counter

import pytest
from django.db import connections
from django.utils import timezone

from incidents.actions.clocks import assess_duty
from incidents.actions.reminders import sweep_reminders
from incidents.models import Notice, Reminder, TimelineEntry
from tests.builders.clocks import aware
from tests.builders.incidents import declared
from tests.copies import put_world

pytestmark = [pytest.mark.slow, pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

ROUNDS = 30
FORK = multiprocessing.get_context("fork")


def killed_beats(now: dt.datetime, patience: float) -> None:
    """Two sweeps side by side, and both ended by SIGKILL after ``patience`` seconds."""
    connections.close_all()
    beats = [FORK.Process(target=sweep_reminders, args=(now,)) for _beat in range(2)]
    for beat in beats:
        beat.start()
    time.sleep(patience)
    for beat in beats:
        if beat.pid and beat.is_alive():
            os.kill(beat.pid, signal.SIGKILL)
        beat.join()


def test_killed_in_two_beats_at_once_each_reminder_is_given_wholly_and_once() -> None:
    world, chance = put_world(), random.Random(5)
    for number in range(8):
        about = declared(world, what=f"Refusals doubled in region {number}")
        aware(world, about)
        assess_duty(by=world.engineer, incident=about, rule="eu-gdpr-33", applies=True)
    now = timezone.now() + dt.timedelta(days=9)
    partly, patience = 0, 0.01
    for _round in range(ROUNDS):
        killed_beats(now, patience * chance.uniform(0.8, 1.0))
        left = Reminder.objects.filter(sent_at=None).count()
        partly += 0 < left < Reminder.objects.count()
        patience *= 1.25  # a busy machine takes longer to begin
        if not left:
            break
    assert partly, "no kill fell into the middle of a sweep"
    sweep_reminders(now)
    sweep_reminders(now)
    assert not Reminder.objects.filter(sent_at=None).exists()
    given = Counter(Notice.objects.values_list("reminder_id", "person_id"))
    assert set(given.values()) == {1}
    assert {reminder for reminder, _person in given} == set(
        Reminder.objects.values_list("pk", flat=True)
    )
    told = TimelineEntry.objects.filter(text__contains="eadline reached").count()
    assert told == Reminder.objects.filter(point="due").count() == 8
