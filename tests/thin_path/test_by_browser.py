"""The main job by hand: three people in a real Chromium, nothing but pages."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.shared_data import shared_data
from tests.thin_path.inputs import FEATURES, Tables
from tests.thin_path.product import Product

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.thin_path]

SYSTEM = "Biopsy reading by hand"
PATIENCE = 60_000


class Hand:
    """Somebody of the demonstration at the screen."""

    def __init__(self, browser: Browser, product: Product, name: str) -> None:
        self.base = product.address
        self.page: Page = browser.new_page(accept_downloads=True)
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.errors.append(line.text) if line.type == "error" else None,
        )
        self.go("/account/login/")
        self.page.fill("[name=login]", f"{name}@lantern.example")
        self.page.fill("[name=password]", product.password)
        self.press("Log in")
        self.page.wait_for_url(self.base + "/")

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def follow(self, label: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=label).first.click()

    def upload(self, name: str, file: str, body: bytes) -> None:
        self.page.set_input_files(
            f"[name={name}]", {"name": file, "mimeType": "text/plain", "buffer": body}
        )

    def reload_until(self, text: str, place: Locator | None = None, rounds: int = 90) -> None:
        """Reload the page until ``place`` shows ``text``: progress works without JavaScript."""
        place = place or self.page.locator("main")
        for _ in range(rounds):
            if place.get_by_text(text).count():
                return
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"“{text}” never came: {self.page.inner_text('main')}")


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """A worker works meanwhile."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def hands(browser: Browser, product: Product) -> dict[str, Hand]:
    return {name: Hand(browser, product, name) for name in ("ada", "ines", "ruth")}


@pytest.fixture(scope="module")
def versioned(hands: dict[str, Hand]) -> dict[str, str]:
    """The engineer registers a system and a version from a real card."""
    ada = hands["ada"]
    ada.go("/systems/register/")
    ada.page.select_option("[name=unit]", label="Consumer credit")
    ada.page.fill("[name=name]", SYSTEM)
    ada.page.fill("[name=purpose]", "Tells benign from malignant for a second reading.")
    ada.page.select_option("[name=decision_role]", "informs")
    ada.page.locator("main form button.primary").click()
    expect(ada.page.locator("h1")).to_have_text(SYSTEM)
    found = {"system": ada.page.url.removeprefix(ada.base)}
    ada.follow("Register version")
    expect(ada.page.locator("h1")).to_have_text("Register model version")
    ada.page.select_option("[name=unit]", label="Consumer credit")
    ada.upload("card", "dinov2.md", shared_data("cards/dinov2.MODEL_CARD.md").read_bytes())
    ada.page.fill("[name=model_name]", "Screening by hand")
    ada.page.fill("[name=number]", "hand-1")
    ada.page.locator("main form button.primary").click()
    expect(ada.page.locator("h1")).to_contain_text("hand-1")
    found["version"] = ada.page.url.removeprefix(ada.base)
    return found


@pytest.fixture(scope="module")
def registered(hands: dict[str, Hand], versioned: dict[str, str], tables: Tables) -> dict[str, str]:
    """The engineer uploads two tables."""
    ada, found = hands["ada"], versioned
    for label, body in (("reference", tables.reference), ("production", tables.shifted)):
        ada.go("/systems/datasets/upload/")
        ada.page.select_option("[name=unit]", label="Consumer credit")
        ada.page.fill("[name=name]", "Breast cancer by hand")
        ada.page.fill("[name=label]", label)
        ada.page.select_option("[name=role]", label)
        ada.upload("file", f"{label}.csv", body)
        ada.page.locator("main form button.primary").click()
        expect(ada.page.locator("h1")).to_contain_text("Breast cancer by hand")
        found[label] = ada.page.url.removeprefix(ada.base)
    return found


@pytest.fixture(scope="module")
def checked(hands: dict[str, Hand], registered: dict[str, str]) -> dict[str, str]:
    """The engineer confirms the guessed columns and starts four checks."""
    ada = hands["ada"]
    ada.go(registered["version"])
    ada.follow("Checks and incidents")
    ada.follow("Run checks")
    for field in ("current", "reference"):
        wanted = "production" if field == "current" else "reference"
        ada.page.select_option(f"[name={field}]", registered[wanted].strip("/").split("/")[-1])
    ada.page.locator("main form button.primary").click()
    page = ada.page
    page.select_option("[name=y_true]", "benign")
    page.select_option("[name=y_pred]", "predicted")
    page.select_option("[name=y_score]", "score")
    page.fill("[name=positive]", "1")
    choose(page, "features", FEATURES)
    choose(page, "slices", ("size",))
    choose(page, "checks", ("perf.classification", "calibration", "drift", "slice.performance"))
    page.locator("main form button.primary").click()
    ada.reload_until("Drift found in")
    registered["runs"] = page.url.removeprefix(ada.base)
    return registered


