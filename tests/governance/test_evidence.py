"""Evidence: one source, judged by somebody else, and what level it allows."""

import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from governance.assessments import queries
from governance.assessments.actions import (
    Source,
    add_evidence,
    decide_evidence,
    offer_evidence,
    take_back,
    withdraw_evidence,
)
from governance.assessments.models import Answer, Evidence
from governance.assessments.queries.evidence import custody, evidence_for_list
from ledger.errors import Refused
from ledger.queries import history
from tests.builders.assessments import accepted, answer, assessment, evidence, offered, submitted

TODAY = timezone.now().date


def row(world, key="MEASURE 2.11"):
    return queries.rows(assessment(world)).get(key=key)


def levels(world):
    found = row(world)
    return (found.level, found.cap, found.counted)


def test_a_level_counts_no_further_than_its_evidence(world):
    answer(world, level=4)
    assert levels(world) == (4, 2, 2)
    link = offered(world, evidence(world, days=(-60, -31)))
    assert levels(world) == (4, 2, 2), "offered is not accepted"
    decide_evidence(by=world.approver, link=link, verdict="accepted")
    assert levels(world) == (4, 3, 3)
    accepted(world, evidence(world, days=(-40, -10)))
    assert levels(world) == (4, 3, 3), "the periods overlap: they are one"
    accepted(world, evidence(world, days=(-5, -1)))
    assert levels(world) == (4, 4, 4)


def test_a_low_level_needs_no_evidence(world):
    answer(world, level=1)
    assert levels(world) == (1, 2, 1)


def test_expired_evidence_never_counts_and_that_of_the_last_day_does(world):
    answer(world, level=3)
    accepted(world, evidence(world, expires_on=TODAY()))
    assert levels(world)[2] == 3
    stale = evidence(world, days=(-30, -20), expires_on=TODAY() - dt.timedelta(days=1))
    accepted(world, stale, key="GOVERN 1.1")
    answer(world, key="GOVERN 1.1", level=3)
    assert row(world, "GOVERN 1.1").counted == 2
    accepted(world, stale)
    assert levels(world) == (3, 3, 3), "an expired first period is no second one"


def test_withdrawn_evidence_counts_no_more_and_says_why(world):
    answer(world, level=3)
    piece = evidence(world)
    accepted(world, piece)
    with pytest.raises(Refused, match="why"):
        withdraw_evidence(by=world.engineer, evidence=piece, reason=" ")
    withdraw_evidence(by=world.engineer, evidence=piece, reason="Wrong meeting.")
    assert levels(world)[2] == 2
    assert history(piece.key).first().reason == "Wrong meeting."
    with pytest.raises(Refused, match="withdrawn"):
        offer_evidence(
            by=world.officer, assessment=assessment(world), key="GOVERN 1.1", evidence=piece
        )


def test_rejected_evidence_needs_a_remark_and_does_not_count(world):
    answer(world, level=3)
    link = offered(world)
    with pytest.raises(Refused, match="does not show"):
        decide_evidence(by=world.approver, link=link, verdict="rejected")
    decide_evidence(by=world.approver, link=link, verdict="rejected", remark="No date on it.")
    assert levels(world)[2] == 2


@pytest.mark.parametrize("collector", ["officer", "engineer"])
def test_whoever_collected_or_offered_evidence_cannot_accept_it(world, collector):
    link = offered(world, evidence(world, by=getattr(world, collector)))
    with pytest.raises(Refused) as refused:
        decide_evidence(by=world.officer, link=link, verdict="accepted")
    assert refused.value.code == "four-eyes"


@pytest.mark.parametrize("name", ["engineer", "owner", "auditor", "administrator", "stranger"])
def test_who_may_not_review_cannot_accept(world, name):
    link = offered(world)
    with pytest.raises(PermissionDenied):
        decide_evidence(by=getattr(world, name), link=link, verdict="accepted")


def test_one_piece_serves_many_answers_and_each_is_judged_on_its_own(world):
    piece = evidence(world)
    accepted(world, piece)
    offered(world, piece, key="GOVERN 1.1")
    answer(world, level=3)
    answer(world, key="GOVERN 1.1", level=3)
    assert row(world).counted == 3
    assert row(world, "GOVERN 1.1").counted == 2
    with pytest.raises(Refused, match="offered for the answer already"):
        offered(world, piece)
    (listed,) = evidence_for_list(world.auditor)
    assert (listed.uses, listed.is_accepted) == (2, True)


def test_evidence_alone_answers_nothing(world):
    offered(world)
    assert row(world).progress == "not_started"
    assert Answer.objects.get().values == Answer().values


def test_the_same_bytes_in_two_units_have_each_their_own_custody(world):
    ours, theirs = evidence(world), evidence(world, by=world.officer)
    assert ours.file == theirs.file
    assert [entry.by for entry in custody(ours)] == [world.engineer]
    assert [entry.by for entry in custody(theirs)] == [world.officer]


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (Source(), "file"),
        (Source(url="https://x.example/", record="incidents.incident:1"), "file"),
        (Source(url="javascript:alert(1)"), "url"),
        (Source(url="ftp://files.example/a"), "url"),
        (Source(record="incidents.incident:1"), "record"),
        (Source(record="accounts.user:1"), "record"),
        (Source(record="nonsense"), "record"),
    ],
)
def test_evidence_has_just_one_source_that_exists(world, source, field):
    with pytest.raises(Refused) as refused:
        evidence(world, source=source)
    assert refused.value.field == field
    assert not Evidence.objects.exists()


def test_a_record_that_one_may_not_see_is_no_evidence(world):
    system = assessment(world).system
    evidence(world, source=Source(record=system.key))
    with pytest.raises(Refused):
        add_evidence(
            by=world.stranger,
            unit=world.elsewhere,
            source=Source(record=system.key),
            title="Theirs",
            kind="other",
            effective_from=TODAY(),
        )


@pytest.mark.parametrize(
    ("days", "expiry", "match"),
    [((-1, -5), None, "before it begins"), ((-9, -1), -2, "expire before")],
)
def test_dates_stand_in_order(world, days, expiry, match):
    until = TODAY() + dt.timedelta(days=expiry) if expiry else None
    with pytest.raises(Refused, match=match):
        evidence(world, days=days, expires_on=until)


def test_a_stranger_adds_nothing_here_and_offers_nothing_of_ours(world):
    with pytest.raises(PermissionDenied):
        evidence(world, by=world.stranger)
    with pytest.raises(PermissionDenied):
        offer_evidence(
            by=world.stranger, assessment=assessment(world), key="MAP 1.1", evidence=evidence(world)
        )


def test_what_is_offered_can_be_taken_back_until_the_assessment_is_submitted(world):
    link, stays = offered(world), offered(world, key="MAP 1.1")
    take_back(by=world.owner, link=link)
    assert assessment(world).answers.get(node__key="MEASURE 2.11").links.count() == 0
    assert Evidence.objects.count() == 2
    submitted(world)
    with pytest.raises(Refused, match="Reopen"):
        take_back(by=world.owner, link=stays)


def test_an_empty_file_is_evidence_too(world):
    assert (
        evidence(world, source=Source(stream=io.BytesIO(b""), file_name="nil.txt")).file.size == 0
    )
