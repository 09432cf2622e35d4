"""Editing a card: drafts of two people, the revision that comes out, its states."""

import pytest
from django.core.exceptions import PermissionDenied

from ledger.actions import action
from ledger.errors import Refused
from ledger.models import Event
from models_registry import states
from models_registry.actions import import_card, submit_version
from models_registry.actions.card_editing import (
    discard_draft,
    make_revision,
    save_draft,
    start_card,
)
from models_registry.actions.card_steps import move_card
from models_registry.cards import parse_card
from models_registry.cards.editing import HEADINGS, HINTS, blank_card, filled, slots
from models_registry.models import CardDraft, ModelVersion
from models_registry.queries.card_editing import card_diff, editor
from tests.builders.cards import card_texts, edited_card, edited_version, revised, typed
from tests.builders.models_registry import LANTERN, card_bytes, submitted_version, version
from vault.queries import read_bytes


def bare_version(world):
    """A version without a card, as an import may leave one."""
    made = ModelVersion(model=version(world).model, number="9", registered_by=world.engineer)
    with action("models_registry.version.registered", by=world.engineer) as act:
        act.save(made)
    return made


def test_a_draft_holds_only_the_texts_that_differ(world):
    made = version(world)
    saved = typed(world, made, contact="Desk 4", limitations=card_texts(made)["limitations"])
    assert saved.draft.fields == {"contact": "Desk 4"}
    typed(world, made, seen={"contact": "Desk 4"}, contact=card_texts(made)["contact"])
    assert CardDraft.objects.get().fields == {}


def test_two_people_on_different_texts_merge_silently(world):
    made = version(world)
    seen = card_texts(made)
    typed(world, made, by=world.owner, seen=seen, contact="Desk 4")
    saved = typed(world, made, seen=seen, factors="Age band.")
    assert not saved.clashes
    assert saved.draft.fields == {"contact": "Desk 4", "factors": "Age band."}


def test_two_people_on_the_same_text_clash_and_both_texts_are_there(world):
    made = version(world)
    seen = card_texts(made)
    typed(world, made, by=world.owner, seen=seen, contact="Her desk")
    saved = typed(world, made, seen=seen, contact="My desk", factors="Age band.")
    (clash,) = saved.clashes
    assert (clash.mine, clash.theirs) == ("My desk", "Her desk")
    assert saved.other == world.owner
    assert saved.draft.fields == {"contact": "Her desk", "factors": "Age band."}
    again = {"contact": "Her desk"}
    assert typed(world, made, seen=again, contact="My desk").texts["contact"] == "My desk"


def test_line_ends_of_browsers_are_no_change(world):
    made = version(world)
    text = card_texts(made)["limitations"]
    saved = typed(world, made, limitations=text.replace("\n", "\r\n"))
    assert not saved.changed
    assert not CardDraft.objects.exists()


def test_a_revision_changes_the_edited_texts_and_no_other_byte(world):
    made = version(world)
    before = made.cards.get()
    text = "Age band, channel.\n\n- under 25\n- 25 or more"
    after = revised(world, made, "Groups named", factors=text)
    assert (after.number, after.base, after.change_note) == (2, before, "Groups named")
    assert (after.state, after.imported_by) == (states.DRAFT, world.engineer)
    old, new = read_bytes(before.digest).decode(), read_bytes(after.digest).decode()
    was = card_texts_of(before)["factors"]
    assert old.replace(was, text) == new
    assert CardDraft.objects.get().fields == {}


def card_texts_of(card):
    return {key: slot.text for key, slot in slots(card.parsed["fields"]).items()}


@pytest.mark.parametrize("key", ["contact", "risks", "glossary", "version", "summary"])
def test_any_field_can_be_written_and_reads_back(world, key):
    made = version(world)
    key = next(k for k, s in slots(made.cards.get().parsed["fields"]).items() if key in fields(s))
    revised(world, made, "Written", **{key: "1.2 new words"})
    assert card_texts(made)[key] == "1.2 new words"


def fields(slot):
    return {field.key for field in slot.fields}


def test_a_text_that_would_read_differently_in_the_file_is_refused(world):
    made = version(world)
    typed(world, made, factors="Age band.\n\n## Contact\n\nNobody")
    with pytest.raises(Refused) as refused:
        make_revision(by=world.engineer, version=made, change_note="Sneaky")
    assert refused.value.field == "factors"
    assert made.cards.count() == 1
    assert CardDraft.objects.get().fields


def test_a_revision_needs_a_note_and_a_change(world):
    made = version(world)
    with pytest.raises(Refused, match="Nothing was changed"):
        make_revision(by=world.engineer, version=made, change_note="Nothing")
    typed(world, made, contact="Desk 4")
    with pytest.raises(Refused, match="Say what changed"):
        make_revision(by=world.engineer, version=made, change_note="  ")


def test_a_card_imported_meanwhile_is_merged_and_clashes_are_told(world):
    made = version(world)
    typed(world, made, contact="Desk 4", factors="Age band.")
    other = card_bytes().replace(b"Age band, first-time borrower", b"Region, first-time borrower")
    import_card(by=world.owner, version=made, data=other, file_name=LANTERN)
    result = make_revision(by=world.engineer, version=made, change_note="Groups")
    assert result.revision is None
    assert [clash.name for clash in result.merge.clashes] == ["factors"]
    assert "Region" in result.merge.clashes[0].theirs
    keep = frozenset({"factors"})
    after = make_revision(by=world.engineer, version=made, change_note="Groups", keep=keep).revision
    assert after.base.number == 2
    assert card_texts_of(after)["factors"] == "Age band."


