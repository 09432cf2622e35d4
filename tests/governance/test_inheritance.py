"""The organisation answers once; a new period shows what was said the last time."""

import pytest

from governance.assessments import queries
from governance.assessments.actions import (
    confirm_answer,
    inherit_from,
    open_assessment,
    open_next_period,
)
from governance.assessments.models import Answer, Assessment, EvidenceLink, Progress
from ledger.errors import Refused
from tests.builders.assessments import (
    accepted,
    answer,
    assessment,
    of_the_organisation,
    signed,
    submitted,
)
from tests.builders.models_registry import new_system, version

# One of each scope.
ONCE, BOTH, SYSTEM = "GOVERN 1.2", "GOVERN 1.1", "MEASURE 2.11"


def row(target, key):
    return queries.rows(target).get(key=key)


def said_by_the_bank(world, **values):
    bank = of_the_organisation(world)
    for key in (ONCE, BOTH):
        answer(world, key=key, target=bank, level=2, text=f"The bank on {key}", **values)
    return bank


def test_the_organisation_is_asked_only_what_is_not_about_one_system(world):
    keys = {found.key for found in queries.rows(of_the_organisation(world))}
    assert len(keys) == 32
    assert {ONCE, BOTH} < keys
    with pytest.raises(Refused, match="no question"):
        answer(world, key=SYSTEM, target=of_the_organisation(world), level=1)


def test_a_system_inherits_what_the_organisation_answered_and_confirms_what_is_both(world):
    said_by_the_bank(world)
    target = assessment(world)
    once, both = row(target, ONCE), row(target, BOTH)
    assert (once.progress, once.level, once.said) == ("inherited", 2, f"The bank on {ONCE}")
    assert (both.progress, both.level) == (Progress.TO_CONFIRM, None)
    assert row(target, SYSTEM).progress == Progress.NOT_STARTED
    listed = queries.assessments(world.officer).get(pk=target.pk)
    assert (listed.done, listed.total) == (1, 72)
    assert queries.whole(queries.parts(target)).done == 1
    assert not Answer.objects.filter(assessment=target).exists()


def test_confirming_takes_the_words_over_and_says_whose_they_are(world):
    bank = said_by_the_bank(world)
    confirmed = confirm_answer(by=world.officer, assessment=assessment(world), key=BOTH)
    assert (confirmed.level, confirmed.origin) == (2, "confirmed")
    assert confirmed.confirms.assessment_id == bank.pk
    answer(world, key=BOTH, target=bank, level=0)
    assert row(assessment(world), BOTH).level == 2, "what was confirmed stays"
    changed = answer(world, key=BOTH, text="Ours is different").answer
    assert (changed.origin, changed.confirms) == ("fresh", None)
    with pytest.raises(Refused, match="nothing to confirm"):
        confirm_answer(by=world.officer, assessment=assessment(world), key=SYSTEM)


def test_an_answer_of_ones_own_comes_before_the_inherited_one(world):
    said_by_the_bank(world)
    answer(world, key=ONCE, level=1)
    found = row(assessment(world), ONCE)
    assert (found.progress, found.level, found.origin) == ("answered", 1, "fresh")
    listed = queries.assessments(world.officer).get(pk=assessment(world).pk)
    assert listed.done == 1, "the inherited one is not counted beside it"


def test_an_owner_alone_does_not_hide_what_is_inherited(world):
    said_by_the_bank(world)
    answer(world, key=ONCE, owner_id=world.owner.pk)
    assert row(assessment(world), ONCE).progress == "inherited"


def test_the_nearest_unit_above_is_inherited_from_and_another_company_never(world):
    far = open_assessment(by=world.service, unit=world.acme, title="Group")
    assert assessment(world).inherits_from == far
    near = open_assessment(by=world.officer, unit=world.lending, title="Lending")
    other = open_assessment(by=world.officer, system=new_system(world, "Two"), title="Second")
    assert other.inherits_from == near
    theirs = open_assessment(by=world.stranger, unit=world.elsewhere, title="Theirs")
    assert theirs.inherits_from is None
    with pytest.raises(Refused, match="above it"):
        inherit_from(by=world.officer, assessment=other, source=theirs)
    assert inherit_from(by=world.officer, assessment=other, source=None).inherits_from is None


