"""Editing a card over the API: the same merge as the page, until a second person published it."""

import pytest

from accounts.actions import grant_role
from accounts.roles import Role
from ledger.models import Event
from models_registry.models import CardDraft, CardRevision
from tests.builders.cards import card_texts, typed
from tests.builders.models_registry import new_version, submitted_version, version
from tests.models_registry.test_card_editing import bare_version
from vault.queries import read_bytes


def path(made, name="card-texts"):
    return f"/api/v1/versions/{made.pk}/{name}/"


def write(api, made, texts, tag=None, **more):
    headers = {"If-Match": tag or api.get(path(made))["ETag"]}
    return api.patch(path(made), {"texts": texts, **more}, headers=headers)


def revise(api, made, note="A desk to write to", **more):
    tag = {"If-Match": api.get(path(made))["ETag"]}
    return api.post(path(made, "card-revisions"), {"change_note": note, **more}, headers=tag)


def step(api, card, verb, reason=""):
    at = f"/api/v1/cards/{card}/"
    tag = {"If-Match": api.get(at)["ETag"]}
    return api.post(f"{at}step/", {"verb": verb, "reason": reason}, headers=tag)


def test_a_card_is_written_revised_reviewed_and_published_over_the_api(world):
    made, api, officer = version(world), world.api(world.engineer), world.api(world.officer)
    before = read_bytes(made.cards.get().digest)
    shown = api.get(path(made)).json()
    contact = next(text for text in shown["texts"] if text["key"] == "contact")
    assert contact["core"]
    assert contact["why"]
    saved = write(api, made, {"contact": "Desk 4"})
    assert saved.status_code == 200, saved.content
    now = next(text for text in saved.json()["texts"] if text["key"] == "contact")
    assert (now["text"], now["stored"]) == ("Desk 4", contact["text"])
    assert saved.json()["edited_by"] == world.engineer.pk
    revision = revise(api, made)
    assert (revision.status_code, revision.json()["number"]) == (201, 2)
    new = read_bytes(revision.json()["digest"])
    assert new.replace(b"Desk 4", contact["text"].encode()) == before
    card = revision.json()["id"]
    assert step(api, card, "ask_review").json()["state"] == "in_review"
    assert step(officer, card, "review").json()["state"] == "reviewed"
    assert step(officer, card, "publish").json()["state"] == "published"
    happened = set(Event.objects.values_list("action", flat=True))
    assert {"models_registry.card.review-asked", "models_registry.card.published"} <= happened


def test_a_reviewer_sends_a_card_back_with_a_reason(world):
    card = version(world).cards.get().pk
    step(world.api(world.owner), card, "ask_review")
    officer = world.api(world.officer)
    refused = step(officer, card, "send_back")
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    assert step(officer, card, "send_back", "No limits are named.").json()["state"] == "draft"


def test_a_stale_write_is_412_and_with_its_base_it_is_merged_text_by_text(world):
    made, api = version(world), world.api(world.engineer)
    tag, seen = api.get(path(made))["ETag"], card_texts(made)
    typed(world, made, by=world.owner, contact="Her desk")
    assert write(api, made, {"factors": "Age."}, tag).status_code == 412
    merged = write(api, made, {"factors": "Age."}, tag, base={"factors": seen["factors"]})
    assert merged.status_code == 200
    assert CardDraft.objects.get().fields == {"contact": "Her desk", "factors": "Age."}
    clash = write(api, made, {"contact": "My desk"}, tag, base={"contact": seen["contact"]})
    assert clash.status_code == 409
    assert clash["Content-Type"] == "application/problem+json"
    (told,) = clash.json()["clashes"]
    assert (told["mine"], told["theirs"]) == ("My desk", "Her desk")


@pytest.mark.parametrize(
    ("texts", "status", "kind"),
    [
        ({"nonsense": "x"}, 422, "not-editable"),
        ({"contact": "x" * 200_001}, 400, "invalid"),
        ({"contact": {"a": 1}}, 400, "invalid"),
        ("contact", 400, "invalid"),
    ],
)
def test_a_text_that_cannot_be_stored_is_a_problem_with_its_reason(world, texts, status, kind):
    got = write(world.api(world.engineer), version(world), texts)
    assert (got.status_code, got.json()["type"]) == (status, f"urn:assay:problem:{kind}")
    assert not CardDraft.objects.exists()


def test_what_the_file_cannot_hold_and_an_empty_change_make_no_revision(world):
    made, api = version(world), world.api(world.engineer)
    assert revise(api, made).json()["type"] == "urn:assay:problem:no-changes"
    write(api, made, {"factors": "Age.\n\n## Contact\n\nNobody"})
    refused = revise(api, made)
    assert (refused.status_code, refused.json()["field"]) == (422, "factors")
    assert made.cards.count() == 1


def test_a_draft_is_discarded_over_the_api(world):
    made, api = version(world), world.api(world.engineer)
    write(api, made, {"contact": "Desk 4"})
    assert api.delete(path(made)).status_code == 428
    tag = {"If-Match": api.get(path(made))["ETag"]}
    assert api.delete(path(made), headers=tag).status_code == 204
    assert CardDraft.objects.get().fields == {}


def test_a_version_without_a_card_is_given_one(world):
    made, api = bare_version(world), world.api(world.engineer)
    missing = api.get(path(made))
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:assay:problem:no-card")
    tag = {"If-Match": api.get(f"/api/v1/versions/{made.pk}/")["ETag"]}
    assert api.post(path(made, "card-start"), headers=tag).status_code == 201
    assert api.get(path(made)).json()["core"] == 16


def test_the_card_of_a_frozen_version_is_shown_and_not_changed(world):
    made, api = submitted_version(world), world.api(world.engineer)
    assert api.get(path(made)).json()["editable"] is False
    assert write(api, made, {"contact": "Desk 4"}).json()["type"] == "urn:assay:problem:frozen"


def test_whoever_typed_into_the_draft_does_not_review_the_revision(world):
    made, owner = new_version(world, "4.0"), world.api(world.owner)
    grant_role(by=world.service, user=world.owner, unit=world.lending, role=Role.APPROVER)
    write(owner, made, {"contact": "Desk 4"})
    card = revise(world.api(world.engineer), made).json()["id"]
    refused = step(owner, card, "review")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:assay:problem:four-eyes")
    assert CardRevision.objects.get(pk=card).state == "draft"
    assert step(owner, made.cards.last().pk, "review").status_code == 200


def test_another_units_card_is_not_found(world):
    api, made = world.api(world.stranger), version(world)
    sent = {"texts": {"contact": "x"}}
    assert api.patch(path(made), sent, headers={"If-Match": '"1-1-0"'}).status_code == 404
    assert api.post(path(made, "card-revisions"), {"change_note": "x"}).status_code == 404