def test_a_discarded_draft_is_empty_and_in_the_ledger(world):
    made = version(world)
    typed(world, made, contact="Desk 4")
    discard_draft(by=world.owner, version=made)
    draft = CardDraft.objects.get()
    assert draft.fields == {}
    last = Event.objects.filter(subject=draft.key).latest("pk")
    assert last.action == "models_registry.card.draft-discarded"


def test_the_ledger_notes_a_saved_draft_without_its_words(world):
    typed(world, version(world), contact="A word that is not final")
    event = Event.objects.filter(action="models_registry.card.draft-saved").get()
    assert "not final" not in event.body


def test_a_frozen_version_refuses_every_edit(world):
    made = submitted_version(world)
    for write in (
        lambda: typed(world, made, contact="x"),
        lambda: discard_draft(by=world.engineer, version=made),
        lambda: make_revision(by=world.engineer, version=made, change_note="x"),
        lambda: start_card(by=world.engineer, version=made),
    ):
        with pytest.raises(Refused, match="frozen"):
            write()


def test_who_may_not_register_versions_may_not_edit_cards(world):
    made = version(world)
    for person in (world.auditor, world.officer, world.stranger):
        with pytest.raises(PermissionDenied):
            save_draft(by=person, version=made, base={}, values={"contact": "x"})


@pytest.mark.parametrize(
    "values", [{"nonsense": "x"}, {"contact": "x" * 200_001}, {"contact": "a\0b"}]
)
def test_unknown_fields_and_texts_without_measure_are_refused(world, values):
    with pytest.raises(Refused):
        save_draft(by=world.engineer, version=version(world), base={}, values=values)
    assert not CardDraft.objects.exists()


def test_a_card_can_be_started_from_nothing_and_filled(world):
    made = bare_version(world)
    with pytest.raises(Refused, match="no card yet"):
        typed(world, made, seen={}, contact="x")
    card = start_card(by=world.engineer, version=made)
    found = editor(made)
    assert found.values["version"] == "9"
    assert found.values["summary"] == ""
    assert card.report["filled"]["name"] is True
    assert card.report["filled"]["limitations"] is False
    after = revised(world, made, "First words", **dict.fromkeys(HEADINGS, "Some words."))
    assert after.completeness == 100
    with pytest.raises(Refused, match="has a card already"):
        start_card(by=world.engineer, version=made)


def test_the_sections_of_a_new_card_are_read_as_the_fields_they_are_for():
    card = parse_card(blank_card("A *model* <b>", "1"))
    assert card.name == "A *model* <b>" or "model" in card.name
    for key in HEADINGS:
        assert [part["text"] for part in card.fields[key]] == [f"<!-- {HINTS[key]} -->"], key


def test_the_meter_counts_the_draft(world):
    parts = parse_card(blank_card("M", "1")).fields
    assert sum(filled(parts, {}).values()) == 2
    assert sum(filled(parts, {"summary": "It sorts letters."}).values()) == 3


def test_a_section_about_two_fields_is_one_text():
    card = parse_card(b"# M\n\n## Bias, risks and limitations\n\nKnown to fail at night.\n")
    found = [s for s in slots(card.fields).values() if s.text.startswith("Known")]
    assert [field.key for field in found[0].fields] == ["limitations", "risks"]
    assert len(found) == 1


def test_the_writer_of_a_revision_does_not_review_it_and_one_is_published(world):
    card = edited_card(world)
    assert (card.state, card.reviewed_by) == (states.PUBLISHED, world.officer)
    made = edited_version(world)
    newer = revised(world, made, "Next", contact="Desk 5")
    move_card(by=world.officer, card=newer, verb="review")
    move_card(by=world.officer, card=newer, verb="publish")
    card.refresh_from_db()
    assert (newer.state, card.state) == (states.PUBLISHED, states.REVIEWED)


def test_a_writer_who_may_review_is_still_refused(world):
    card = edited_version(world).cards.last()
    with pytest.raises(PermissionDenied):
        move_card(by=world.engineer, card=card, verb="review")
    service = type(world.engineer).objects.service()
    made = version(world)
    own = import_card(by=service, version=made, data=b"# M\n\nWords.\n", file_name="m.md")
    with pytest.raises(Refused) as refused:
        move_card(by=service, card=own, verb="review")
    assert refused.value.code == "four-eyes"


def test_sending_back_and_unpublishing_need_a_reason(world):
    card = edited_card(world)
    with pytest.raises(Refused):
        move_card(by=world.officer, card=card, verb="unpublish")
    move_card(by=world.officer, card=card, verb="unpublish", reason="A figure is wrong.")
    move_card(by=world.officer, card=card, verb="send_back", reason="A figure is wrong.")
    assert (card.state, card.reviewed_by) == (states.DRAFT, None)


def test_a_frozen_version_can_still_have_its_card_published(world):
    made = submit_version(by=world.engineer, version=version(world))
    card = move_card(by=world.officer, card=made.cards.get(), verb="review")
    assert move_card(by=world.officer, card=card, verb="publish").state == states.PUBLISHED


def test_the_difference_of_two_revisions_names_the_changed_fields(world):
    made = edited_version(world)
    new, old = made.cards.all()
    changed = {field.label for field in card_diff(old, new) if field.pieces}
    assert changed == {"Contact", "Groups and conditions examined"}
