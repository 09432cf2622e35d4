"""The frame of every page: keys, theme, menus, with and without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.harness import Visitors

pytestmark = pytest.mark.browser


def test_a_question_mark_shows_the_keys_and_escape_closes_them(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("web:styleguide"))
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_a_slash_goes_to_the_search_field(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("web:styleguide"))
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox", name="Search the register")).to_be_focused()


def test_single_keys_can_be_switched_off(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("web:styleguide"))
        page.keyboard.press("?")
        page.get_by_label("Single keys do something").uncheck()
        page.get_by_role("button", name="Close").click()
        page.reload()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_typing_a_slash_into_a_field_is_just_a_slash(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("web:styleguide"))
        field = page.get_by_label("Purpose").first
        field.click()
        page.keyboard.type("a/b?")
        expect(field).to_have_value("a/b?")


def test_a_chosen_theme_stays_and_is_there_before_the_first_paint(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer, scheme="light") as visit:
        page = visit.go(reverse("web:styleguide"))
        page.get_by_text("Engineer", exact=True).click()
        page.get_by_role("button", name="Dark").click()
        page.add_init_script(
            "document.addEventListener('readystatechange', () => {"
            " window.themeAtFirst ??= document.documentElement.dataset.theme; });"
        )
        page.reload()
        assert page.evaluate("window.themeAtFirst") == "dark"
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(19, 21, 23)"


def test_the_menu_of_a_phone_opens_without_script(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer, width=320, script=False) as visit:
        page = visit.go(reverse("web:styleguide"))
        home = page.get_by_role("navigation", name="Main").get_by_role("link", name="Home")
        expect(home).to_be_hidden()
        page.get_by_text("Menu", exact=True).click()
        expect(home).to_be_visible()


def test_a_dialog_asks_and_cancel_takes_nothing(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("web:styleguide"))
        page.get_by_role("link", name="Withdraw the version").click()
        dialog = page.get_by_role("dialog", name="Withdraw version No. 0007?")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_be_hidden()


def test_the_first_tab_stop_skips_to_the_content(visitors: Visitors) -> None:
    with visitors.visit(visitors.world.engineer) as visit:
        page = visit.go(reverse("workspace:home"))
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_person_logs_in_with_a_password(visitors: Visitors) -> None:
    with visitors.visit() as visit:
        page = visit.go("/")
        page.get_by_label("Email").fill("engineer@acme.example")
        page.get_by_label("Password").fill("plain-river-stone-42")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_visible()
        assert not visit.problems()
