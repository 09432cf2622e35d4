"""What matters most is named in the picture; what shows it is kept with its custody."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction

from incidents.actions import add_note, set_access
from incidents.actions.keeping import attach_file, hand_out, pin_entry, unpin_entry
from incidents.models import Attachment, TimelineEntry
from incidents.queries import timeline
from incidents.queries.keeping import attachments_of
from incidents.queries.postmortems import document_of
from ledger.errors import DirectWrite, Refused
from tests.builders.incidents import declared, incident
from tests.world import World

HOSTILE = "<script>alert(1)</script> \u202egnp.exe zero\u200bwidth"


def kept(world: World, about=None, **values: object) -> Attachment:
    wanted = {"name": "scores.csv", "source": "Exported from the log", **values}
    return attach_file(
        by=world.engineer, incident=about or incident(world), upload=io.BytesIO(b"a,b\n"), **wanted
    )


def test_a_pin_names_the_entry_and_changes_nothing_of_it(world: World) -> None:
    found = incident(world)
    note = add_note(by=world.engineer, incident=found, text="The feed changed its unit")
    pin_entry(by=world.engineer, entry=note)
    pin_entry(by=world.owner, entry=note)
    assert [one["pinned"] for one in document_of(found)["timeline"]] == [False, True]
    page = world.client(world.engineer).get(found.get_absolute_url()).content.decode()
    picture = page[page.index("<svg xmlns") : page.index("</svg>", page.index("<svg xmlns"))]
    assert "The feed changed its unit" in page
    assert picture
    unpin_entry(by=world.engineer, entry=note)
    unpin_entry(by=world.engineer, entry=note)
    assert not any(one["pinned"] for one in document_of(found)["timeline"])
    with pytest.raises(PermissionDenied):
        pin_entry(by=world.auditor, entry=note)


def test_an_entry_is_corrected_by_another_and_never_changed(world: World) -> None:
    found = incident(world)
    first = add_note(by=world.engineer, incident=found, text="At nine")
    add_note(by=world.engineer, incident=found, text="At ten", correction_of=first)
    assert [one.text for one in timeline(found) if one.correction_of_id] == ["At ten"]
    assert first.reloaded().text == "At nine"
    with pytest.raises(DirectWrite):
        first.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_timelineentry SET text = 'x'")


def test_a_file_is_kept_with_its_digest_and_everybody_who_took_a_copy(world: World) -> None:
    made = kept(world)
    last = TimelineEntry.objects.order_by("pk").last().text
    assert made.digest in last
    answer = world.client(world.officer).get(made.get_absolute_url())
    assert answer.content == b"a,b\n"
    ((one),) = attachments_of(incident(world))
    assert [(c.by, c.act) for c in one["handled"]] == [
        (world.engineer, "received"), (world.officer, "handed out"),
    ]  # fmt: skip
    with pytest.raises(PermissionDenied):
        hand_out(by=world.stranger, attachment=made)
    assert document_of(incident(world))["evidence"][0]["digest"] == made.digest


def test_the_custody_of_the_same_bytes_elsewhere_is_not_told(world: World) -> None:
    secret = declared(world)
    set_access(by=world.engineer, incident=secret, private=True, people=[], roles=[])
    kept(world, secret)
    kept(world)
    ((one),) = attachments_of(incident(world))
    assert len(one["handled"]) == 1


def test_the_form_takes_a_file_and_refuses_one_without_a_source(world: World) -> None:
    client, found = world.client(world.engineer), incident(world)
    address = f"/incidents/{found.pk}/ask/evidence/"
    upload = SimpleUploadedFile(f"{HOSTILE}.csv", b"x")
    assert client.post(address, {"upload": upload}).status_code == 422
    upload = SimpleUploadedFile("\u202egnp.csv", b"x")
    sent = client.post(address, {"upload": upload, "source": HOSTILE})
    assert sent.status_code == 303
    page = client.get(found.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "\u200b" not in page
    with pytest.raises(Refused, match="where it comes from"):
        kept(world, source=" ")


def test_hostile_words_in_title_note_and_reason_are_shown_and_do_nothing(world: World) -> None:
    found = declared(world, what=f"{HOSTILE}\nMore {HOSTILE}", severity_reason=HOSTILE)
    add_note(by=world.engineer, incident=found, text=HOSTILE)
    client = world.client(world.engineer)
    own = found.get_absolute_url()
    for address in (own, f"{own}response/", f"{own}ask/harm/", "/incidents/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "[U+202E]" in page
    export = b"".join(client.get("/incidents/?format=csv").streaming_content).decode()
    assert "\u202e" not in export
    assert "[U+202E]" in export
