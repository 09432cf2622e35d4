"""From a failed check to a postmortem under review in fewer than twenty interactions."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from incidents.models import Postmortem
from tests.browser.harness import Visitors
from tests.builders.incidents import opened, run_of

pytestmark = pytest.mark.browser


class Hand:
    """Counts what a person does: every click and every field that is filled."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def click(self, name: str, role: Any = "button") -> None:
        """Press the button or follow the link of that name."""
        self.count += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        """Write into a field."""
        self.count += 1
        self.page.get_by_label(label).first.fill(text)


def test_a_postmortem_is_filed_from_a_failed_check_in_under_twenty(visitors: Visitors) -> None:
    world = visitors.world
    found = opened(world)
    with visitors.visit(world.engineer) as visit:
        hand = Hand(visit.go(reverse("incidents:incident-list")))
        hand.click(found.reference, "link")
        hand.click("Confirm", "link")
        hand.click("Confirm")
        hand.click("Mark repaired", "link")
        hand.fill("What removed the cause?", "The feed sends thousands again.")
        hand.click("Mark repaired")
        run_of(world, "pass", finished_at=timezone.now() + dt.timedelta(seconds=2))
        hand.click("Resolve", "link")
        hand.fill("How do you know that it is over?", "The same check passes.")
        hand.click("Resolve")
        hand.click("Postmortem", "link")
        hand.fill("Impact in plain words", "14 applicants were refused wrongly for a night.")
        hand.fill("Contributing factors", "Nothing compared units.")
        hand.fill("What changes", "A check of units runs before each load.")
        expect(hand.page.locator("#save-status")).to_contain_text("Saved", timeout=20_000)
        hand.count += 1
        hand.page.get_by_text("Add a learning").click()
        hand.fill("What does it teach?", "Compare units before each load.")
        hand.click("Add learning")
        hand.click("Send to review…")
        hand.click("Send to review")
        expect(hand.page.get_by_text("Frozen as it was sent to review")).to_be_visible()
        assert not visit.problems()
        assert hand.count < 20, f"{hand.count} interactions"
    held = Postmortem.objects.get(incident=found)
    assert (held.state, held.changes) == ("in_review", "A check of units runs before each load.")
    assert found.learnings.count() == 1
