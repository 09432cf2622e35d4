"""Pages of evidence, review, signature and periods, without JavaScript."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from governance.assessments.models import Assessment, Evidence, EvidenceLink, SignOff
from tests.builders.assessments import (
    accepted,
    answer,
    assessment,
    evidence,
    of_the_organisation,
    submitted,
)
from tests.builders.evaluations import finished_run
from tests.governance.test_pages import address, exported, item, text
from tests.world import PASSWORD

KEY = {"key": "measure-2.11"}


def upload(**values):
    today = timezone.now().date()
    return {
        "file": SimpleUploadedFile("../min utes.html", b"<script>alert(1)</script>"),
        "kind": "minutes",
        "effective_from": today,
        "shows": "The board saw the figures.",
        **values,
    }


def test_an_officer_adds_a_file_beside_a_question_and_an_approver_accepts_it(world):
    answer(world, level=3, text="Tested.")
    officer, approver = world.client(world.officer), world.client(world.approver)
    assert "Level 3 counts as 2" in text(officer.get(item(world)))
    assert officer.post(address(world, "evidence-add", **KEY), upload()).status_code == 303
    html = text(officer.get(item(world)))
    assert "The board saw the figures." in html
    assert "Accept or reject" not in html, "the officer collected it"
    assert "Accept or reject" in text(approver.get(item(world)))
    link = EvidenceLink.objects.get()
    decide = reverse("assessments:offer-decide", args=[link.pk])
    refused = text(approver.post(decide, {"verdict": "rejected"}), 422)
    assert "Say why it does not show this." in refused
    assert approver.post(decide, {"verdict": "accepted"}).status_code == 303
    assert "counts as" not in text(officer.get(item(world)))


def test_a_file_is_sent_as_an_attachment_that_no_browser_runs(world):
    client = world.client(world.officer)
    client.post(address(world, "evidence-add", **KEY), upload())
    piece = Evidence.objects.get()
    page = client.get(reverse("assessments:evidence-content", args=[piece.pk]))
    assert page.getvalue() == b"<script>alert(1)</script>"
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"] == 'attachment; filename="min-utes.html"'
    assert "sandbox" in page["Content-Security-Policy"]
    assert page["X-Content-Type-Options"] == "nosniff"
    said = text(client.get(piece.get_absolute_url()))
    assert "Downloaded" in said
    assert "Received" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": ""}, "one of them"),
        ({"url": "https://x.example/a"}, "one of them"),
        ({"file": "", "url": "javascript:alert(1)", "title": "x"}, "valid URL"),
        ({"effective_to": "2001-01-01"}, "ends before it begins"),
        ({"expires_on": "2001-01-01"}, "cannot expire before"),
        ({"kind": "nonsense"}, "not one of the available choices"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_nothing(world, changes, said):
    client = world.client(world.officer)
    sent = upload(**changes)
    assert said in text(client.post(address(world, "evidence-add", **KEY), sent), 422)
    assert not Evidence.objects.exists()


def test_a_check_run_beside_the_question_is_offered_as_evidence(world):
    run = finished_run(world)
    client = world.client(world.officer)
    url = reverse("assessments:evidence-add", args=[assessment(world).pk, "measure-2.1"])
    form = {"record": run.key, "title": run.title, "kind": "test", "effective_from": "2026-11-01"}
    page = client.post(url, form)
    if page.status_code == 422:  # the run speaks to another question
        assert run.key not in text(client.get(url))
        return
    assert Evidence.objects.get().record == run.key
    assert run.get_absolute_url() in text(client.get(Evidence.objects.get().get_absolute_url()))


def test_the_list_is_narrowed_to_what_expires_and_exported(world, django_assert_max_num_queries):
    today = timezone.now().date()
    evidence(world, title="Lasting")
    evidence(world, title="Soon", expires_on=today + dt.timedelta(days=5))
    evidence(world, title="Gone", days=(-9, -5), expires_on=today - dt.timedelta(days=1))
    client, url = world.client(world.auditor), reverse("assessments:evidence-list")
    names = {"Lasting", "Soon", "Gone"}
    for only, expected in (
        ("expiring", {"Soon"}),
        ("expired", {"Gone"}),
        ("current", {"Soon", "Lasting"}),
        ("no_expiry", {"Lasting"}),
        ("unused", names),
        ("unaccepted", names),
        ("withdrawn", set()),
    ):
        html = text(client.get(url, {"only": only}))
        assert {name for name in names if f">{name}<" in html} == expected, only
    rows = csv.DictReader(io.StringIO(exported(client.get(url + "?format=csv"))))
    assert {row["SHA-256 or address"] for row in rows} == {Evidence.objects.first().file.digest}
    for number in range(12):
        evidence(world, title=f"More {number}")
    with django_assert_max_num_queries(10):
        text(client.get(url))


def test_the_same_piece_is_offered_for_a_second_question_from_the_list_beside_it(world):
    accepted(world)
    client = world.client(world.officer)
    url = reverse("assessments:evidence-add", args=[assessment(world).pk, "map-1.1"])
    assert "Or use what is there" in text(client.get(url))
    offer = reverse("assessments:offer-add", args=[assessment(world).pk, "map-1.1"])
    assert client.post(offer, {"evidence": Evidence.objects.get().pk}).status_code == 303
    assert EvidenceLink.objects.count() == 2
    assert "one of the available choices" in text(client.post(offer, {"evidence": "1"}), 422)


def test_an_assessment_of_the_organisation_is_opened_and_inherited(world):
    client = world.client(world.officer)
    form = {"unit": world.lending.pk, "title": "The bank"}
    page = client.post(reverse("assessments:assessment-open"), form)
    assert "0 of 32" in text(client.get(page["Location"]))
    bank = Assessment.objects.get()
    answer(world, key="GOVERN 1.2", target=bank, level=2, text="The policy says so.")
    answer(world, key="GOVERN 1.1", target=bank, level=2, text="A register of duties.")
    hub = text(client.get(address(world, "assessment-detail")))
    assert "1 of 72" in hub
    both = item(world, "govern-1.1")
    html = text(client.get(both))
    assert "A register of duties." in html
    assert "It holds here" in html
    assert client.post(address(world, "answer-confirm", key="govern-1.1")).status_code == 303
    assert "2 of 72" in text(client.get(address(world, "assessment-detail")))
    page = text(world.client(world.auditor).get(item(world, "govern-1.2")))
    assert "The policy says so." in page


@pytest.mark.parametrize("form", [{"title": "Neither"}, {"title": "Both", "system": 1, "unit": 1}])
def test_one_thing_is_assessed(world, form):
    assessment(world)
    given = {name: getattr(assessment(world), f"{name}_id", value) for name, value in form.items()}
    html = text(
        world.client(world.officer).post(reverse("assessments:assessment-open"), given), 422
    )
    assert "one of them" in html
    assert Assessment.objects.count() == 1


def test_review_return_change_sign_and_renew_by_hand(world):
    answer(world, level=2, text="Tested.")
    submitted(world)
    approver, officer = world.client(world.approver), world.client(world.officer)
    review = address(world, "answer-review", **KEY)
    assert "Ask somebody else" in text(officer.post(review, {"verdict": "met"}), 422)
    sent = {"verdict": "returned", "remark": "Which tests?"}
    assert approver.post(review, sent).status_code == 303
    back = {"reason": "One answer is thin."}
    assert approver.post(address(world, "assessment-return"), back).status_code == 303
    assert "Which tests?" in text(officer.get(item(world)))
    assert "1 answer is returned" in text(officer.get(address(world, "assessment-detail")))
    answer(world, text="The quarterly slice tests.")
    submitted(world)
    sign = address(world, "assessment-sign")
    wrong = {"meaning": "approved", "password": "guess"}
    html = text(approver.post(sign, wrong), 422)
    assert "not your password" in html
    assert "guess" not in html
    assert approver.post(sign, {**wrong, "password": PASSWORD}).status_code == 303
    page = text(approver.get(address(world, "assessment-signature")))
    assert SignOff.objects.get().digest in page
    assert "the same digest" in page
    renew = officer.post(
        address(world, "assessment-renew"), {"title": "Next year", "carried": ["level", "text"]}
    )
    new = Assessment.objects.get(title="Next year")
    assert renew["Location"] == new.get_absolute_url()
    question = reverse("assessments:answer-edit", args=[new.pk, "measure-2.11"])
    assert "Still true" in text(officer.get(question))
    confirm = reverse("assessments:answer-confirm", args=[new.pk, "measure-2.11"])
    assert officer.post(confirm).status_code == 303
    answer(world, target=new, text="Now weekly.")
    changes = text(officer.get(reverse("assessments:assessment-changes", args=[new.pk])))
    assert "Now weekly." in changes
    assert "The quarterly slice tests." in changes


def test_guessing_the_password_of_a_signer_is_slowed_down(world, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "reauthenticate": "2/m/user"}
    submitted(world)
    client = world.client(world.approver)
    wrong = {"meaning": "approved", "password": "guess"}
    pages = [client.post(address(world, "assessment-sign"), wrong) for _attempt in range(3)]
    assert "Too many attempts" in text(pages[-1], 422)
    right = {**wrong, "password": PASSWORD}
    assert "Too many attempts" in text(client.post(address(world, "assessment-sign"), right), 422)
    assert not SignOff.objects.exists()


def test_opening_a_bank_wide_assessment_needs_the_unit(world):
    of_the_organisation(world)
    client = world.client(world.stranger)
    form = {"unit": world.lending.pk, "title": "Mine"}
    text(client.post(reverse("assessments:assessment-open"), form), 422)
    assert Assessment.objects.count() == 1
