"""The editor of a card and its history, used without JavaScript, and over the API."""

import pytest
from django.urls import reverse

from models_registry import states
from models_registry.actions import import_card
from models_registry.exporting.patching import patch_card
from models_registry.models import CardDraft
from tests.builders.cards import card_texts, edited_card, edited_version, revised, typed
from tests.builders.models_registry import new_version, submitted_version, version
from tests.models_registry.test_card_editing import bare_version
from vault.queries import read_bytes

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))"


def url(name, **kwargs):
    return reverse(f"models_registry:{name}", kwargs=kwargs)


def sent(made, seen=None, **values):
    """A form as a browser without JavaScript posts it: every text, and what was seen."""
    base = card_texts(made) if seen is None else seen
    data = {f"base-card-{key}": text for key, text in base.items()}
    data |= {f"card-{key}": text for key, text in {**base, **values}.items()}
    return data


def post(world, made, name="card-edit", who="engineer", **kwargs):
    client = world.client(getattr(world, who))
    return client.post(url(name, pk=made.pk), **kwargs)


def test_a_card_is_edited_and_saved_as_a_revision_without_javascript(world):
    made = version(world)
    client = world.client(world.engineer)
    page = client.get(url("card-edit", pk=made.pk)).content.decode()
    assert "Known weaknesses are not stated." in page
    saved = client.post(
        url("card-edit", pk=made.pk), {**sent(made, contact="Desk 4"), "go": "next"}
    )
    assert (saved.status_code, saved["Location"]) == (303, url("card-revise", pk=made.pk))
    asked = client.get(saved["Location"]).content.decode()
    assert "<ins>" in asked
    assert "Desk 4" in asked
    done = client.post(url("card-revise", pk=made.pk), {"change_note": "A desk to write to"})
    assert done.status_code == 303
    shown = client.get(done["Location"]).content.decode()
    assert "A desk to write to" in shown
    assert made.cards.first().number == 2


def test_the_draft_is_back_when_the_editor_opens_again(world):
    made = version(world)
    saved = post(world, made, data={**sent(made, contact="Desk 4"), "go": "stay"})
    assert saved["Location"] == url("card-edit", pk=made.pk)
    page = world.client(world.owner).get(saved["Location"]).content.decode()
    assert ">\nDesk 4</textarea>" in page
    assert "by Engineer" in page


def test_two_people_on_one_text_get_a_page_with_both_and_choose(world):
    made = version(world)
    seen = card_texts(made)
    typed(world, made, by=world.owner, contact="Her desk")
    page = post(world, made, data=sent(made, seen=seen, contact="My desk", factors="Age."))
    assert page.status_code == 409
    assert "Her desk" in page.content.decode()
    assert "My desk" in page.content.decode()
    assert CardDraft.objects.get().fields == {"contact": "Her desk", "factors": "Age."}
    choice = {"base-card-contact": "Her desk", "card-contact": "My desk"}
    theirs = {**choice, "choose-card-contact": "theirs"}
    assert post(world, made, data=theirs).status_code == 303
    assert CardDraft.objects.get().fields["contact"] == "Her desk"
    assert post(world, made, data={**choice, "choose-card-contact": "mine"}).status_code == 303
    assert CardDraft.objects.get().fields["contact"] == "My desk"


def test_the_autosave_is_answered_with_what_is_stored_and_the_meter(world):
    made = bare_version(world)
    post(world, made, "card-start")
    data = {"base-card-summary": "", "card-summary": "It sorts letters."}
    page = post(world, made, data=data, headers={"HX-Request": "true"})
    body = page.content.decode()
    assert page.status_code == 200
    assert "Saved" in body
    assert "3 of 16" in body
    again = {"base-card-summary": "", "card-summary": "It sorts parcels."}
    clash = post(world, made, data=again, headers={"HX-Request": "true"})
    assert clash.status_code == 409
    assert "Not all is saved" in clash.content.decode()
    assert 'data-clashed="card-summary"' in clash.content.decode()


def test_a_refused_save_says_why_and_keeps_what_was_typed(world):
    made = version(world)
    data = sent(made, contact="x" * 200_001)
    page = post(world, made, data=data)
    assert page.status_code == 422
    assert "x" * 1000 in page.content.decode()
    aside = post(world, made, data=data, headers={"HX-Request": "true"})
    assert "Not saved" in aside.content.decode()


def test_the_preview_is_rendered_sanitised_and_saves_nothing(world):
    made = version(world)
    data = sent(made, contact=f"**bold** {EVIL}")
    page = post(world, made, "card-preview", data=data).content.decode()
    part = post(world, made, "card-preview", data=data, headers={"HX-Request": "true"})
    for html in (page, part.content.decode()):
        shown = html[html.index("preview-heading") :]
        assert "<strong>bold</strong>" in shown
        assert "<script>alert" not in shown
        assert 'href="javascript' not in shown
    assert ">\n**bold**" in page
    assert not CardDraft.objects.exists()


def test_a_draft_is_discarded_after_its_loss_was_spelled_out(world):
    made = version(world)
    typed(world, made, contact="Desk 4")
    page = world.client(world.engineer).get(url("card-discard", pk=made.pk)).content.decode()
    assert "Desk 4" in page
    assert "cannot be brought back" in page
    assert post(world, made, "card-discard").status_code == 303
    assert CardDraft.objects.get().fields == {}


