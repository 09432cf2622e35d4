"""A model card as PDF: asked for, frozen, printed the same each time, shown and handed out."""

import datetime as dt
import io
import json
import shutil
import subprocess

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from jobs.testing import run_all
from ledger.actions import seal
from ledger.canonical import canonical, sha256_hex
from ledger.models import Event
from models_registry.actions.card_steps import move_card
from reports.actions import request_card_report
from reports.card_wording import card_sentence
from reports.models import Report
from reports.printing import print_snapshot
from reports.queries import snapshot_of
from reports.snapshot.card import freeze_card
from tests.builders.cards import edited_card, edited_version, revised
from tests.builders.models_registry import new_version
from tests.builders.reports import card_report, kept_card, reloaded
from tests.reports.snapshots import as_html
from vault.queries import read_bytes

AT = dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC)
EVIL = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1))"


def frozen(world, asked=None):
    asked = asked or card_report(world)
    seal()
    return freeze_card(asked, by=world.auditor, at=AT)


def test_the_snapshot_holds_words_gaps_revisions_and_reviews(world):
    found = frozen(world)
    card = edited_card(world)
    assert (found["card"]["revision"], found["card"]["original_digest"]) == (2, card.digest)
    assert sum(row["filled"] for row in found["completeness"]) == sum(
        card.report["filled"].values()
    )
    assert all(row["why"] for row in found["completeness"])
    assert [(row["number"], row["printed"]) for row in found["revisions"]] == [
        (2, True),
        (1, False),
    ]
    assert [step["by"] for step in found["steps"]] == ["Officer", "Approver"]
    words = json.dumps([found["card"]["facts"], found["card"]["chapters"]])
    assert "Age band and channel." in words
    assert found["identity"]["unit"] == "Acme Bank / Consumer lending"
    assert canonical(found) == canonical(frozen(world))


def test_the_first_sentence_never_words_a_draft_as_good(world):
    assert "reviewed and published" in card_sentence(frozen(world))
    card = revised(world, edited_version(world), "Next", contact="Desk 9")
    found = frozen(world, request_card_report(by=world.auditor, card=card))
    assert "a draft that nobody else has reviewed" in card_sentence(found)
    older = frozen(world)
    assert "Revision 3 is newer." in card_sentence(older)


def test_hostile_words_of_a_card_are_printed_and_never_run(world):
    version = new_version(world, "9.0", card=f"# M\n\n## Limitations\n\n{EVIL}\n".encode())
    asked = request_card_report(by=world.auditor, card=version.cards.get())
    html = as_html(frozen(world, asked))
    assert "<script" not in html
    assert "<img src" not in html
    assert 'href="javascript' not in html


@pytest.mark.slow
def test_the_job_prints_the_same_bytes_from_the_same_snapshot(world, tmp_path):
    asked = card_report(world)
    run_all()
    made = reloaded(asked)
    assert (made.state, made.job.progress, made.job.error) == ("done", 100, "")
    pdf = read_bytes(made.file_digest)
    assert sha256_hex(pdf) == made.file_digest
    assert print_snapshot(snapshot_of(made)).pdf == pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert "Lantern credit scoring 2.4" in str(opened.docinfo["/Title"])
        body = opened.attachments["snapshot.json"].get_file().read_bytes()
        assert sha256_hex(body) == made.snapshot_digest
    if shutil.which("pdftotext"):
        path = tmp_path / "card.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
        for words in (
            "How complete the card is",
            "Numbers held against checks",
            "Age band and channel",
        ):
            assert words in " ".join(text.decode().split())
        assert made.snapshot_digest in text.decode()
    happened = {e.action for e in Event.objects.filter(subject=made.key)}
    assert happened == {"reports.report.requested", "reports.report.printed"}


def test_pressing_the_button_twice_gives_one_print_and_a_stranger_none(world):
    card, url = edited_card(world), "reports:card-report-request"
    address = reverse(url, kwargs={"pk": card.pk})
    first = world.client(world.auditor).post(address)
    second = world.client(world.auditor).post(address)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert world.client(world.stranger).post(address).status_code == 404
    with pytest.raises(PermissionDenied):
        request_card_report(by=world.administrator, card=card)
    assert Report.objects.count() == 1


def test_the_pages_of_a_printed_card_name_the_card(world):
    made, client = kept_card(world), world.client(world.auditor)
    page = client.get(made.get_absolute_url()).text
    assert "Lantern credit scoring 2.4, card revision 2" in page
    preview = client.get(reverse("reports:report-preview", kwargs={"pk": made.pk})).text
    for words in ("Age band and channel.", "Numbers held against checks", "Card published"):
        assert words in preview
    listed = client.get(reverse("reports:report-list") + "?q=lantern&definition=model-card").text
    assert made.reference in listed
    assert made.reference not in client.get(reverse("reports:report-list") + "?q=beacon").text


def test_a_program_asks_for_a_card_and_names_one_subject(world):
    api, card = world.api(world.auditor), edited_card(world)
    made = api.post("/api/v1/reports/", {"card": card.pk})
    assert (made.status_code, made.data["definition"]) == (201, "model-card")
    assert (made.data["unit"], made.data["system"]) == (world.lending.pk, None)
    for sent in ({}, {"card": card.pk, "system": 1}):
        assert api.post("/api/v1/reports/", sent).status_code == 400
    listed = api.get(f"/api/v1/reports/?card={card.pk}").data["results"]
    assert [row["id"] for row in listed] == [made.data["id"]]


def test_a_card_that_the_reader_may_not_see_any_more_is_not_printed(world):
    asked = card_report(world)
    with pytest.raises(type(edited_card(world)).DoesNotExist):
        freeze_card(asked, by=world.stranger, at=AT)


def test_the_number_of_queries_does_not_grow_with_the_revisions(
    world, django_assert_max_num_queries
):
    asked = card_report(world)
    for number in range(4):
        card = revised(world, edited_version(world), "Next", contact=f"Desk {number}")
    move_card(by=world.officer, card=card, verb="review")
    seal()
    with django_assert_max_num_queries(12):
        freeze_card(asked, by=world.auditor, at=AT)


def test_a_report_has_the_subject_of_its_kind(world):
    made = card_report(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=made.pk)._update(
            [(Report._meta.get_field("definition"), None, "rmf-system")]
        )
