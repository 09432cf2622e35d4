"""Editing a card in a real Chromium: it saves itself, and two people see both texts."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from models_registry.models import CardDraft
from tests.builders.cards import typed
from tests.builders.models_registry import version

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_card_saves_itself_shows_a_clash_and_becomes_a_revision(world, visitors):
    made = version(world)
    with visitors.visit(world.engineer) as visit:
        page = visit.go(reverse("models_registry:card-edit", kwargs={"pk": made.pk}))
        status = page.locator("#save-status")
        contact = page.locator("#id_card-contact")
        expect(status).to_have_text("No changes")
        contact.fill("")
        expect(status).to_contain_text(re.compile(r"Saved \d\d:\d\d:\d\d UTC"), timeout=15_000)
        expect(page.locator("#card-meter")).to_contain_text("15 of 16")
        assert CardDraft.objects.get().fields == {"contact": ""}

        typed(world, made, by=world.owner, seen={"contact": ""}, contact="Her desk")
        contact.fill("My desk")
        panel = page.locator("#conflict .conflict")
        expect(panel).to_contain_text("Her desk", timeout=15_000)
        assert CardDraft.objects.get().fields == {"contact": "Her desk"}
        page.locator("[data-choose=mine]").click()
        expect(panel).to_have_count(0)
        expect(status).to_contain_text("Saved", timeout=15_000)
        assert CardDraft.objects.get().fields == {"contact": "My desk"}

        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#preview .prose", has_text="My desk")).to_have_count(1)
        page.get_by_role("button", name="Save as revision").click()
        page.wait_for_url(re.compile("revise"))
        page.get_by_label("What changed").fill("A desk to write to")
        page.get_by_role("button", name="Save as revision").click()
        page.wait_for_url(re.compile(rf"versions/{made.pk}/\?tab=card&revision=2$"))
        # The clash is answered 409, which the browser's console notes as an error.
        assert [p for p in visit.problems() if "409" not in str(p)] == []
    assert made.cards.first().number == 2