def test_a_frozen_version_says_so_instead_of_an_editor(world):
    made = submitted_version(world)
    client = world.client(world.engineer)
    for name in ("card-edit", "card-revise", "card-discard"):
        page = client.get(url(name, pk=made.pk))
        assert page.status_code == 409
        assert "frozen" in page.content.decode()
        assert client.post(url(name, pk=made.pk), {"change_note": "x"}).status_code == 409


def test_a_version_without_a_card_offers_to_start_one(world):
    made = bare_version(world)
    client = world.client(world.engineer)
    assert "Start a card" in client.get(url("version-detail", pk=made.pk)).content.decode()
    assert "Start a card" in client.get(url("card-edit", pk=made.pk)).content.decode()
    assert client.post(url("card-start", pk=made.pk)).status_code == 303
    page = client.get(url("version-detail", pk=made.pk)).content.decode()
    assert "What does the model do" not in page


def test_a_newer_revision_asks_before_it_is_overwritten(world):
    made = version(world)
    typed(world, made, contact="Desk 4")
    before = CardDraft.objects.get()
    revised_by_hand = new_revision(world, made)
    assert revised_by_hand.number == 2
    assert CardDraft.objects.get().base_id == before.base_id
    page = post(world, made, "card-revise", data={"change_note": "Mine"})
    assert page.status_code == 409
    assert "Her desk" in page.content.decode()
    sure = {"change_note": "Mine", "keep": "contact"}
    assert post(world, made, "card-revise", data=sure).status_code == 303
    assert card_texts(made)["contact"] == "Desk 4"


def new_revision(world, made):
    """The same card with another contact, imported by a colleague."""
    latest = made.cards.first()
    data = patch_card(read_bytes(latest.digest), latest.format, {"contact": "Her desk"})
    return import_card(by=world.owner, version=made, data=data, file_name="card.md")


def test_a_reviewer_moves_the_card_by_its_pages(world):
    made = version(world)
    card = made.cards.get()
    officer = world.client(world.officer)
    assert "Mark as reviewed" in officer.get(card.get_absolute_url()).content.decode()
    moved = officer.post(url("card-move", pk=card.pk, verb="review"))
    assert moved.status_code == 303
    assert officer.post(url("card-move", pk=card.pk, verb="review")).status_code == 404
    without_reason = officer.post(url("card-move", pk=card.pk, verb="send_back"), {"reason": ""})
    assert without_reason.status_code == 422
    assert officer.post(url("card-move", pk=card.pk, verb="publish")).status_code == 303
    card.refresh_from_db()
    assert card.state == states.PUBLISHED


def test_the_difference_shows_changes_and_folds_the_rest(world):
    card = edited_card(world)
    auditor = world.client(world.auditor)
    page = auditor.get(url("card-diff", pk=card.pk)).content.decode()
    assert "2 fields differ" in page
    assert "<del>" in page
    assert "fields are the same" in page
    assert (
        world.client(world.auditor).get(url("card-diff", pk=card.pk) + "?to=1").status_code == 200
    )
    for wrong in ("9", "x", "1" * 30):
        assert auditor.get(url("card-diff", pk=card.pk) + f"?to={wrong}").status_code == 404


def test_the_api_moves_a_card_with_if_match_and_tells_differences(world):
    card = edited_card(world)
    client = world.api(world.approver)
    path = reverse("api:card-detail", kwargs={"pk": card.pk})
    got = client.get(path)
    assert got.json()["state"] == "published"
    send = {"verb": "unpublish", "reason": "A figure is wrong."}
    assert client.post(f"{path}step/", send).status_code == 428
    stale = client.post(f"{path}step/", send, headers={"If-Match": '"1-99"'})
    assert stale.status_code == 412
    done = client.post(f"{path}step/", send, headers={"If-Match": got["ETag"]})
    assert (done.status_code, done.json()["state"]) == (200, "reviewed")
    found = client.get(f"{path}diff/").json()
    assert found["against"] == 1
    assert {change["field"] for change in found["changed"]} == {
        "Contact",
        "Groups and conditions examined",
    }


@pytest.mark.parametrize(("revisions", "most"), [(2, 14), (6, 14)])
def test_the_editor_needs_as_many_queries_for_many_revisions(
    world, django_assert_max_num_queries, revisions, most
):
    made = new_version(world, "3.0")
    for number in range(revisions - 1):
        revised(world, made, f"Note {number}", contact=f"Desk {number}")
    client = world.client(world.engineer)
    with django_assert_max_num_queries(most):
        assert client.get(url("card-edit", pk=made.pk)).status_code == 200
    with django_assert_max_num_queries(most):
        assert client.get(url("card-diff", pk=made.cards.first().pk)).status_code == 200


def test_the_history_of_the_version_tells_who_edited_and_published(world):
    page = world.client(world.auditor).get(
        f"{edited_version(world).get_absolute_url()}?tab=history"
    )
    html = page.content.decode()
    assert "Card edited" in html
    assert "Card published" in html
    assert "Groups named one by one" in html
