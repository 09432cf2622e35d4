"""An action has an owner and a day, and is never closed by the word of its owner alone."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from incidents.actions import set_access
from incidents.actions.corrective import (
    change_action,
    close_proven_actions,
    drop_action,
    finish_action,
    open_action,
    reject_action,
    remind_of_actions,
    reopen_action,
    verify_action,
)
from incidents.models import ActionNotice, CorrectiveAction, TimelineEntry
from incidents.models.corrective import today
from incidents.queries.corrective import mine_to_do, mine_to_verify, point_on, record_named
from ledger.errors import Refused
from tests.builders.corrective import action, opened_action, ready
from tests.builders.incidents import declared, incident, run_of
from tests.builders.risks import risk
from tests.world import World

DAY = dt.timedelta(days=1)


def test_the_owner_alone_closes_nothing(world: World) -> None:
    one = ready(world)
    assert one.state == "ready"
    for person in (world.owner, world.auditor):
        with pytest.raises(PermissionDenied):
            verify_action(by=person, corrective=one, note="Works")
    with pytest.raises(PermissionDenied):
        drop_action(by=world.owner, corrective=one, note="Not needed")
    closed = verify_action(by=world.approver, corrective=one, note="I saw the check refuse")
    assert (closed.state, closed.closed_by) == ("closed", world.approver)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_correctiveaction SET closed_by_id = owner_id")


def test_who_says_that_it_is_done_for_the_owner_does_not_verify_it_either(world: World) -> None:
    one = finish_action(by=world.officer, corrective=action(world))
    with pytest.raises(PermissionDenied):
        verify_action(by=world.officer, corrective=one, note="Works")


def test_a_passing_check_that_began_later_closes_it(world: World) -> None:
    run_of(world, "pass")
    one = ready(world, check_name="drift")
    assert close_proven_actions() == 0, "that run is older"
    run_of(world, "fail")
    assert close_proven_actions() == 0
    run = run_of(world, "pass", finished_at=one.ready_at + dt.timedelta(minutes=1))
    assert close_proven_actions() == 1
    found = one.reloaded()
    assert (found.state, found.closing_run) == ("closed", run)
    assert close_proven_actions() == 0


def test_a_check_needs_a_model_on_which_it_passes(world: World) -> None:
    with pytest.raises(Refused, match="no such check"):
        opened_action(world, check_name="astrology")
    with pytest.raises(Refused, match="Name the model"):
        opened_action(world, about=risk(world), check_name="drift")


def test_rejected_it_goes_back_and_reopened_it_begins_again(world: World) -> None:
    one = reject_action(by=world.engineer, corrective=ready(world), note="Only half")
    assert (one.state, one.ready_by) == ("open", None)
    one = verify_action(
        by=world.engineer, corrective=finish_action(by=world.owner, corrective=one), note="Seen"
    )
    one = reopen_action(by=world.engineer, corrective=one, note="It failed again")
    assert (one.state, one.closed_by, one.closing_run) == ("open", None, None)
    with pytest.raises(Refused) as refused:
        verify_action(by=world.engineer, corrective=one, note="Seen")
    assert refused.value.status == 409


def test_each_step_stands_in_the_timeline_of_its_incident(world: World) -> None:
    verify_action(by=world.approver, corrective=ready(world), note="Seen")
    lines = list(TimelineEntry.objects.order_by("pk").values_list("text", flat=True))[-3:]
    assert [line.split(":")[0] for line in lines] == [
        "Corrective action", "Said to be done, to be verified", "Verified by a second person",
    ]  # fmt: skip


def test_a_reminder_is_given_once_and_a_missed_run_loses_none(world: World) -> None:
    one = action(world)
    assert remind_of_actions(one.due_on - 4 * DAY) == 0
    assert remind_of_actions(one.due_on - 3 * DAY) == 1
    assert remind_of_actions(one.due_on - 2 * DAY) == 0, "twice gives it once"
    assert remind_of_actions(one.due_on + 30 * DAY) == 2, "two runs were missed; nobody forgets"
    late = ActionNotice.objects.filter(point="late").values_list("person", flat=True)
    assert set(late) == {world.owner.pk, world.engineer.pk}
    assert remind_of_actions(one.due_on + 31 * DAY) == 0
    later = one.due_on + 40 * DAY
    change_action(
        by=world.engineer, corrective=one, seen=one.version, owner=world.owner, due_on=later,
        priority="high", reason="The supplier is late",
    )  # fmt: skip
    assert remind_of_actions(later) == 1, "another day is another deadline"


def test_points_follow_the_due_day(world: World) -> None:
    one = action(world)
    days = (4, 3, 0, -1, -7)
    found = [point_on(one, one.due_on - day * DAY) for day in days]
    assert found == ["", "soon", "due", "due", "late"]


def test_a_change_of_what_somebody_else_changed_is_refused(world: World) -> None:
    one = action(world)
    ask = {
        "by": world.engineer, "owner": world.officer, "due_on": one.due_on, "priority": "high",
        "reason": "Holiday",
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        change_action(corrective=one, seen=one.version + 1, **ask)
    assert refused.value.status == 409
    with pytest.raises(Refused, match="may not see"):
        change_action(corrective=one, seen=one.version, **ask | {"owner": world.stranger})
    with pytest.raises(Refused, match="has passed"):
        change_action(corrective=one, seen=one.version, **ask | {"due_on": today() - DAY})


def test_risks_have_actions_too_and_a_key_opens_only_what_one_may_see(world: World) -> None:
    about = risk(world)
    one = opened_action(world, about=about)
    assert (one.subject, one.incident, one.unit_id) == (about.key, None, about.unit_id)
    page = world.client(world.officer).get(about.get_absolute_url()).content.decode()
    assert one.title in page
    assert record_named(about.key, world.stranger) is None
    for key in ("", "x", "risks.risk:x", "auth.permission:1", "ledger.event:1", "a.b.c:1"):
        assert record_named(key, world.officer) is None


def test_an_action_is_as_private_as_its_incident(world: World) -> None:
    about = declared(world)
    one = opened_action(world, about=about)
    set_access(by=world.engineer, incident=about, private=True, people=[], roles=[])
    assert not CorrectiveAction.objects.all().visible_to(world.officer).filter(pk=one.pk).exists()
    assert CorrectiveAction.objects.all().visible_to(world.engineer).filter(pk=one.pk).exists()
    with pytest.raises(PermissionDenied):
        open_action(
            by=world.officer, about=about.reloaded(), title="T", owner=world.owner, due_on=today()
        )


def test_my_work_shows_what_i_do_and_what_i_verify(world: World) -> None:
    mine = opened_action(world)
    waiting = ready(world, title="Write the test")
    assert list(mine_to_do(world.owner)) == [mine]
    assert list(mine_to_verify(world.approver)) == [waiting]
    assert not mine_to_verify(world.owner).exists()
    page = world.client(world.approver).get("/").content.decode()
    assert "To verify" in page
    assert "Write the test" in page


def test_the_list_costs_the_same_however_long_it_is_and_exports_safely(
    world: World, django_assert_max_num_queries
) -> None:
    for title in ("=1+1", "<script>alert(1)</script>\u202e", "C", "D"):
        opened_action(world, title=title)
    client = world.client(world.engineer)
    with django_assert_max_num_queries(10):
        page = client.get("/incidents/actions/?state=unfinished").content.decode()
    assert "<script>alert" not in page
    export = b"".join(client.get("/incidents/actions/?format=csv").streaming_content)
    assert b"'=1+1" in export


def test_the_api_opens_changes_and_steps(world: World) -> None:
    api = world.api(world.engineer)
    body = {
        "about": incident(world).key, "title": "T", "owner": world.owner.pk,
        "due_on": str(today() + DAY),
    }  # fmt: skip
    made = api.post("/api/v1/corrective-actions/", body, format="json")
    assert made.status_code == 201, made.content
    address, tag = f"/api/v1/corrective-actions/{made.json()['id']}/", made["ETag"]
    step = {"verb": "finish", "note": "Done"}
    assert api.post(f"{address}step/", step, format="json").status_code == 428
    done = api.post(f"{address}step/", step, format="json", headers={"If-Match": tag})
    assert done.json()["state"] == "ready", done.content
    stale = api.post(f"{address}step/", step, format="json", headers={"If-Match": tag})
    assert stale.status_code == 412
