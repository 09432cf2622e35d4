"""Makes the pictures of the README from the demonstration.

``python -m tests.thin_path.screenshots``

Starts the product as ``./run`` does, waits until the worker has made checks, incident and report,
then looks at it as three people would. Pictures go to docs/images/.
"""

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.setup.running import ROOT
from tests.thin_path.product import Product, running_product

CHROMIUM = "/usr/bin/chromium"
FOLDER = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 860


def main() -> None:
    """Shoot every picture of the README."""
    FOLDER.mkdir(exist_ok=True)
    with running_product() as product, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        ada = log_in(chromium, product, "ada")
        wait_for_worker(ada, product)
        shoot(ada, product, "/systems/versions/1/", "engineer-version")
        shoot(ada, product, "/systems/versions/1/?tab=card", "engineer-card")
        ada.goto(product.address + "/evaluations/?check_name=drift")
        ada.locator("tbody a").first.click()
        keep(ada, "engineer-drift")
        ines = log_in(chromium, product, "ines")
        shoot(ines, product, "/assessments/1/answers/MEASURE%202.4/", "officer-answer")
        shoot(ines, product, "/", "home")
        ruth = log_in(chromium, product, "ruth")
        report(ruth, product)
        chromium.close()


def log_in(chromium: Browser, product: Product, name: str) -> Page:
    """A window of somebody of the demonstration."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, accept_downloads=True)
    page.set_default_timeout(120_000)
    page.goto(product.address + "/account/login/")
    page.fill("[name=login]", f"{name}@lantern.example")
    page.fill("[name=password]", product.password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(product.address + "/")
    return page


def wait_for_worker(page: Page, product: Product, seconds: float = 180) -> None:
    """Wait until nothing of the demonstration is queued or running and an incident is open."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page_text = page.evaluate("fetch('/evaluations/?format=json').then(r => r.text())")
        page.goto(product.address + "/incidents/")
        opened = page.locator("tbody tr").count()
        if "queued" not in page_text and "running" not in page_text and opened:
            return
        page.wait_for_timeout(1000)
    raise SystemExit("The worker did not finish the demonstration.")


def shoot(page: Page, product: Product, path: str, name: str) -> None:
    """A picture of the first screen of ``path``."""
    page.goto(product.address + path)
    keep(page, name)


def keep(page: Page, name: str) -> None:
    """Store what the window shows with few colours: small enough for a repository."""
    page.wait_for_load_state("networkidle")
    save(Image.open(io.BytesIO(page.screenshot())), name)


def save(picture: Image.Image, name: str) -> None:
    """Reduce to 128 colours and write."""
    few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def report(page: Page, product: Product) -> None:
    """Four pages of the PDF side by side."""
    page.goto(product.address + "/systems/1/")
    page.get_by_role("button", name="Make the report", exact=True).click()
    link = page.locator("a[href$='/file/']").first
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder) / "page"
        subprocess.run(
            ["pdftoppm", "-r", "50", "-png", str(download.value.path()), str(prefix)], check=True
        )
        pages = [Image.open(path) for path in sorted(Path(folder).glob("page-*.png"))]
        chosen = [pages[0], pages[1], pages[len(pages) // 2], pages[-1]]
        width, height = chosen[0].size
        sheet = Image.new("RGB", (4 * width + 5 * 16, height + 32), "#e9e9e4")
        for number, one in enumerate(chosen):
            sheet.paste(one, (16 + number * (width + 16), 16))
        save(sheet, "auditor-report")


if __name__ == "__main__":
    sys.exit(main())
