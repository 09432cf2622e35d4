"""A postmortem writes itself but for four answers, and somebody who took no part publishes it."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from incidents.actions import advance
from incidents.actions.postmortems import (
    add_learning,
    publish_postmortem,
    remove_learning,
    return_postmortem,
    revise_postmortem,
    save_postmortem,
    submit_postmortem,
    waive_postmortem,
)
from incidents.models import Incident, Learning, Postmortem, TimelineEntry
from incidents.postmortems.markdown import as_markdown
from incidents.postmortems.shape import spoken
from incidents.queries.postmortems import document_of, missing, participants, shown_document
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from reports.postmortems import postmortem_job
from tests.builders.incidents import contained, declared, incident, opened, resolved
from tests.builders.postmortems import (
    ANSWERS,
    learning,
    over,
    published,
    submitted,
    under_review,
    written,
)
from tests.world import World
from vault.queries import read_bytes

HOSTILE = "=cmd()|'/c calc'!A1 <script>alert(1)</script> \u202egnp.exe\u202c zero\u200bwidth"


def test_the_draft_exists_before_anybody_opens_it(world: World) -> None:
    found = resolved(world, contained(world, opened(world)))
    document = document_of(found)
    assert "Drift found in 3 of 25 columns" in document["lede"]
    assert {one["name"] for one in document["periods"]} >= {"acknowledge", "contain", "resolve"}
    assert document["versions"][0]["name"] == str(found.model_version)
    assert document["held"][0]["text"].startswith("Officers decide")
    assert len(document["timeline"]) == TimelineEntry.objects.filter(incident=found).count()
    assert document["answers"] == dict.fromkeys(ANSWERS, "")
    page = world.client(world.engineer).get(f"/incidents/{found.pk}/postmortem/")
    assert page.status_code == 200
    assert not Postmortem.objects.filter(incident=found).exists(), "reading writes nothing"


def test_a_period_is_said_with_its_two_largest_units() -> None:
    assert [spoken(s) for s in (0, 59, 3_600, 12_000, 90_061)] == [
        "0 s", "59 s", "1 h", "3 h 20 min", "1 d 1 h",
    ]  # fmt: skip


def test_depth_follows_the_severity(world: World) -> None:
    light, grave = over(world, severity="sev3"), over(world, severity="sev1")
    save_postmortem(by=world.engineer, incident=light, mine=ANSWERS, base={})
    assert submit_postmortem(by=world.engineer, incident=light).depth == "short"
    save_postmortem(by=world.engineer, incident=grave, mine={"impact": "Wrong refusals."}, base={})
    with pytest.raises(Refused, match=r"Contributing factors.*at least one learning"):
        submit_postmortem(by=world.engineer, incident=grave)


def test_different_answers_merge_and_the_same_one_loses_no_word(world: World) -> None:
    found = over(world)
    empty = dict.fromkeys(ANSWERS, "")
    save_postmortem(by=world.engineer, incident=found, mine={"impact": "A"}, base=empty)
    other = save_postmortem(by=world.owner, incident=found, mine={"helped": "B"}, base=empty)
    assert (other.postmortem.impact, other.postmortem.helped) == ("A", "B")
    clash = save_postmortem(by=world.owner, incident=found, mine={"impact": "C"}, base=empty)
    assert [(one.mine, one.theirs) for one in clash.clashes] == [("C", "A")]
    assert clash.other == world.owner
    assert Postmortem.objects.get(incident=found).impact == "A"


def test_it_is_sent_only_when_the_incident_is_resolved(world: World) -> None:
    found = declared(world)
    written(world, found)
    with pytest.raises(Refused, match="not resolved"):
        submit_postmortem(by=world.engineer, incident=found)


def test_what_is_under_review_is_frozen_whatever_the_record_does_then(world: World) -> None:
    found = over(world)
    held = submitted(world, found)
    assert found.reloaded().state == "in_review"
    before = shown_document(found, held)
    advance(by=world.engineer, incident=found.reloaded(), verb="reopen", reason="Again")
    assert shown_document(found, held) == before
    assert sha256_hex(read_bytes(held.digest)) == held.digest == sha256_hex(canonical(before))
    with pytest.raises(Refused, match="In review"):
        save_postmortem(by=world.engineer, incident=found, mine={"impact": "X"}, base={})
    with pytest.raises(Refused, match="In review"):
        learning(world, found)


def test_somebody_who_took_no_part_reviews_it(world: World) -> None:
    found = over(world)
    digest = submitted(world, found).digest
    assert participants(found) == {world.engineer.pk, world.owner.pk}
    for person in (world.engineer, world.owner):
        with pytest.raises(PermissionDenied):
            publish_postmortem(by=person, incident=found, digest=digest)
    return_postmortem(by=world.officer, incident=found, reason="Who was refused?")
    assert world.officer.pk not in participants(found), "reviewing is no part"
    digest = submit_postmortem(by=world.engineer, incident=found).digest
    assert publish_postmortem(by=world.officer, incident=found, digest=digest).number == 1


def test_a_note_or_an_edit_in_the_ledger_makes_a_participant(world: World) -> None:
    found = over(world)
    save_postmortem(by=world.officer, incident=found, mine={"impact": "A"}, base={})
    digest = submitted(world, found).digest
    with pytest.raises(PermissionDenied):
        publish_postmortem(by=world.officer, incident=found, digest=digest)
    assert publish_postmortem(by=world.approver, incident=found, digest=digest)


def test_publication_is_bound_to_the_digest_that_was_read(world: World) -> None:
    found = over(world)
    submitted(world, found)
    with pytest.raises(Refused, match="meanwhile"):
        publish_postmortem(by=world.approver, incident=found, digest="0" * 64)


def test_what_was_published_stays_when_a_further_version_is_written(world: World) -> None:
    found = over(world)
    first = published(world, found)
    with pytest.raises(Refused, match="published"):
        remove_learning(by=world.engineer, learning=_reopened(world, found))
    save_postmortem(
        by=world.engineer, incident=found, mine={"impact": "12 applicants."}, base=ANSWERS
    )
    digest = submit_postmortem(by=world.engineer, incident=found).digest
    second = publish_postmortem(by=world.approver, incident=found, digest=digest)
    assert (first.number, second.number) == (1, 2)
    assert json.loads(read_bytes(first.digest))["answers"]["impact"] == ANSWERS["impact"]
    (embedded,) = postmortem_job(found.reloaded()).embedded
    assert sha256_hex(embedded.body) == second.digest, "the PDF carries the published bytes"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_publishedpostmortem SET digest = 'x'")


def _reopened(world: World, found: Incident) -> Learning:
    revise_postmortem(by=world.engineer, incident=found, reason="A number was wrong")
    return Learning.objects.get(incident=found)


def test_a_severe_incident_is_closed_only_with_its_postmortem(world: World) -> None:
    found = over(world, severity="sev1")
    with pytest.raises(Refused, match="not published"):
        advance(by=world.engineer, incident=found, verb="close", reason="Over")
    with pytest.raises(Refused, match="severe"):
        waive_postmortem(by=world.engineer, incident=found, reason="No time")
    published(world, found)
    assert advance(by=world.engineer, incident=found, verb="close", reason="Over").state == "closed"


def test_a_light_one_may_go_without_but_says_why(world: World) -> None:
    found = over(world, severity="sev4")
    assert waive_postmortem(by=world.engineer, incident=found, reason="A typo").state == "waived"
    assert "No postmortem: A typo" in TimelineEntry.objects.order_by("pk").last().text


def test_a_learning_names_subcategories_that_exist(world: World) -> None:
    for keys, said in (([], "Name 1"), (["MAP 99.9"], "no subcategory"), (["x"], "no subcat")):
        with pytest.raises(Refused, match=said):
            add_learning(
                by=world.engineer, incident=incident(world), factor="data", text="T",
                subcategories=keys,
            )  # fmt: skip
    assert learning(world, incident(world), "ms-2.4", "MEASURE 2.4").subcategories == [
        "MEASURE 2.4"
    ]


def test_hostile_words_are_shown_and_do_nothing_in_page_markdown_and_print(world: World) -> None:
    found = over(world, what=HOSTILE)
    submitted(world, found, impact=f"{HOSTILE}\n[x](javascript:alert(1))")
    page = world.client(world.engineer).get(f"/incidents/{found.pk}/postmortem/")
    markdown = as_markdown(shown_document(found, Postmortem.objects.get(incident=found)))
    printed = postmortem_job(found).html
    for text in (page.content.decode(), markdown, printed):
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "\u200b" not in text
        assert "[U+202E]" in text or "\\[U\\+202E\\]" in text
    assert 'href="javascript' not in page.content.decode() + printed
    assert "](javascript" not in markdown
    export = world.client(world.engineer).get("/incidents/postmortems/?format=csv")
    assert b"'=cmd()" in b"".join(export.streaming_content)


def test_the_page_saves_merges_and_reports_a_conflict(world: World) -> None:
    found = over(world)
    address = f"/incidents/{found.pk}/postmortem/"
    engineer, owner = world.client(world.engineer), world.client(world.owner)
    sent = {"impact": "A", "base-impact": ""}
    answer = engineer.post(address, sent, headers={"HX-Request": "true"}).content.decode()
    assert 'id="server-answer"' in answer
    clash = owner.post(address, {"impact": "B", "base-impact": ""}, headers={"HX-Request": "true"})
    assert clash.status_code == 409
    assert "Keep mine" in clash.content.decode()
    assert owner.post(address, {"impact": "B", "base-impact": ""}).status_code == 409
    again = owner.post(address, {"impact": "B", "base-impact": "A", "go": "next"})
    assert again["Location"].endswith("/postmortem/submit/")


def test_the_api_saves_sends_and_publishes(world: World) -> None:
    found = over(world)
    api, tag = world.api(world.engineer), f'"{found.pk}-{found.reloaded().version}"'
    address = f"/api/v1/incidents/{found.pk}/"
    body = {"answers": ANSWERS, "base": {}}
    saved = api.post(f"{address}postmortem/", body, format="json", headers={"If-Match": tag})
    assert saved.status_code == 200, saved.content
    clash = api.post(
        f"{address}postmortem/", {"answers": {"impact": "B"}, "base": {"impact": ""}},
        format="json", headers={"If-Match": tag},
    )  # fmt: skip
    assert clash.status_code == 409
    note = {"factor": "data", "text": "T", "subcategories": ["MAP 2.3"]}
    made = api.post(f"{address}learnings/", note, format="json", headers={"If-Match": tag})
    assert made.status_code == 201, made.content
    sent = api.post(
        f"{address}postmortem-step/", {"verb": "submit"}, format="json", headers={"If-Match": tag}
    )
    digest = sent.json()["postmortem"]["digest"]
    step = {"verb": "publish", "digest": digest}
    tag = f'"{found.pk}-{found.reloaded().version}"'
    out = world.api(world.approver).post(
        f"{address}postmortem-step/", step, format="json", headers={"If-Match": tag}
    )
    assert out.json()["postmortem"]["state"] == "published", out.content
    assert sha256_hex(canonical(api.get(f"{address}postmortem/").json()["document"])) == digest
    assert missing(found, Postmortem.objects.get(incident=found)) == []


def test_the_list_costs_the_same_however_long_it_is(
    world: World, django_assert_max_num_queries
) -> None:
    under_review(world)
    for _n in range(3):
        written(world, over(world))
    client = world.client(world.engineer)
    with django_assert_max_num_queries(8):
        client.get("/incidents/postmortems/")
