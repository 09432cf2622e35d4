"""Filling fast: the hub, the help beside a question."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.html import strip_tags

from frameworks.models import Node
from governance.assessments.actions import (
    Ask,
    apply_answers,
    hand_over,
    plan_answers,
    return_assessment,
    review_answer,
)
from governance.assessments.guidance import good_answer, why
from governance.assessments.models import Answer
from governance.assessments.queries import has_written, rows
from governance.assessments.queries.work import my_answers
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.assessments import answer, assessment, submitted


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


def test_the_hub_counts_what_is_done_left_and_returned_in_each_function(world):
    answer(world, key="MAP 1.1", level=2, text="Written down.")
    target = submitted(world)
    review_answer(
        by=world.approver, assessment=target, key="MAP 1.1", verdict="returned", remark="Where?"
    )
    return_assessment(by=world.approver, assessment=target, reason="See the remark.")
    page = world.client(world.officer).get(
        reverse("assessments:assessment-detail", args=[target.pk])
    )
    assert "MAP 1 of 18 answered · 17 left · 1 returned" in words(page)


def test_every_question_says_why_it_is_asked_and_what_a_good_answer_contains(world):
    for node in Node.objects.filter(assessable=True):
        assert why(node.key), node.key
        assert len(good_answer(node.scope)) >= 5
    url = reverse("assessments:answer-edit", args=[assessment(world).pk, "measure-2.11"])
    said = words(world.client(world.officer).get(url))
    assert why("MEASURE 2.11") in said
    assert good_answer("system")[0] in said


def table(world, by, **sent):
    url = reverse("assessments:answer-table", args=[assessment(world).pk])
    return world.client(by).post(url, sent)


def test_table_mode_shows_what_would_change_and_writes_it_only_after_that(world):
    answer(world, key="MAP 1.1", level=1, text="Ours.")
    sent = {
        "select": ["map-1.1", "map-1.2"],
        "owner": world.owner.pk,
        "due_date": "2027-01-31",
        "level-map-1.3": "2",
        "seen-map-1.1": "1",
        "seen-map-1.2": "0",
    }
    said = words(table(world, world.officer, **sent))
    assert "Change 3 answers" in said
    assert Answer.objects.count() == 1
    assert table(world, world.officer, **sent, do="apply").status_code == 303
    stored = {one.node.key: one for one in Answer.objects.select_related("node")}
    assert stored["MAP 1.1"].owner == stored["MAP 1.2"].owner == world.owner
    assert (stored["MAP 1.1"].text, stored["MAP 1.1"].level) == ("Ours.", 1)
    assert stored["MAP 1.3"].level == 2


def test_a_row_that_changed_since_the_preview_stops_the_whole_change(world):
    answer(world, key="MAP 1.1", level=1)
    sent = {"select": ["map-1.1", "map-1.2"], "level": "3", "seen-map-1.1": "0", "do": "apply"}
    refused = table(world, world.officer, **sent)
    assert refused.status_code == 409
    assert not Answer.objects.filter(level=3).exists()


def test_work_is_given_only_to_those_who_may_see_it(world):
    ask = Ask("MAP 1.1", {"owner_id": world.stranger.pk}, 0)
    with pytest.raises(Refused):
        apply_answers(by=world.officer, assessment=assessment(world), asks=[ask])
    assert not Answer.objects.exists()


def test_nobody_changes_many_answers_of_a_submitted_assessment_or_without_the_role(world):
    target = assessment(world)
    asks = [Ask("MAP 1.1", {"level": 2}, 0)]
    with pytest.raises(PermissionDenied):
        apply_answers(by=world.engineer, assessment=target, asks=asks)
    submitted(world)
    with pytest.raises(Refused):
        apply_answers(by=world.officer, assessment=target, asks=asks)


def test_who_gives_out_work_does_not_become_its_author(world):
    target = assessment(world)
    ask = Ask("MAP 1.1", {"owner_id": world.owner.pk}, 0)
    apply_answers(by=world.officer, assessment=target, asks=[ask])
    assert not has_written(world.officer, target, Answer.objects.get())


def test_my_work_holds_what_is_mine_and_unfinished_and_nothing_else(world):
    answer(world, key="MAP 1.1", owner_id=world.owner.pk)
    answer(world, key="MAP 1.2", owner_id=world.owner.pk, level=2)
    answer(world, key="MAP 1.3", owner_id=world.officer.pk)
    page = world.client(world.owner).get(reverse("assessments:my-answers"))
    said = words(page)
    assert "MAP 1.1" in said
    assert "MAP 1.2" not in said
    assert "MAP 1.3" not in said
    assert "MAP 1.1" not in words(
        world.client(world.stranger).get(reverse("assessments:my-answers"))
    )


def test_a_leaver_hands_over_all_that_is_unfinished_in_one_action(world):
    answer(world, key="MAP 1.1", owner_id=world.owner.pk)
    answer(world, key="MAP 1.2", owner_id=world.owner.pk, level=2)
    page, url = world.client(world.officer), reverse("assessments:hand-over")
    sent = {"leaver": world.owner.pk, "to": world.engineer.pk, "reason": "Leaves in May."}
    assert "Hand over 1 record" in words(page.post(url, sent))
    assert page.post(url, {**sent, "expected": "2"}).status_code == 422
    assert page.post(url, {**sent, "expected": "1"}).status_code == 303
    owners = dict(Answer.objects.values_list("node__key", "owner"))
    assert owners == {"MAP 1.1": world.engineer.pk, "MAP 1.2": world.owner.pk}
    event = Event.objects.filter(action="governance.answer.assigned").get()
    assert event.reason == "Leaves in May."


def test_a_returned_answer_stays_returned_when_somebody_else_takes_it_over(world):
    answer(world, key="MAP 1.1", by=world.owner, level=2, owner_id=world.owner.pk)
    target = submitted(world)
    review_answer(
        by=world.approver, assessment=target, key="MAP 1.1", verdict="returned", remark="Where?"
    )
    return_assessment(by=world.approver, assessment=target, reason="See the remark.")
    hand_over(by=world.officer, leaver=world.owner, to=world.engineer, reason="Leaves.")
    assert [one.standing for one in my_answers(world.engineer)] == ["returned"]


def test_nothing_of_another_unit_is_handed_over(world):
    answer(world, key="MAP 1.1", owner_id=world.owner.pk)
    with pytest.raises(Refused):
        hand_over(by=world.stranger, leaver=world.owner, to=world.stranger, reason="Mine.")
    assert Answer.objects.get().owner == world.owner


def test_the_api_plans_and_changes_many_answers(world):
    target, api = assessment(world), world.api(world.officer)
    url = reverse("api:assessment-bulk", args=[target.pk])
    changes = [{"key": "MP-1.1", "level": 2}, {"key": "MAP 9.9", "level": 2}]
    plan = api.post(url, {"answers": changes}, format="json").json()
    assert [bool(line["problem"]) for line in plan["lines"]] == [False, True]
    only = {"dry_run": False, "answers": changes[:1]}
    assert api.post(url, only, format="json").status_code == 428
    only["answers"][0]["version"] = 0
    assert api.post(url, only, format="json").json()["applied"]
    assert Answer.objects.get().level == 2


def test_table_mode_takes_the_same_queries_for_one_change_as_for_seventy_two(
    world, django_assert_max_num_queries
):
    target = assessment(world)
    for count in (1, 72):
        asks = [Ask(one.key, {"level": 2}, 0) for one in list(rows(target))[:count]]
        with django_assert_max_num_queries(4):
            plan_answers(target, asks)