def choose(page: Page, name: str, wanted: tuple[str, ...]) -> None:
    for box in page.locator(f"[name={name}]").all():
        box.set_checked(box.get_attribute("value") in wanted)


def test_the_card_is_shown_and_its_bytes_come_back(
    hands: dict[str, Hand], registered: dict[str, str]
) -> None:
    ada = hands["ada"]
    ada.go(registered["version"])
    expect(ada.page.locator("main")).to_contain_text("Vision Transformer")
    with ada.page.expect_download() as download:
        ada.page.locator("a[href*='/original/']").first.click()
    assert (
        download.value.path().read_bytes() == shared_data("cards/dinov2.MODEL_CARD.md").read_bytes()
    )


def test_the_drift_run_says_its_verdict_in_a_sentence(
    hands: dict[str, Hand], checked: dict[str, str]
) -> None:
    ada = hands["ada"]
    ada.go(checked["runs"])
    row = ada.page.locator("tr", has_text="Drift found in")
    expect(row).to_contain_text("mean radius")
    row.get_by_role("link").first.click()
    expect(ada.page.locator("main svg[role=img]").first).to_be_visible()
    ada.page.get_by_role("button", name="Judge again").click()
    expect(ada.page.locator("main")).to_contain_text("every figure is the same")


def test_one_incident_stands_on_the_page_of_the_version(
    hands: dict[str, Hand], checked: dict[str, str]
) -> None:
    ada = hands["ada"]
    ada.go(checked["version"])
    ada.follow("Checks and incidents")
    incidents = ada.page.locator("section", has=ada.page.get_by_role("heading", name="Incidents"))
    # Every failed run opens its own, in whatever order the worker comes to them.
    ada.reload_until("Drift found in", incidents)
    drift = incidents.get_by_role("link", name=re.compile("Drift found in"))
    assert drift.count() == 1
    drift.click()
    expect(ada.page.locator("main")).to_contain_text("Drift found in")


def test_an_officer_answers_with_the_run_beside_the_question(
    hands: dict[str, Hand], checked: dict[str, str]
) -> None:
    ines = hands["ines"]
    ines.go(checked["system"])
    ines.follow("Open an assessment")
    ines.page.fill("[name=title]", "By hand")
    ines.page.locator("main form button.primary").click()
    # What the organisation answered is inherited and counts from the start.
    counted = ines.page.locator("main .lede").first
    expect(counted).to_contain_text("of 72")
    before = int(re.findall(r"(\d+) of 72", counted.inner_text())[0])
    hub = ines.page.url
    ines.page.goto(hub + "answers/MEASURE%202.4/")
    expect(ines.page.locator("main")).to_contain_text("Drift found in")
    ines.page.fill("[name=text]", "Watched weekly; the newest run failed.")
    ines.page.locator("[name=level][value='2']").check(force=True)
    expect(ines.page.locator("#save-status")).to_contain_text(re.compile(r"Saved \d", re.I))
    ines.page.goto(hub)
    expect(counted).to_contain_text(f"{before + 1} of 72")


def test_a_read_only_auditor_presses_one_button_and_gets_the_pdf(
    hands: dict[str, Hand], checked: dict[str, str]
) -> None:
    ruth = hands["ruth"]
    ruth.go(checked["system"])
    for label in ("Edit", "Register version", "Run checks", "Declare incident"):
        assert not ruth.page.get_by_role("link", name=label, exact=True).count()
    ruth.press("Make the report")
    # The page polls, and loads itself anew when the job is done.
    link = ruth.page.locator("a[href$='/file/']")
    expect(link.first).to_be_visible(timeout=180_000)
    with ruth.page.expect_download() as download:
        link.first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_no_page_of_the_main_job_broke_the_policy(
    hands: dict[str, Hand], checked: dict[str, str]
) -> None:
    errors: dict[str, Any] = {name: hand.errors for name, hand in hands.items() if hand.errors}
    assert not errors
