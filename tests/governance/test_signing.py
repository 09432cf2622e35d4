"""Review by somebody else, a signature that binds, and nothing that changes afterwards."""

import datetime as dt
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone

from governance.assessments import queries
from governance.assessments.actions import (
    confirm_answer,
    decide_evidence,
    inherit_from,
    offer_evidence,
    reopen_assessment,
    return_assessment,
    review_answer,
    sign_assessment,
    submit_assessment,
    take_back,
    withdraw_evidence,
)
from governance.assessments.models import Answer, Assessment, SignOff
from governance.assessments.queries.snapshot import signature_problems
from ledger.actions import action
from ledger.errors import DirectWrite, Refused
from tests.builders.assessments import (
    accepted,
    answer,
    assessment,
    evidence,
    of_the_organisation,
    offered,
    signed,
    submitted,
)
from tests.world import PASSWORD
from vault.queries import read_bytes

KEY = "MEASURE 2.11"


def review(world, by=None, verdict="met", **values):
    return review_answer(
        by=by or world.approver,
        assessment=assessment(world),
        key=KEY,
        verdict=verdict,
        **values,
    )


def row(world):
    return queries.rows(assessment(world)).get(key=KEY)


def sign(world, by=None, **values):
    given = {"meaning": "approved", "password": PASSWORD, **values}
    return sign_assessment(by=by or world.approver, assessment=assessment(world), **given)


def test_an_answer_is_reviewed_once_it_is_submitted_and_by_somebody_else(world):
    answer(world, level=2, text="Tested.")
    with pytest.raises(Refused, match="once the assessment is submitted"):
        review(world)
    submitted(world)
    with pytest.raises(Refused) as refused:
        review(world, by=world.officer)
    assert refused.value.code == "four-eyes"
    with pytest.raises(Refused, match="what is missing"):
        review(world, verdict="partly")
    review(world, verdict="partly", remark="No figures.")
    assert row(world).review == "partly"


def test_a_later_save_by_somebody_else_does_not_wash_an_author_clean(world):
    answer(world, level=2, text="By the officer.")
    answer(world, by=world.owner, text="By the owner.")
    submitted(world)
    with pytest.raises(Refused) as refused:
        review(world, by=world.officer)
    assert refused.value.code == "four-eyes"


@pytest.mark.parametrize("name", ["engineer", "owner", "auditor", "administrator", "stranger"])
def test_who_may_not_review_is_denied(world, name):
    answer(world, level=2)
    submitted(world)
    with pytest.raises(PermissionDenied):
        review(world, by=getattr(world, name))


def test_a_returned_answer_goes_back_with_its_remark_and_is_settled_by_a_change(world):
    answer(world, level=2, text="Tested.")
    submitted(world)
    with pytest.raises(Refused, match="at least one"):
        return_assessment(by=world.approver, assessment=assessment(world), reason="No.")
    review(world, verdict="returned", remark="Which tests?")
    with pytest.raises(Refused, match=KEY):
        sign(world)
    back = return_assessment(by=world.approver, assessment=assessment(world), reason="One is thin.")
    assert back.is_open
    assert row(world).review == "returned"
    answer(world, text="The quarterly slice tests.")
    assert row(world).review == "", "the remark was about other words"
    submitted(world)
    assert sign(world).signer == world.approver


def test_signing_asks_for_the_password_and_for_remarks_where_it_says_so(world):
    submitted(world)
    for wrong, field in (
        ({"password": "guess"}, "password"),
        ({"meaning": "qualified"}, "remarks"),
        ({"meaning": "nonsense"}, "meaning"),
    ):
        with pytest.raises(Refused) as refused:
            sign(world, **wrong)
        assert refused.value.field == field
    assert not SignOff.objects.exists()
    assert assessment(world).reloaded().state == "submitted"


def test_no_author_signs_and_no_draft_is_signed(world):
    with pytest.raises(Refused, match="does not allow"):
        sign(world)
    answer(world, level=2)
    submitted(world)
    for name in ("officer", "owner", "engineer", "auditor", "administrator", "stranger"):
        with pytest.raises(PermissionDenied):
            sign(world, by=getattr(world, name))


def test_an_approver_who_also_answered_does_not_sign(world):
    answer(world, by=world.service, level=2)
    submitted(world)
    with pytest.raises(Refused, match="password"):
        sign(world, by=world.service)
    world.service.set_password(PASSWORD)
    with pytest.raises(Refused) as refused:
        sign(world, by=world.service)
    assert refused.value.code == "four-eyes"


