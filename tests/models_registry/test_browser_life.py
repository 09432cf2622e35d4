"""The life of a version in a real browser, from a draft to the way back."""

from urllib.parse import urlsplit

import pytest

from jobs.testing import run_all
from models_registry.actions import edit_version
from models_registry.models import Deployment
from tests.builders.deployments import SCHEMA, add_file, in_production
from tests.builders.models_registry import new_version


def step(page, label, reason=""):
    """Follow the link of a step, give the reason where one is asked for, confirm."""
    page.get_by_role("link", name=label, exact=True).first.click()
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("main").get_by_role("button", name=label, exact=True).click()
    page.wait_for_load_state("load")


@pytest.mark.browser
@pytest.mark.slow
def test_a_version_is_submitted_approved_deployed_and_rolled_back(visitors):
    world = visitors.world
    in_production(world, "2.9")
    made = new_version(world, "3.0")
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
        page.get_by_role("button", name="Check the way back").click()
        page.wait_for_load_state("load")
        run_all()
        page = visit.go(urlsplit(page.url).path)
        assert page.get_by_text("Verified", exact=True).is_visible()
        step(page, "Roll back", "Scores drift.")
        assert "2.9" in page.get_by_role("heading", level=1).inner_text()
        assert not visit.problems()
    now = Deployment.objects.get(until=None)
    assert (now.model_version.number, now.rollback_of.model_version.number) == ("2.9", "3.0")