def test_a_version_is_assessed_only_in_a_system_that_uses_its_model(world):
    one = version(world)
    system = one.model.uses.get().system
    made = open_assessment(by=world.officer, system=system, model_version=one, title="2.3")
    assert (made.subject, made.about) == (Assessment.Subject.VERSION, one)
    with pytest.raises(Refused, match="does not use"):
        open_assessment(
            by=world.officer, system=new_system(world, "Other"), model_version=one, title="No"
        )
    with pytest.raises(Refused, match="what is assessed"):
        open_assessment(by=world.officer, title="Nothing")


def next_period(world, carried=("applicability", "level", "text", "evidence")):
    return open_next_period(
        by=world.officer, assessment=assessment(world), title="Next year", carried=list(carried)
    )


def test_a_new_period_offers_the_last_answers_and_counts_none_of_them(world):
    answer(world, level=2, text="Tested.")
    answer(world, key="MAP 1.1", applicability="not_applicable", reason="None.")
    signed(world)
    new = next_period(world)
    found = row(new, SYSTEM)
    assert (found.progress, found.origin, found.level) == ("to_confirm", "carried_over", None)
    assert row(new, "MAP 1.1").progress == Progress.TO_CONFIRM
    assert row(new, "MAP 1.2").progress == Progress.NOT_STARTED
    assert queries.whole(queries.parts(new)).done == 0
    assert queries.assessments(world.officer).get(pk=new.pk).done == 0
    kept = confirm_answer(by=world.owner, assessment=new, key=SYSTEM)
    assert (kept.level, kept.text, kept.saved_by) == (2, "Tested.", world.owner)
    assert queries.whole(queries.parts(new)).done == 1


def test_evidence_is_offered_again_and_must_be_accepted_again(world):
    answer(world, level=3, text="Tested.")
    accepted(world)
    signed(world)
    kept = confirm_answer(by=world.owner, assessment=next_period(world), key=SYSTEM)
    (link,) = kept.links.all()
    assert (link.verdict, link.linked_by) == (EvidenceLink.Verdict.OFFERED, world.owner)
    assert row(kept.assessment, SYSTEM).counted == 2


def test_only_the_chosen_fields_are_taken_over(world):
    answer(world, level=2, text="Tested.", owner_id=world.owner.pk)
    accepted(world)
    signed(world)
    new = next_period(world, ["text", "owner"])
    kept = confirm_answer(by=world.officer, assessment=new, key=SYSTEM)
    assert (kept.level, kept.text, kept.owner) == (None, "Tested.", world.owner)
    assert not kept.links.exists()


def test_with_nothing_taken_over_every_question_is_open(world):
    answer(world, level=2, text="Tested.")
    submitted(world)
    assert row(next_period(world, []), SYSTEM).progress == Progress.NOT_STARTED


def test_a_period_is_renewed_once_and_not_before_it_is_handed_in(world):
    with pytest.raises(Refused, match="Hand this period in"):
        next_period(world)
    submitted(world)
    with pytest.raises(Refused, match="Unknown"):
        next_period(world, ["saved_by"])
    next_period(world)
    with pytest.raises(Refused, match="open already"):
        next_period(world)


def test_a_new_period_takes_few_queries(world, django_assert_max_num_queries):
    said_by_the_bank(world)
    for key in ("MAP 1.1", "MAP 1.2", "MAP 2.1", SYSTEM):
        answer(world, key=key, level=2, text="Tested.")
    target = submitted(world)
    with django_assert_max_num_queries(25):
        open_next_period(
            by=world.officer, assessment=target, title="Next", carried=["level", "text"]
        )
