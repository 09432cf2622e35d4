"""Answering in a real Chromium: by keyboard, offline, and two people at once."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from governance.assessments.models import Answer, Evidence
from tests.builders.assessments import answer, assessment

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def item(world, key="govern-1.1"):
    return reverse("assessments:answer-edit", kwargs={"pk": assessment(world).pk, "key": key})


def status(page):
    return page.locator("#save-status")


def said(page, words):
    expect(status(page)).to_contain_text(words, timeout=15_000)


def saved(page):
    said(page, re.compile(r"Saved \d\d:\d\d:\d\d UTC"))


def drafts(page):
    return page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('assay:draft'))")


def test_questions_are_rated_by_keyboard_and_all_are_stored(world, visitors):
    """All 72, with the time from key to "Saved": ``python -m bench keyboard``."""
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        for number in range(5):
            page.keyboard.press(str(number))
            saved(page)
            here = page.url
            page.keyboard.press("j")
            page.wait_for_url(lambda url, here=here: url != here)
        assert page.locator("#progress").get_by_text("5 of 72").count() == 1
        assert visit.problems() == []
    levels = Answer.objects.order_by("node__order").values_list("level", flat=True)
    assert list(levels) == [0, 1, 2, 3, 4]
    assert {stored.version for stored in Answer.objects.all()} == {1}


def test_n_p_e_s_and_the_page_of_keys_do_what_they_say_and_never_while_typing(world, visitors):
    answer(world, key="GOVERN 1.2", level=2)
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.keyboard.press("3")
        page.keyboard.press("n")
        page.wait_for_url(re.compile("govern-1.3"))
        page.keyboard.press("e")
        page.keyboard.type("n j 4")
        saved(page)
        page.keyboard.press("?")
        assert not page.locator("#keys").is_visible(), "it is a letter while one types"
        page.locator("h1").click()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_contain_text("Next not answered")
        page.keyboard.press("Escape")
        page.keyboard.press("s")
        saved(page)
        page.keyboard.press("p")
        page.wait_for_url(re.compile("govern-1.2"))
    stored = Answer.objects.get(node__key="GOVERN 1.3")
    assert (stored.text, stored.level) == ("n j 4?", None)
    assert Answer.objects.get(node__key="GOVERN 1.1").level == 3


def test_keys_can_be_switched_off(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.evaluate("localStorage.setItem('assay-keys', 'off')")
        page.keyboard.press("3")
        page.wait_for_timeout(1000)
        assert status(page).inner_text() == "No changes"
    assert not Answer.objects.exists()


def test_words_typed_offline_are_kept_and_saved_when_the_network_is_back(
    world,
    visitors,
):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.context.set_offline(True)
        page.locator("#id_text").fill("Written in a tunnel.")
        said(page, "no connection")
        assert not Answer.objects.exists()
        assert len(drafts(page)) == 1
        page.context.set_offline(False)
        saved(page)
        assert Answer.objects.get().text == "Written in a tunnel."
        assert drafts(page) == []


def test_a_draft_survives_a_closed_tab(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.context.set_offline(True)
        page.locator("#id_text").fill("Nearly lost.")
        said(page, "no connection")
        other = page.context.new_page()
        page.close(run_before_unload=False)
        other.context.set_offline(False)
        other.goto(visit.base + item(world))
        saved(other)
        assert other.locator("#id_text").input_value() == "Nearly lost."
    assert Answer.objects.get().text == "Nearly lost."


def test_two_people_on_different_fields_merge_in_the_open_page(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        answer(world, key="GOVERN 1.1", by=world.owner, level=4)
        page.locator("#id_text").fill("My words.")
        saved(page)
        assert page.locator("input[name=level][value='4']").is_checked()
    stored = Answer.objects.get()
    assert (stored.text, stored.level) == ("My words.", 4)


@pytest.mark.parametrize(("choice", "expected"), [("mine", "My words."), ("theirs", "Her words.")])
def test_two_people_on_the_same_field_see_both_texts_and_choose(
    world,
    visitors,
    choice,
    expected,
):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        answer(world, key="GOVERN 1.1", by=world.owner, text="Her words.", level=4)
        page.locator("#id_text").fill("My words.")
        panel = page.locator(".conflict")
        panel.wait_for()
        assert "Her words." in panel.inner_text()
        assert "My words." in panel.inner_text()
        assert page.locator("#id_text").input_value() == "My words."
        assert Answer.objects.get().text == "Her words."
        box, field = panel.bounding_box(), page.locator("#id_text").bounding_box()
        assert box["y"] + box["height"] <= field["y"], "the panel must not cover the field"
        page.locator(f"[data-choose={choice}]").click()
        expect(panel).to_have_count(0)
        if choice == "mine":
            saved(page)
        assert page.locator("#id_text").input_value() == expected
    stored = Answer.objects.get()
    assert (stored.text, stored.level) == (expected, 4)


def test_typing_on_while_a_save_is_under_way_loses_nothing(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.keyboard.press("e")
        for word in range(30):
            page.keyboard.type(f"word{word} ", delay=15)
            if word % 6 == 5:
                page.wait_for_timeout(750)
        page.wait_for_timeout(900)
        saved(page)
        typed = page.locator("#id_text").input_value()
    assert typed == "".join(f"word{word} " for word in range(30))
    assert Answer.objects.get().text == typed


def test_save_and_continue_saves_before_it_leaves(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.locator("#id_text").fill("At once.")
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_url(re.compile("govern-1.2"))
    assert Answer.objects.get().text == "At once."


def test_an_ended_session_is_said_and_the_words_stay(world, visitors):
    with visitors.visit(world.officer) as visit:
        page = visit.go(item(world))
        page.context.clear_cookies()
        page.locator("#id_text").fill("Still here.")
        said(page, "Not saved")
        assert page.locator("#id_text").input_value() == "Still here."
        assert len(drafts(page)) == 1
    assert not Answer.objects.exists()


def test_nothing_that_has_the_focus_lies_under_the_save_bar(world, visitors):
    with visitors.visit(world.officer, width=320) as visit:
        page = visit.go(item(world))
        for _step in range(60):
            page.keyboard.press("Tab")
            covered = page.evaluate(
                """() => {
                  const bar = document.querySelector(".savebar");
                  const one = document.activeElement;
                  if (!one || one === document.body || bar.contains(one)) return "";
                  const a = one.getBoundingClientRect(), b = bar.getBoundingClientRect();
                  const hidden = a.top >= b.top && a.bottom <= b.bottom && a.height > 0;
                  return hidden ? one.outerHTML.slice(0, 120) : "";
                }"""
            )
            assert covered == ""


PUT = """([kind, name]) => {
  const bytes = Uint8Array.from(atob("iVBORw0KGgo="), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, {type: "image/png"}));
  const target = kind === "drop" ? document.querySelector("form[data-drop]") : document;
  const event = kind === "drop"
    ? new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
    : new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  target.dispatchEvent(event);
}"""


def test_a_pasted_screenshot_and_a_dropped_file_become_evidence(world, visitors):
    answer(world, level=2)
    url = reverse(
        "assessments:evidence-add", kwargs={"pk": assessment(world).pk, "key": "measure-2.11"}
    )
    with visitors.visit(world.officer) as visit:
        for kind, title in (("paste", "Pasted picture"), ("drop", "board.png")):
            page = visit.go(url)
            page.evaluate(PUT, [kind, "board.png"])
            page.locator("#id_effective_from").fill("2026-01-31")
            page.get_by_role("button", name="Add evidence").click()
            expect(page.get_by_role("link", name=title)).to_be_visible()
        assert visit.problems() == []
    kinds = {one.title: one.kind_of for one in Evidence.objects.all()}
    assert kinds["Pasted picture"] == "screenshot"
    assert len({one.file.digest for one in Evidence.objects.all()}) == 1
