"""The pages and the API around reports."""

import json

import pytest
from django.urls import reverse

from ledger.canonical import sha256_hex
from reports.models import Report
from tests.builders.frameworks import catalogue
from tests.builders.models_registry import new_system, system
from tests.builders.reports import PDF, kept, report
from vault.models import CustodyEntry


def page(world, name, made, user=None):
    client = world.client(user or world.auditor)
    return client.get(reverse(f"reports:report-{name}", kwargs={"pk": made.pk}))


def test_the_button_leads_to_the_page_of_the_report(world) -> None:
    catalogue(world)
    url = reverse("reports:report-request", kwargs={"pk": system(world).pk})
    response = world.client(world.auditor).post(url)
    assert response.status_code == 303
    assert response["Location"] == Report.objects.get().get_absolute_url()


def test_the_page_shows_how_far_the_report_is(world) -> None:
    html = page(world, "detail", report(world)).content.decode()
    assert 'class="job"' in html
    assert "You may leave this page" in html


def test_the_page_of_a_printed_report_shows_what_to_compare(world) -> None:
    made = kept(world)
    html = page(world, "detail", made).content.decode()
    for value in (made.file_digest, made.snapshot_digest, made.checkpoint_root):
        assert value in html


def test_the_preview_has_all_sections_from_the_same_snapshot(world) -> None:
    made = kept(world)
    html = page(world, "preview", made).content.decode()
    assert html.count('class="answer unanswered"') == 72
    assert made.checkpoint_root in html
    assert made.snapshot_digest in html
    assert "<style" not in html
    assert " style=" not in html


def test_the_preview_of_a_report_that_waits_says_so(world) -> None:
    assert b"not printed" in page(world, "preview", report(world)).content


def test_the_file_is_a_download_that_nothing_runs(world) -> None:
    made = kept(world)
    response = page(world, "download", made, world.engineer)
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert CustodyEntry.objects.filter(act="downloaded", by=world.engineer).count() == 1


def test_the_snapshot_is_handed_out_as_it_was_hashed(world) -> None:
    made = kept(world)
    body = page(world, "snapshot", made).content
    assert sha256_hex(body) == made.snapshot_digest
    assert json.loads(body)["report"]["number"] == made.reference


def test_a_file_that_does_not_exist_yet_is_a_conflict_with_a_sentence(world) -> None:
    response = page(world, "download", report(world))
    assert response.status_code == 409
    assert b"not printed yet" in response.content


@pytest.mark.parametrize("name", ["detail", "preview", "download", "snapshot"])
def test_a_stranger_finds_nothing(world, name) -> None:
    assert page(world, name, kept(world), world.stranger).status_code == 404


def test_the_list_takes_the_same_number_of_queries_for_many_reports(
    world, django_assert_max_num_queries
) -> None:
    kept(world)
    client = world.client(world.auditor)
    for number in range(12):
        made = new_system(world, f"System {number}")
        client.post(reverse("reports:report-request", kwargs={"pk": made.pk}))
    with django_assert_max_num_queries(10):
        html = client.get(reverse("reports:report-list")).content.decode()
    assert html.count("REP-") >= 13


def test_a_program_asks_for_a_report_and_takes_the_file(world) -> None:
    catalogue(world)
    api = world.api(world.auditor)
    made = api.post("/api/v1/reports/", {"system": system(world).pk}, format="json")
    assert made.status_code == 201
    assert made.json()["state"] == "queued"
    assert made["ETag"]
    file = f"/api/v1/reports/{made.json()['id']}/file/"
    early = api.get(file)
    assert early.status_code == 409
    assert early["Content-Type"] == "application/problem+json"
    world.made["report"] = Report.objects.get()
    kept(world)
    assert api.get(file).content == PDF


def test_a_program_cannot_ask_for_a_report_of_a_system_it_may_not_see(world) -> None:
    api = world.api(world.stranger)
    asked = api.post("/api/v1/reports/", {"system": system(world).pk}, format="json")
    assert asked.status_code == 400
    assert not Report.objects.exists()


def test_a_token_without_the_scope_cannot_ask_for_a_report(world) -> None:
    api = world.api(world.auditor, ["record.view"])
    asked = api.post("/api/v1/reports/", {"system": system(world).pk}, format="json")
    assert asked.status_code == 403
