"""Saving answers: per-field merge, progress, who may, what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessments import queries
from governance.assessments.actions import (
    open_assessment,
    reopen_assessment,
    save_answer,
    submit_assessment,
)
from governance.assessments.models import Answer, Progress
from ledger.errors import DirectWrite, Refused
from ledger.queries import history
from tests.builders.assessments import answer, assessment
from tests.builders.models_registry import new_system, system


def row(world, key="MEASURE 2.11"):
    return queries.rows(assessment(world)).get(key=key)


def test_an_assessment_opens_with_72_unanswered_rows_and_no_answer_stored(world):
    rows = list(queries.rows(assessment(world)))
    assert len(rows) == 72
    assert {r.progress for r in rows} == {Progress.NOT_STARTED}
    assert not Answer.objects.exists()


def test_the_first_save_makes_the_answer_and_an_event(world):
    saved = answer(world, level=3, text="Slices are tested each quarter.")
    assert saved.changed == {"level", "text"}
    assert saved.answer.version == 1
    events = history(saved.answer.key)
    assert [event.action for event in events] == ["governance.answer.saved"]
    assert row(world).progress == Progress.ANSWERED


def test_saving_what_is_stored_already_writes_nothing(world):
    first = answer(world, level=3).answer
    again = answer(world, level=3)
    assert again.changed == frozenset()
    assert again.answer.version == first.version
    assert history(first.key).count() == 1


def test_two_people_changing_different_fields_merge_silently(world):
    seen = answer(world, text="Old text").answer.values
    answer(world, by=world.owner, base=seen, level=2)
    saved = answer(world, base=seen, text="New text")
    assert not saved.clashes
    assert (saved.answer.level, saved.answer.text) == (2, "New text")


def test_two_people_changing_the_same_field_clash_and_both_texts_are_there(world):
    seen = answer(world, text="Old text").answer.values
    answer(world, by=world.owner, base=seen, text="Her text")
    saved = answer(world, base=seen, text="My text", level=1)
    (clash,) = saved.clashes
    assert (clash.mine, clash.theirs) == ("My text", "Her text")
    assert (saved.answer.text, saved.answer.level) == ("Her text", 1)


def test_keep_mine_keeps_the_other_fields_of_the_other(world):
    seen = answer(world, text="Old text", level=1).answer.values
    answer(world, by=world.owner, base=seen, text="Her text", level=4)
    kept = save_answer(
        by=world.officer,
        assessment=assessment(world),
        key="MEASURE 2.11",
        mine={"text": "My text", "level": 1},
        base=seen,
        keep=frozenset({"text"}),
    )
    assert not kept.clashes
    assert (kept.answer.text, kept.answer.level) == ("My text", 4)


def test_two_people_answering_first_at_once_clash_too(world):
    nothing = Answer().values
    answer(world, by=world.owner, base=nothing, text="Her text")
    saved = answer(world, base=nothing, text="My text")
    assert [c.name for c in saved.clashes] == ["text"]


def test_line_ends_of_browsers_make_no_clash(world):
    stored = answer(world, text="one\ntwo").answer
    assert stored.text == "one\ntwo"
    sent = answer(world, base={"text": "one\r\ntwo"}, text="one\r\ntwo\r\nthree")
    assert not sent.clashes
    assert sent.answer.text == "one\ntwo\nthree"


def test_not_applicable_is_finished_only_with_a_reason(world):
    answer(world, applicability="not_applicable")
    assert row(world).progress == Progress.IN_PROGRESS
    answer(world, reason="   ")
    assert row(world).progress == Progress.IN_PROGRESS
    answer(world, reason="There are no people concerned.")
    assert row(world).progress == Progress.NOT_APPLICABLE


def test_the_level_counts_again_when_the_subcategory_applies_again(world):
    answer(world, level=3)
    answer(world, applicability="not_applicable", reason="No.")
    assert row(world).level is None
    answer(world, applicability="applicable")
    assert row(world).level == 3


@pytest.mark.parametrize(
    "wrong",
    [{"level": 5}, {"level": -1}, {"applicability": "perhaps"}, {"text": "x" * 20_001}],
)
def test_values_outside_the_scale_are_refused_and_nothing_is_stored(world, wrong):
    with pytest.raises(Refused):
        answer(world, **wrong)
    assert not Answer.objects.exists()


def test_an_owner_who_may_not_see_the_system_is_refused(world):
    with pytest.raises(Refused, match="owner"):
        answer(world, owner_id=world.stranger.pk)
    with pytest.raises(Refused, match="owner"):
        answer(world, owner_id=10**9)
    assert answer(world, owner_id=world.owner.pk).answer.owner == world.owner


@pytest.mark.parametrize("key", ["MANAGE 9.9", "GOVERN 1", "nonsense", ""])
def test_an_unknown_subcategory_is_refused(world, key):
    with pytest.raises(Refused):
        answer(world, key=key, level=1)


def test_every_form_of_identifier_reaches_the_same_answer(world):
    for key in ("MEASURE 2.11", "MS-2.11", "measure-2.11"):
        answer(world, key=key, text=key)
    assert Answer.objects.count() == 1


def test_an_unknown_field_is_refused(world):
    with pytest.raises(Refused, match="assessment_id"):
        answer(world, assessment_id=7)


@pytest.mark.parametrize("name", ["engineer", "approver", "auditor", "administrator", "stranger"])
def test_who_may_not_answer_is_denied(world, name):
    with pytest.raises(PermissionDenied):
        answer(world, by=getattr(world, name), level=1)
    assert not Answer.objects.exists()


def test_answers_refuse_direct_writes(world):
    stored = answer(world, level=1).answer
    stored.level = 4
    with pytest.raises(DirectWrite):
        stored.save()
    with pytest.raises(DirectWrite):
        Answer.objects.filter(pk=stored.pk).update(level=4)


def test_submitting_names_what_is_left_unless_a_reason_is_given(world):
    answer(world, key="GOVERN 1.1", level=1)
    with pytest.raises(Refused, match=r"71 answers .* GOVERN 1\.2"):
        submit_assessment(by=world.officer, assessment=assessment(world))
    done = submit_assessment(by=world.officer, assessment=assessment(world), reason="A pilot.")
    assert done.state == "submitted"
    assert done.submitted_at is not None
    assert history(done.key).first().reason == "A pilot."


def test_a_submitted_assessment_takes_no_answers_until_it_is_reopened_with_a_reason(world):
    submit_assessment(by=world.officer, assessment=assessment(world), reason="A pilot.")
    with pytest.raises(Refused, match="Reopen"):
        answer(world, level=1)
    with pytest.raises(Refused, match="why"):
        reopen_assessment(by=world.officer, assessment=assessment(world), reason="  ")
    reopen_assessment(by=world.officer, assessment=assessment(world), reason="One is missing.")
    assert answer(world, level=1).answer.level == 1


def test_a_period_that_ends_before_it_begins_is_refused(world):
    with pytest.raises(Refused, match="before it begins"):
        open_assessment(
            by=world.officer,
            system=system(world),
            title="Backwards",
            period_start=dt.date(2026, 2, 1),
            period_end=dt.date(2026, 1, 1),
        )


def test_only_a_compliance_officer_opens_assessments(world):
    for user in (world.engineer, world.owner, world.auditor, world.stranger):
        with pytest.raises(PermissionDenied):
            open_assessment(by=user, system=system(world), title="No")


def test_progress_is_of_72_and_never_doubles_with_more_assessments(world):
    answer(world, key="GOVERN 1.1", level=2)
    other = open_assessment(
        by=world.officer, system=new_system(world, "Another"), title="Another review"
    )
    for key in ("GOVERN 1.1", "GOVERN 1.2", "MAP 1.1"):
        save_answer(by=world.officer, assessment=other, key=key, mine={"level": 1}, base={})
    parts = queries.parts(assessment(world))
    assert [(p.name, p.total, p.done) for p in parts] == [
        ("GOVERN", 19, 1),
        ("MAP", 18, 0),
        ("MEASURE", 22, 0),
        ("MANAGE", 13, 0),
    ]
    assert queries.parts_of(queries.rows(assessment(world))) == parts
    counts = {a.pk: (a.done, a.total) for a in queries.assessments(world.officer)}
    assert counts == {assessment(world).pk: (1, 72), other.pk: (3, 72)}


def test_one_goes_on_where_one_left_off(world):
    rows = list(queries.rows(assessment(world)))
    assert queries.go_on(rows, world.officer).key == "GOVERN 1.1"
    answer(world, key="MAP 2.1", level=2)
    answer(world, key="MEASURE 1.1", by=world.owner, level=2)
    rows = list(queries.rows(assessment(world)))
    assert queries.go_on(rows, world.officer).key == "MAP 2.2"
    assert queries.go_on(rows, world.owner).key == "MEASURE 1.2"
    last = next(r for r in rows if r.key == "MANAGE 4.3")
    assert queries.next_unfinished(rows, last.order).key == "GOVERN 1.1"


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "applicability": st.sampled_from(["applicable", "not_applicable"]),
        "reason": st.sampled_from(["", "Because."]),
        "level": st.sampled_from([None, 0, 3]),
        "text": st.sampled_from(["", "Words"]),
        "due_date": st.sampled_from([None, dt.date(2027, 1, 1)]),
    },
)


@settings(settings.get_profile("database"))
@given(VALUES)
def test_progress_in_the_database_is_the_progress_of_the_record(world_of_answers, values):
    world = world_of_answers
    stored = answer(world, **{**Answer().values, **values}).answer
    found = row(world)
    assert found.progress == stored.progress
    assert found.level == stored.effective_level
    done = {Progress.ANSWERED, Progress.NOT_APPLICABLE}
    assert queries.whole(queries.parts(assessment(world))).done == (stored.progress in done)
    assert found.text == stored.text
