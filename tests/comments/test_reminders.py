"""Owners are reminded of what is due: once, and surely."""

import datetime as dt

import pytest
from django.utils import timezone

from governance.comments.actions import remind_owners
from governance.comments.models import Notice
from governance.comments.queries import waiting_notices
from governance.risks.actions import add_treatment, finish_treatment
from tests.builders.assessments import answer
from tests.builders.risks import risk

TODAY = timezone.localdate()


def due(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def given(world, days, **values):
    """The engineer owns an answer that is due in so many days."""
    mine = {"owner_id": world.engineer.pk, "due_date": due(days).isoformat(), **values}
    return answer(world, **mine)


def told(world) -> list[tuple[str, str]]:
    return [(one.notice_kind, one.part) for one in waiting_notices(world.engineer)]


@pytest.mark.parametrize(
    ("days", "kinds"), [(4, []), (3, ["due_soon"]), (0, ["due_soon"]), (-1, ["overdue"])]
)
def test_an_owner_is_told_three_days_before_and_when_it_is_late(world, days, kinds):
    given(world, days)
    assert remind_owners() == len(kinds)
    assert told(world) == [(kind, "MEASURE 2.11") for kind in kinds]


def test_each_reminder_comes_once_and_a_sweep_that_did_not_run_is_made_up_for(world):
    given(world, 2)
    assert (remind_owners(), remind_owners()) == (1, 0)
    assert remind_owners(due(30)) == 1  # nothing ran for a month
    assert remind_owners(due(31)) == 0
    assert [kind for kind, _part in told(world)] == ["overdue", "due_soon"]


def test_another_day_or_another_owner_is_told_anew_and_what_is_done_not_at_all(world):
    given(world, 2)
    remind_owners()
    later = given(world, 1).answer.values
    assert remind_owners() == 1
    answer(world, **{**later, "owner_id": world.owner.pk})
    assert remind_owners() == 1
    assert Notice.objects.filter(person=world.owner).count() == 1
    answer(world, **{**later, "level": 2, "text": "Tested."})
    assert remind_owners(due(9)) == 0


def test_measures_remind_their_owners_until_they_are_done(world):
    made = add_treatment(
        by=world.officer, risk=risk(world), title="Retrain", owner=world.engineer, due_date=due(1)
    )
    assert remind_owners() == 1
    finish_treatment(by=world.engineer, treatment=made)
    assert remind_owners(due(5)) == 0


def test_the_sweep_takes_as_many_queries_however_much_was_told(
    world, django_assert_max_num_queries
):
    given(world, 1)
    remind_owners()
    with django_assert_max_num_queries(8):
        remind_owners()
