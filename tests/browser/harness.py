"""A visitor who notices everything: console errors, CSP violations, failed requests, bytes."""

import os
import pathlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import axe_playwright_python
import brotli
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

from accounts.models import User
from tests.world import World

CHROMIUM = "/usr/bin/chromium"
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
SCHEMES = ("light", "dark")
MOST_REQUESTS = 6
MOST_BYTES = 40 * 1024

_WATCH_CSP = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.cspViolations.push([e.effectiveDirective, e.blockedURI, e.sourceFile].join(" "));
});
"""


@cache
def _compressed(body: bytes) -> int:
    """Bytes of a static file as it is sent; the pages share them, so each is packed once."""
    return len(brotli.compress(body))


@dataclass
class Visit:
    """One page in one window, and what went wrong on the way."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def go(self, path: str, *, status: int = 200) -> Page:
        """Open ``path``, wait until it is loaded, and expect ``status``."""
        response = self.page.goto(self.base + path)
        self.page.wait_for_load_state("load")
        assert response is not None
        assert response.status == status, f"{path} answered {response.status}"
        return self.page

    def problems(self, *, status: int = 200) -> list[str]:
        """Console errors, CSP violations and failed requests so far.

        The console line about the page's own ``status`` is no problem when it was expected.
        """
        own = f"the server responded with a status of {status}"
        found = [text for text in self.errors if status == 200 or own not in text]
        return found + [f"CSP: {line}" for line in self.page.evaluate("window.cspViolations")]

    def violations(self) -> list[str]:
        """What axe finds, of any impact, with the offending elements."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        result: dict[str, Any] = self.page.evaluate(
            "(options) => axe.run(document, options)",
            # Passes are not reported, so axe need not describe them; no rule of ours reads CSS.
            {"runOnly": RULES, "resultTypes": ["violations"], "preload": False},
        )
        return [
            f"{found['id']} ({found['impact']}): {node['html'][:160]}"
            for found in result["violations"]
            for node in found["nodes"]
        ]

    def use_scheme(self, scheme: Any) -> None:
        """Ask for ``light`` or ``dark``, as a visitor whose system changes it in the evening."""
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def resize(self, width: int) -> None:
        """Make the window ``width`` pixels wide; the page was sent without knowing it."""
        self.page.set_viewport_size({"width": width, "height": 900})

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    def transferred(self) -> int:
        """Bytes of all bodies so far: static files as WhiteNoise sends them (Brotli)."""
        total = 0
        for response in self.responses:
            if "/static/" in response.url:
                total += _compressed(response.body())
            else:
                total += response.request.sizes()["responseBodySize"]
        return total

    def shoot(self, name: str) -> None:
        """Keep a picture of the whole page in ``$ASSAY_SCREENSHOTS``, when that is set."""
        folder = os.environ.get("ASSAY_SCREENSHOTS")
        if folder:
            path = pathlib.Path(folder) / f"{name.replace(':', '_')}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path, full_page=True)


def _failures(request: Request) -> list[str]:
    """Nothing when the visitor left the page before its icon came."""
    left = request.failure == "net::ERR_ABORTED" and request.url.endswith(".svg")
    return [] if left else [f"failed: {request.url} {request.failure}"]


@dataclass
class Visitors:
    """Opens windows for people of a world."""

    browser: Browser
    base: str
    world: World

    @contextmanager
    def visit(
        self,
        user: User | None = None,
        *,
        width: int = 1280,
        scheme: Any = "light",
        script: bool = True,
    ) -> Iterator[Visit]:
        """A fresh window with an empty cache, logged in as ``user``."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        try:
            if user is not None:
                self._log_in(context, user)
            if script:
                context.add_init_script(_WATCH_CSP)
            yield self._watched(context.new_page())
        finally:
            context.close()

    def _log_in(self, context: BrowserContext, user: User) -> None:
        cookie = self.world.client(user).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": self.base}])

    def _watched(self, page: Page) -> Visit:
        visit = Visit(page, self.base)
        page.on(
            "console",
            lambda line: (
                visit.errors.append(f"console: {line.text} {line.location.get('url', '')}")
                if line.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: visit.errors.append(f"script: {error}"))
        page.on("requestfailed", lambda r: visit.errors.extend(_failures(r)))
        page.on("request", lambda request: visit.requests.append(request))
        page.on("response", lambda response: visit.responses.append(response))
        return visit


def no_horizontal_overflow(page: Page) -> bool:
    """The page is not wider than its window."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )
