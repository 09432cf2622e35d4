"""The catalogue of checks: narrowed down, taken along, read by programs."""

import pytest
from django.urls import reverse

from evaluations.checks.catalogue import CATALOGUE
from evaluations.listing import chosen_checks, subcategories

pytestmark = pytest.mark.django_db
LIST = "/checks/"


def test_checks_stand_at_addresses_that_reports_may_quote(world):
    assert reverse("evaluations:check-detail", kwargs={"name": "drift"}) == "/checks/drift/"


def test_the_catalogue_is_narrowed_by_family_subcategory_and_needed_column(world):
    client = world.client(world.auditor)
    for query, inside, outside in (
        ("family=fairness", "fairness.parity", "privacy.pii"),
        ("rmf=MEASURE+2.10", "privacy.pii", "fairness.parity"),
        ("role=latency", "ops.latency_cost", "fairness.parity"),
    ):
        page = client.get(f"{LIST}?{query}").text
        assert f"/checks/{inside}/" in page
        assert f"/checks/{outside}/" not in page
    assert "Nothing matches these filters" in client.get(f"{LIST}?family=fairness&role=quasi").text


def test_an_unknown_filter_shows_its_error_and_no_check(world):
    page = world.client(world.auditor).get(f"{LIST}?family=astrology").text
    assert "Select a valid choice" in page
    assert "/checks/drift/" not in page


def test_the_catalogue_is_exported_with_every_check(world):
    rows = world.client(world.auditor).get(f"{LIST}?format=json").json()
    assert {row["Id"] for row in rows} == set(CATALOGUE)
    text = world.client(world.auditor).get(f"{LIST}?format=csv&family=privacy").getvalue().decode()
    assert "privacy.k_anonymity" in text
    assert "drift.target" not in text


def test_every_subcategory_that_can_be_chosen_has_a_check():
    assert all(chosen_checks({"rmf": key}) for key in subcategories())
    assert subcategories().index("MEASURE 2.9") < subcategories().index("MEASURE 2.10")


def test_programs_read_the_catalogue(world):
    api = world.api(world.engineer)
    assert len(api.get("/api/v1/checks/").json()) == len(CATALOGUE)
    found = api.get("/api/v1/checks/?rmf=MEASURE 2.11&family=fairness").json()
    assert {one["id"] for one in found} == {"fairness.parity", "fairness.calibration"}
    one = api.get("/api/v1/checks/fairness.parity/").json()
    assert one["url"] == "/checks/fairness.parity/"
    assert {p["name"] for p in one["params"]} >= {"ratio_warn", "ratio_fail"}
    assert api.get("/api/v1/checks/astrology/").status_code == 404
    assert api.get("/api/v1/checks/?family=astrology").status_code == 400