def test_the_signature_binds_name_meaning_and_time_to_what_was_signed(world):
    answer(world, level=3, text="Tested.")
    accepted(world)
    signature = signed(world)
    content = read_bytes(signature.file.digest)
    assert signature.digest == signature.file.digest
    said = next(a for a in json.loads(content)["answers"] if a["key"] == KEY)
    assert (said["level"], said["counted"], said["said"]) == (3, 3, "Tested.")
    assert said["evidence"][0]["verdict"] == "accepted"
    assert signature_problems(SignOff.objects.get()) == []
    for name, value in (
        ("signer_name", "Somebody else"),
        ("meaning", "qualified"),
        ("signed_at", timezone.now()),
        ("remarks", "Not his"),
    ):
        forged = SignOff.objects.get()
        setattr(forged, name, value)
        assert signature_problems(forged) == ["binding"], name


def test_a_changed_answer_is_found_by_its_digest(world):
    answer(world, level=2, text="Tested.")
    signed(world)
    stored = Answer.objects.get()
    with action("test.past-the-guard", by=world.service):
        stored.text = "Forged"
        with pytest.raises(Refused, match="signed"):
            stored.save()
    raw_update(stored, text="Forged")
    assert signature_problems(SignOff.objects.get()) == ["digest"]


def raw_update(record, **values):
    """What somebody with the database password could do."""
    QuerySet(type(record)).filter(pk=record.pk).update(**values)


def attempts(world, link, other):
    """Every action that writes anything of an assessment."""
    target, officer, approver = assessment(world), world.officer, world.approver
    return {
        "answer": lambda: answer(world, level=1),
        "first answer": lambda: answer(world, key="MAP 1.1", level=1),
        "confirm": lambda: confirm_answer(by=officer, assessment=target, key="GOVERN 1.2"),
        "offer": lambda: offer_evidence(
            by=officer, assessment=target, key="MAP 1.1", evidence=other
        ),
        "take back": lambda: take_back(by=officer, link=link),
        "decide": lambda: decide_evidence(by=approver, link=link, verdict="accepted"),
        "review": lambda: review(world),
        "return": lambda: return_assessment(by=approver, assessment=target, reason="No."),
        "reopen": lambda: reopen_assessment(by=officer, assessment=target, reason="No."),
        "submit": lambda: submit_assessment(by=officer, assessment=target, reason="Again."),
        "sign": lambda: sign(world),
        "inherit": lambda: inherit_from(by=officer, assessment=target, source=None),
    }


def test_no_action_changes_anything_of_a_signed_assessment(world):
    answer(world, level=3, text="Tested.")
    link = offered(world)
    other = evidence(world, by=world.officer)
    signature = signed(world)
    for name, attempt in attempts(world, link, other).items():
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "signed", name
    assert signature_problems(SignOff.objects.get(pk=signature.pk)) == []


def test_no_record_of_a_signed_assessment_is_saved_or_deleted_even_inside_an_action(world):
    answer(world, level=3, text="Tested.")
    link = offered(world)
    signature = signed(world)
    target = Assessment.objects.get()
    target.title = "Another"
    with pytest.raises(Refused, match="signed"), action("test.try", by=world.service) as act:
        act.save(target)
    target.state = "draft"
    with pytest.raises(Refused, match="signed"), action("test.try", by=world.service) as act:
        act.save(target)
    for record in (Answer.objects.get(), link.reloaded()):
        with pytest.raises(Refused, match="signed"), action("test.try", by=world.service) as act:
            act.delete(record)
        with pytest.raises((DirectWrite, Refused)):
            record.delete()
    assert signature_problems(SignOff.objects.get(pk=signature.pk)) == []


def test_evidence_that_expires_or_is_withdrawn_later_leaves_the_signed_level_as_it_was(
    world, monkeypatch
):
    answer(world, level=3, text="Tested.")
    piece = evidence(world, expires_on=timezone.now().date() + dt.timedelta(days=3))
    accepted(world, piece)
    signed(world)
    later = timezone.now() + dt.timedelta(days=30)
    monkeypatch.setattr(timezone, "now", lambda: later)
    withdraw_evidence(by=world.engineer, evidence=piece, reason="Old.")
    assert queries.rows(Assessment.objects.get()).get(key=KEY).counted == 3
    assert signature_problems(SignOff.objects.get()) == []


def test_what_is_inherited_must_be_signed_first_and_then_stays(world):
    bank = of_the_organisation(world)
    answer(world, key="GOVERN 1.2", target=bank, level=2, text="Policy.")
    submitted(world)
    with pytest.raises(Refused, match="nobody has signed yet"):
        sign(world)
    signed(world, bank)
    assert sign(world).digest
    with pytest.raises(Refused, match="signed"):
        answer(world, key="GOVERN 1.2", target=bank, level=0)
