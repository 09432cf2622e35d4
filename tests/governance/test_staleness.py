"""An answer is stale when what it rests on changed after it was given, and says why."""

import datetime as dt

import pytest
from django.utils import timezone

from governance.assessments import queries
from governance.assessments.actions import Source, confirm_answer, withdraw_evidence
from governance.assessments.models import Answer
from governance.assessments.queries.staleness import stale_reasons
from incidents.actions.postmortems import publish_postmortem
from ledger.actions import action
from models_registry.actions import submit_version
from tests.builders.assessments import accepted, answer, assessment, cheap, evidence, signed
from tests.builders.incidents import declared, run_of
from tests.builders.models_registry import new_version, version
from tests.builders.postmortems import over, submitted
from tests.governance.test_pages import address, item, text


def reasons(world, user=None):
    target = assessment(world)
    found = stale_reasons(target, list(queries.rows(target)), user or world.officer)
    return {key: [reason.text for reason in listed] for key, listed in found.items()}


def later(monkeypatch, days):
    moment = timezone.now() + dt.timedelta(days=days)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_nothing_is_stale_before_anything_changed(world):
    answer(world, level=3, text="Tested.")
    accepted(world)
    assert reasons(world) == {}


def test_expired_evidence_makes_an_answer_stale_until_it_is_confirmed(world, monkeypatch):
    answer(world, level=3, text="Tested.")
    soon = timezone.now().date() + dt.timedelta(days=2)
    accepted(world, evidence(world, expires_on=soon))
    later(monkeypatch, 2)
    assert reasons(world) == {}
    later(monkeypatch, 3)
    assert reasons(world) == {"MEASURE 2.11": ["Evidence “Minutes” expired."]}
    before = Answer.objects.get()
    kept = confirm_answer(by=world.owner, assessment=assessment(world), key="MEASURE 2.11")
    assert reasons(world) == {}
    assert (kept.text, kept.origin, kept.saved_by) == (before.text, "fresh", world.owner)


def test_withdrawn_evidence_and_that_of_a_signed_assessment_make_stale_too(world):
    answer(world, level=3, text="Tested.")
    piece = evidence(world)
    accepted(world, piece)
    signed(world)
    withdraw_evidence(by=world.engineer, evidence=piece, reason="Wrong.")
    assert reasons(world) == {"MEASURE 2.11": ["Evidence “Minutes” was withdrawn."]}


def test_a_newer_approved_version_makes_what_rests_on_the_old_one_stale(world):
    old = version(world)
    answer(world, level=2, text="Tested.")
    accepted(world, evidence(world, source=Source(record=old.key), title="The version"))
    other = new_version(world, "9.9")
    assert reasons(world) == {}, "a draft is no newer version"
    other = submit_version(by=world.engineer, version=other)
    other.state = "approved"
    with action("test.approved", by=world.service) as act:
        act.save(other)
    ((text_,),) = reasons(world).values()
    assert "9.9 was approved since “The version”" in text_
    answer(world, text="Tested again.")
    assert reasons(world) == {}


def test_a_failing_check_makes_stale_what_it_speaks_to_and_nobody_else_is_told(world):
    version(world)
    run_of(world, check_name="drift", finished_at=timezone.now() - dt.timedelta(days=1))
    answer(world, key="MEASURE 2.4", level=2)
    answer(world, key="GOVERN 1.1", level=2)
    assert reasons(world) == {}, "the run is older than the answers"
    late = timezone.now() + dt.timedelta(seconds=1)
    run = run_of(world, check_name="drift", finished_at=late)
    assert reasons(world) == {"MEASURE 2.4": [f"The check “{run.title}” fails."]}
    assert reasons(world, world.stranger) == {}
    run_of(world, "pass", check_name="drift", finished_at=late + dt.timedelta(seconds=1))
    assert reasons(world) == {}, "it passes again"


@pytest.mark.parametrize("many", [2, 60])
def test_the_pages_say_it_in_few_queries(world, many, monkeypatch, django_assert_max_num_queries):
    cheap(world, 3, answered=many)
    soon = timezone.now().date() + dt.timedelta(days=1)
    piece = evidence(world, expires_on=soon)
    keys = [row.key for row in list(queries.rows(assessment(world)))[: many // 2]]
    for key in keys:
        answer(world, key=key, level=3)
        accepted(world, piece, key=key)
    moment = timezone.now() + dt.timedelta(days=2)
    monkeypatch.setattr("governance.assessments.queries.staleness.timezone.now", lambda: moment)
    client = world.client(world.officer)
    with django_assert_max_num_queries(15):
        html = text(client.get(address(world, "assessment-detail")))
    assert ("answers are stale" in html) or ("answer is stale" in html)
    page = item(world, keys[0].lower().replace(" ", "-"))
    assert "Evidence “Minutes” expired." in text(client.get(page))


def test_a_published_learning_asks_to_look_again_at_the_subcategories_it_names(world):
    answer(world, key="MEASURE 2.4", level=2)
    answer(world, key="GOVERN 1.1", level=2)
    found = over(world, severity="sev3")
    held = submitted(world, found)
    assert reasons(world) == {}, "under review it taught nothing yet"
    publish_postmortem(by=world.approver, incident=found, digest=held.digest)
    told = f"{found.reference} taught: Units are compared before each load."
    assert reasons(world) == {"MEASURE 2.4": [told]}
    assert reasons(world, world.stranger) == {}
    confirm_answer(by=world.owner, assessment=assessment(world), key="MEASURE 2.4")
    assert reasons(world) == {}


def test_a_severe_incident_after_the_answer_asks_to_look_again(world):
    answer(world, key="MANAGE 4.3", level=2)
    answer(world, key="MAP 1.1", level=2)
    declared(world, system=assessment(world).system, severity="sev3")
    assert reasons(world) == {}
    severe = declared(world, system=assessment(world).system, severity="sev1")
    assert reasons(world) == {"MANAGE 4.3": [f"A severe incident was declared: {severe.title}."]}
