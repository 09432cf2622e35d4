"""The same work by program: ETags, merge, problem details."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from governance.assessments.models import Answer
from tests.builders.assessments import answer, assessment
from tests.builders.models_registry import system


def url(world, *parts):
    return "/".join(["/api/v1/assessments", str(assessment(world).pk), *parts, ""])


def body(response, status=200):
    assert response.status_code == status, response.content
    return json.loads(response.content)


def test_a_program_opens_answers_and_submits(world):
    api = world.api(world.officer)
    made = api.post("/api/v1/assessments/", {"system": system(world).pk, "title": "By program"})
    opened = body(made, 201)
    assert (opened["done"], opened["total"], opened["state"]) == (0, 72, "draft")
    place = f"/api/v1/assessments/{opened['id']}/"
    one = api.get(f"{place}answers/MS-2.11/")
    assert body(one)["progress"] == "not_started"
    change = {"level": 3, "text": "Tested."}
    saved = api.patch(
        f"{place}answers/measure-2.11/", change, headers={"If-Match": one.headers["ETag"]}
    )
    assert body(saved)["progress"] == "answered"
    assert saved.headers["ETag"] != one.headers["ETag"]
    now = api.get(place)
    assert body(now)["done"] == 1
    tag = {"If-Match": now.headers["ETag"]}
    refused = api.post(f"{place}submit/", {}, headers=tag)
    assert body(refused, 422)["field"] == "reason"
    done = api.post(f"{place}submit/", {"reason": "Pilot"}, headers=tag)
    assert body(done)["state"] == "submitted"
    late = api.patch(
        f"{place}answers/measure-2.11/", {"level": 1}, headers={"If-Match": saved.headers["ETag"]}
    )
    assert body(late, 409)["type"].endswith("not-open")


def test_the_list_has_all_72_whether_answered_or_not(world, django_assert_max_num_queries):
    answer(world, level=2)
    api = world.api(world.auditor)
    with django_assert_max_num_queries(6):
        rows = body(api.get(url(world, "answers")))
    assert len(rows) == 72
    found = {row["key"]: row for row in rows}
    assert found["MEASURE 2.11"]["level"] == 2
    assert found["GOVERN 1.1"]["progress"] == "not_started"


def test_a_change_without_if_match_is_428_and_with_an_old_one_412(world):
    api = world.api(world.officer)
    old = api.get(url(world, "answers", "measure-2.11")).headers["ETag"]
    target = url(world, "answers", "measure-2.11")
    assert body(api.patch(target, {"level": 1}), 428)
    answer(world, by=world.owner, level=4)
    assert body(api.patch(target, {"level": 1}, headers={"If-Match": old}), 412)
    assert Answer.objects.get().level == 4


def test_with_base_values_different_fields_merge_and_the_same_field_is_409(world):
    api = world.api(world.officer)
    target = url(world, "answers", "measure-2.11")
    seen = answer(world, text="Old", level=1)
    old = f'"{assessment(world).pk}-{seen.answer.node_id}-{seen.answer.version}"'
    answer(world, by=world.owner, level=4)
    base = {"text": "Old", "level": 1}
    merged = api.patch(target, {"text": "New", "base": base}, headers={"If-Match": old})
    assert (body(merged)["text"], body(merged)["level"]) == ("New", 4)
    clash = api.patch(
        target,
        {"text": "Mine", "due_date": "2027-01-31", "base": base},
        headers={"If-Match": old},
    )
    problem = body(clash, 409)
    assert problem["clashes"] == [{"field": "text", "base": "Old", "mine": "Mine", "theirs": "New"}]
    assert problem["saved"] == ["due_date"]
    assert Answer.objects.get().text == "New"


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 5},
        {"level": "x"},
        {"text": "x" * 20_001},
        {"due_date": "soon"},
        {"owner": 10**30},
        {"owner": True},
        {"applicability": ""},
        {"base": 3},
        {"text": None},
        {"text": ["a"]},
    ],
)
def test_wrong_values_are_400_with_the_field_named(world, wrong):
    api = world.api(world.officer)
    target = url(world, "answers", "measure-2.11")
    tag = {"If-Match": api.get(target).headers["ETag"]}
    problem = body(api.patch(target, wrong, headers=tag), 400)
    assert set(problem["errors"]) == set(wrong)
    assert not Answer.objects.exists()


def test_another_units_system_is_unknown_here(world):
    api = world.api(world.stranger)
    made = api.post("/api/v1/assessments/", {"system": system(world).pk, "title": "Mine"})
    assert "system" in body(made, 400)["errors"]
    assert body(api.get("/api/v1/assessments/"))["results"] == []


def test_a_stranger_cannot_be_made_owner(world):
    api = world.api(world.officer)
    given = {"system": system(world).pk, "title": "T", "owner": world.stranger.pk}
    errors = body(api.post("/api/v1/assessments/", given), 400)["errors"]
    nobody = body(api.post("/api/v1/assessments/", {**given, "owner": 10**9}), 400)["errors"]
    assert errors["owner"][0].replace(str(world.stranger.pk), "") == (
        nobody["owner"][0].replace(str(10**9), "")
    ), "the answer must not tell whether the person exists"


def test_a_token_without_the_scope_may_not_answer(world):
    api = world.api(world.officer, scopes=["record.view"])
    target = url(world, "answers", "measure-2.11")
    tag = {"If-Match": api.get(target).headers["ETag"]}
    assert api.patch(target, {"level": 1}, headers=tag).status_code == 403
    assert not Answer.objects.exists()


def test_an_unknown_subcategory_is_404(world):
    api = world.api(world.officer)
    for key in ("MANAGE 9.9", "nonsense"):
        assert api.get(url(world, "answers", key)).status_code == 404


def test_the_command_saves_only_what_is_given(world):
    answer(world, level=2, text="Kept")
    out = io.StringIO()
    call_command(
        "save_answer",
        str(assessment(world).pk),
        "MS-2.11",
        by=world.officer.email,
        level=3,
        stdout=out,
    )
    stored = Answer.objects.get()
    assert (stored.level, stored.text) == (3, "Kept")
    assert "changed level" in out.getvalue()


def test_the_command_refuses_whom_the_page_refuses(world):
    pk = str(assessment(world).pk)
    with pytest.raises(CommandError, match="do not include"):
        call_command("save_answer", pk, "MS-2.11", by=world.auditor.email, level=3)
    with pytest.raises(CommandError, match="no such"):
        call_command("save_answer", pk, "MS-2.11", by=world.stranger.email, level=3)
