"""The life of a version in a real browser, from a draft to the way back."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from jobs.testing import run_all
from models_registry.actions import edit_version
from models_registry.models import Deployment, ModelVersion
from tests.builders.deployments import SCHEMA, add_file, in_production
from tests.builders.models_registry import card_bytes


def step(page, label, reason=""):
    """Follow the link of a step, give the reason where one is asked for, confirm."""
    page.get_by_role("link", name=label, exact=True).first.click()
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("main").get_by_role("button", name=label, exact=True).click()
    page.wait_for_load_state("load")


def imported_and_mended(visit, world):
    """Import a card without a contact for 3.0, and say what the report says is missing."""
    card = card_bytes().partition(b"## Model card contact")[0]
    page = visit.go(reverse("models_registry:version-register"))
    page.select_option("[name=unit]", label=world.lending.name)
    files = [{"name": "card.md", "mimeType": "text/markdown", "buffer": card}]
    page.set_input_files("[name=card]", files)
    page.fill("[name=number]", "3.0")
    page.locator("main form button.primary").click()
    page.wait_for_load_state("load")
    made = ModelVersion.objects.get(number="3.0")
    page = visit.go(f"{made.get_absolute_url()}?tab=card")
    page.get_by_role("link", name="Edit card", exact=True).first.click()
    assert "Still empty" in page.locator("#card-meter").inner_text()
    page.get_by_role("link", name="Contact").first.click()
    page.locator("#id_card-contact").fill("Model desk, desk@bank.example")
    expect(page.locator("#save-status")).to_contain_text("Saved", timeout=15_000)
    page.get_by_role("button", name="Save as revision").click()
    page.get_by_label("What changed").fill("Who answers")
    page.get_by_role("button", name="Save as revision").click()
    page.wait_for_url("**revision=2*")
    assert not visit.problems()
    return made.reloaded()


@pytest.mark.browser
@pytest.mark.slow
def test_a_card_is_imported_mended_submitted_approved_deployed_and_rolled_back(visitors):
    world = visitors.world
    in_production(world, "2.9")
    with visitors.visit(world.engineer) as visit:
        made = imported_and_mended(visit, world)
    edit_version(
        by=world.engineer, version=made, base={"io_schema": {}}, values={"io_schema": SCHEMA}
    )
    add_file(world, made, b"weights of 3.0")
    address = made.get_absolute_url()
    with visitors.visit(world.engineer) as visit:
        step(visit.go(address), "Submit version")
        assert visit.page.get_by_text("Submitted", exact=True).first.is_visible()
        assert not visit.problems()
    with visitors.visit(world.approver) as visit:
        step(visit.go(address), "Start validation")
        step(visit.page, "Approve", "Calibration holds in every slice.")
        assert visit.page.get_by_text("Approved", exact=True).first.is_visible()
        assert not visit.problems()
    with visitors.visit(world.engineer) as visit:
        page = visit.go(f"{address}?tab=serving")
        page.get_by_role("link", name="Deploy", exact=True).click()
        page.get_by_label("Environment").fill("prod-eu")
        page.get_by_role("button", name="Deploy", exact=True).click()
        page.wait_for_url("**/deployments/*/")
        with page.expect_navigation():
            page.get_by_role("button", name="Check the way back").click()
        run_all()
        page = visit.go(urlsplit(page.url).path)
        assert page.get_by_text("Verified", exact=True).is_visible()
        step(page, "Roll back", "Scores drift.")
        assert "2.9" in page.get_by_role("heading", level=1).inner_text()
        assert not visit.problems()
    now = Deployment.objects.get(until=None)
    assert (now.model_version.number, now.rollback_of.model_version.number) == ("2.9", "3.0")
