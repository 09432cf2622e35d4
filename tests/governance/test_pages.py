"""The pages in a browser without JavaScript, and what htmx gets."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse

from governance.assessments.actions import submit_assessment
from governance.assessments.models import Answer, Assessment
from tests.builders.assessments import answer, assessment, cheap
from tests.builders.frameworks import playbook
from tests.builders.models_registry import system, version

ITEM = {"key": "measure-2.11"}


def address(world, name, **kwargs):
    return reverse(f"assessments:{name}", kwargs={"pk": assessment(world).pk, **kwargs})


def item(world, key="measure-2.11"):
    return address(world, "answer-edit", key=key)


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def exported(response):
    """The text of a streamed CSV export, without the byte order mark."""
    return response.getvalue().decode("utf-8-sig")


def hidden(html, name):
    """The value of a hidden input of the page."""
    found = re.search(rf'name="{name}"(?: value="([^"]*)")?', html)
    assert found, name
    return found.group(1) or ""


def posted(html, **changes):
    """What a browser posts: the values that the page shows, with changes."""
    names = ("applicability", "reason", "level", "text", "owner", "due_date")
    seen = {f"base-{name}": hidden(html, f"base-{name}") for name in names}
    return {**{name: seen[f"base-{name}"] for name in names}, **seen, "go": "next", **changes}


def test_an_officer_opens_an_assessment_and_lands_on_the_hub(world):
    client = world.client(world.officer)
    form = {"system": system(world).pk, "title": "Review 2026"}
    page = client.post(reverse("assessments:assessment-open"), form)
    assert page.status_code == 303
    html = text(client.get(page["Location"]))
    assert "Review 2026" in html
    assert "0 of 72" in html
    assert "Continue where I left off: GOVERN 1.1" in html


def test_the_form_says_what_is_missing(world):
    client = world.client(world.officer)
    html = text(client.post(reverse("assessments:assessment-open"), {}), 422)
    assert "Title: This field is required" in html


def test_save_and_continue_works_without_javascript(world):
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    page = client.post(item(world), posted(html, level="3", text="Tested\r\neach quarter."))
    assert page.status_code == 303
    assert page["Location"] == item(world, "measure-2.12")
    stored = Answer.objects.get()
    assert (stored.level, stored.text) == (3, "Tested\neach quarter.")
    said = text(client.get(page["Location"]))
    assert f"MEASURE 2.11: saved {stored.updated_at:%H:%M:%S} UTC." in said


def test_save_stays_on_the_page_and_the_last_question_leads_to_the_hub(world):
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    stay = client.post(item(world), posted(html, level="1", go="stay"))
    assert stay["Location"] == item(world)
    last = item(world, "manage-4.3")
    html = text(client.get(last))
    done = client.post(last, posted(html, level="1"))
    assert done["Location"] == address(world, "assessment-detail")


def test_a_conflict_without_javascript_is_a_page_with_both_texts(world):
    client = world.client(world.officer)
    answer(world, text="Old text", level=1)
    html = text(client.get(item(world)))
    answer(world, by=world.owner, text="Her text", level=4)
    page = client.post(item(world), posted(html, text="My text", due_date="2027-01-31"))
    html = text(page, 409)
    assert "My text" in html
    assert "Her text" in html
    assert str(world.owner) in html
    stored = Answer.objects.get()
    assert (stored.text, stored.level, str(stored.due_date)) == ("Her text", 4, "2027-01-31")

    choice = {
        "text": "My text, and hers",
        "base-text": hidden(html, "base-text"),
        "choose-text": "mine",
        "go": "stay",
    }
    assert client.post(item(world), choice).status_code == 303
    stored.refresh_from_db()
    assert (stored.text, stored.level) == ("My text, and hers", 4)


def test_keep_theirs_changes_nothing(world):
    client = world.client(world.officer)
    before = answer(world, text="Her text").answer.version
    choice = {"text": "Mine", "base-text": "Her text", "choose-text": "theirs", "go": "stay"}
    assert client.post(item(world), choice).status_code == 303
    stored = Answer.objects.get()
    assert (stored.text, stored.version) == ("Her text", before)


def test_a_third_person_between_conflict_and_choice_makes_a_new_conflict(world):
    client = world.client(world.officer)
    answer(world, text="Second")
    answer(world, by=world.owner, text="Third")
    choice = {"text": "Mine", "base-text": "Second", "choose-text": "mine"}
    assert "Third" in text(client.post(item(world), choice), 409)


def test_htmx_gets_the_stored_values_and_the_true_time(world):
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    page = client.post(item(world), posted(html, level="2"), headers={"HX-Request": "true"})
    fragment = text(page)
    stored = Answer.objects.get()
    assert f"Saved {stored.updated_at:%H:%M:%S} UTC" in fragment
    assert "1 of 72" in fragment
    assert 'id="server-answer"' in fragment
    assert "<html" not in fragment


def test_the_time_shown_is_that_of_the_last_real_change(world):
    client = world.client(world.officer)
    stored = answer(world, level=2).answer
    html = text(client.get(item(world)))
    page = client.post(item(world), posted(html), headers={"HX-Request": "true"})
    assert f"Saved {stored.updated_at:%H:%M:%S} UTC" in text(page)


def test_htmx_gets_the_conflict_panel_with_409(world):
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    answer(world, by=world.owner, text="Her text")
    page = client.post(item(world), posted(html, text="Mine"), headers={"HX-Request": "true"})
    fragment = text(page, 409)
    assert 'data-clashed="text"' in fragment
    assert "Her text" in fragment
    assert "Not all is saved" in fragment


def test_a_refusal_keeps_what_was_typed(world):
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    answer(world, by=world.owner, level=4)
    page = text(client.post(item(world), posted(html, text="Words", due_date="never")), 422)
    assert "Words" in page
    assert "Due: Enter a valid date" in page
    assert hidden(page, "base-level") == "", "the page must remember what the person had seen"


def test_a_submitted_assessment_is_read_only(world):
    answer(world, text="Written", level=2)
    submit_assessment(by=world.officer, assessment=assessment(world), reason="Pilot")
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    assert "Written" in html
    assert 'id="answer"' not in html
    refused = text(client.post(item(world), {"text": "My late words"}), 409)
    assert "Reopen it" in refused
    assert "My late words" in refused


def test_an_auditor_reads_and_has_no_controls(world):
    answer(world, text="Written", level=2)
    client = world.client(world.auditor)
    html = text(client.get(item(world)))
    assert "Written" in html
    assert "<textarea" not in html
    assert "Save" not in html.replace("Saved", "")
    assert client.post(item(world), {"level": "1"}).status_code == 403


@pytest.mark.parametrize(
    "name", ["assessment-detail", "assessment-results", "assessment-submit", "answer-next"]
)
def test_a_stranger_finds_nothing(world, name):
    client = world.client(world.stranger)
    assert client.get(address(world, name)).status_code == 404
    assert client.get(item(world)).status_code == 404
    assert client.post(item(world), {"level": "1"}).status_code == 404
    assert not Answer.objects.exists()


def test_a_stranger_sees_an_empty_list_and_may_not_choose_our_system(world):
    assessment(world)
    client = world.client(world.stranger)
    assert "Yearly review" not in text(client.get(reverse("assessments:assessment-list")))
    form = {"system": system(world).pk, "title": "Mine now"}
    assert client.post(reverse("assessments:assessment-open"), form).status_code == 422
    assert Assessment.objects.count() == 1


def test_hostile_text_is_shown_as_text_everywhere(world):
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    answer(world, text=hostile, applicability="not_applicable", reason=hostile)
    answer(world, by=world.owner, base={}, text="other")
    for user in (world.officer, world.auditor):
        client = world.client(user)
        for url in (
            item(world),
            address(world, "assessment-results"),
            address(world, "answer-history", key="measure-2.11"),
        ):
            html = text(client.get(url))
            assert "<script>alert" not in html
            assert "<img src=x" not in html
    page = world.client(world.officer).post(
        item(world), {"text": "third", "base-text": "x"}, headers={"HX-Request": "true"}
    )
    assert "<script>alert" not in text(page, 409)


def test_the_item_page_shows_question_evidence_guidance_and_the_card_as_fact(world):
    playbook(world)
    version(world)
    html = text(world.client(world.officer).get(item(world, "measure-2.1")))
    assert "Wording of MEASURE 2.1." in html
    assert "What can show it" in html
    facts = text(world.client(world.officer).get(item(world, "measure-2.9")))
    assert "% complete" in facts
    assert "facts, not an answer" in facts


def test_an_unknown_question_is_not_found(world):
    client = world.client(world.officer)
    for key in ("measure-9.9", "govern-1", "x", "%00"):
        assert client.get(f"/assessments/{assessment(world).pk}/answers/{key}/").status_code == 404


def test_next_goes_to_the_first_unfinished_question(world):
    client = world.client(world.officer)
    answer(world, key="MEASURE 2.12", level=1)
    page = client.get(address(world, "answer-next") + "?after=measure-2.11")
    assert page["Location"] == item(world, "measure-2.13")
    page = client.get(address(world, "answer-next") + "?after=manage-4.3")
    assert page["Location"] == item(world, "govern-1.1")
    page = client.get(address(world, "answer-next") + "?after=%00")
    assert page["Location"] == item(world, "govern-1.1")


def test_the_results_are_filtered_and_exported_whole(world):
    answer(world, level=3, text="=HYPERLINK(1)")
    client = world.client(world.auditor)
    url = address(world, "assessment-results")
    rows = list(csv.DictReader(io.StringIO(exported(client.get(url + "?format=csv")))))
    assert len(rows) == 72
    mine = next(row for row in rows if row["no."] == "MEASURE 2.11")
    assert (mine["level"], mine["answer"], mine["progress"]) == ("3", "'=HYPERLINK(1)", "answered")
    found = json.loads(text(client.get(url + "?format=json&function=MEASURE&progress=answered")))
    assert [row["no."] for row in found] == ["MEASURE 2.11"]
    assert "MEASURE 2.11" in text(client.get(url + "?level=3"))
    assert "GOVERN 1.1" not in text(client.get(url + "?level=3"))
    assert "Nothing matches" in text(client.get(url + "?level=0"))


def test_the_history_shows_from_what_to_what_and_groups_a_sitting(world):
    for words in ("First", "First draft", "First draft, done"):
        answer(world, text=words)
    answer(world, by=world.owner, level=4, owner_id=world.owner.pk)
    url = address(world, "answer-history", key="measure-2.11")
    html = text(world.client(world.auditor).get(url))
    assert "3 saves in one sitting" in html
    assert "First draft, done" in html
    assert ">First<" not in html
    assert "4 Measured and improved" in html
    assert html.index("1 save") < html.index("3 saves")


@pytest.mark.parametrize("many", [10, 2000])
def test_hub_results_and_save_take_the_same_few_queries(world, many, django_assert_max_num_queries):
    cheap(world, many, answered=6)
    answer(world, level=1, text="Some")
    client = world.client(world.officer)
    html = text(client.get(item(world)))
    other = item(world, "measure-2.12")
    blank = text(client.get(other))
    for name in ("assessment-detail", "assessment-results"):
        with django_assert_max_num_queries(12):
            text(client.get(address(world, name)))
    with django_assert_max_num_queries(12):
        text(client.get(reverse("assessments:assessment-list")))
    with django_assert_max_num_queries(15):
        form = posted(html, level="2", text="More")
        text(client.post(item(world), form, headers={"HX-Request": "true"}))
    with django_assert_max_num_queries(15):
        text(client.post(other, posted(blank, level="2"), headers={"HX-Request": "true"}))
    with django_assert_max_num_queries(17):
        text(client.get(item(world)))
    assert Answer.objects.filter(assessment=assessment(world)).count() == 2
    assert "2 of 72" in text(client.get(address(world, "assessment-detail")))


def test_opening_an_assessment_takes_few_queries(world, django_assert_max_num_queries):
    client = world.client(world.officer)
    form = {"system": system(world).pk, "title": "Quick"}
    with django_assert_max_num_queries(22):
        assert client.post(reverse("assessments:assessment-open"), form).status_code == 303
