"""Filling fast: the hub, the help beside a question."""

from django.urls import reverse
from django.utils.html import strip_tags

from frameworks.models import Node
from governance.assessments.actions import return_assessment, review_answer
from governance.assessments.guidance import good_answer, why
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
