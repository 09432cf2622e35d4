"""Reading a live MLflow server (REST API 2.0), with limits on time, size and address."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ledger.errors import Refused

PAGE = 200
MOST_PAGES = 100
LARGEST_PAGE = 10_000_000
LARGEST_TOTAL = 40_000_000
WAIT_SECONDS = 10.0
TOTAL_SECONDS = 120.0
_CHUNK = 64 * 1024
_API = "/api/2.0/mlflow"
_LISTS = (
    ("registered-models/search", "registered_models"),
    ("model-versions/search", "model_versions"),
)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead anywhere, with our token."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def listed(address: str) -> str:
    """``address`` as the administrator listed it. Raises ``Refused`` for any other."""
    plain = address.strip().rstrip("/")
    if plain not in settings.MLFLOW_SERVERS or not plain.startswith(("http://", "https://")):
        raise Refused(
            _(
                "This server is not on the list. Ask your administrator to add it to "
                "MLFLOW_SERVERS."
            ),
            code="server",
            field="server",
        )
    return plain


def fetch(address: str, tick: Callable[[str], None] | None = None) -> bytes:
    """The whole registry as an export file.

    Raises ``Refused`` when the server is not listed, does not answer in time, redirects, answers
    too much or no JSON.
    """
    reader = _Server(listed(address), tick or (lambda line: None))
    found = {key: reader.all_of(path, key) for path, key in _LISTS}
    return json.dumps(found, indent=1).encode("ascii")


class _Server:
    """One conversation, with one deadline."""

    def __init__(self, address: str, tick: Callable[[str], None]) -> None:
        self.address, self.tick = address, tick
        self.deadline = time.monotonic() + TOTAL_SECONDS
        self.total = 0
        # No proxy of the environment and no redirect: the listed address, or nothing.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())

    def all_of(self, path: str, key: str) -> list[Any]:
        """Every page of a list."""
        found: list[Any] = []
        token = ""
        for _n in range(MOST_PAGES):
            asked = {"max_results": PAGE, **({"page_token": token} if token else {})}
            page = self._page(f"{self.address}{_API}/{path}?{urllib.parse.urlencode(asked)}")
            items = page.get(key, [])
            if not isinstance(items, list):
                raise self._said(_("it answers something else than a list of models"))
            found += items
            token = str(page.get("next_page_token") or "")
            self.tick(_("Read %(n)s of %(what)s") % {"n": len(found), "what": key})
            if not token:
                return found
        raise self._said(_("its list has more than %(n)s pages") % {"n": MOST_PAGES})

    def _page(self, url: str) -> dict[str, Any]:
        try:
            page = json.loads(self._body(url))
        except (ValueError, RecursionError) as error:
            raise self._said(_("its answer is no JSON; is it an MLflow server?")) from error
        if not isinstance(page, dict):
            raise self._said(_("its answer is no JSON object; is it an MLflow server?"))
        return page

    def _body(self, url: str) -> bytes:
        headers = {"Accept": "application/json"}
        if settings.MLFLOW_TOKEN:
            headers["Authorization"] = f"Bearer {settings.MLFLOW_TOKEN}"
        request = urllib.request.Request(url, headers=headers)  # noqa: S310  listed addresses only
        try:
            with self.opener.open(request, timeout=WAIT_SECONDS) as answer:
                return self._read(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise self._said(_status(error.code)) from error
        except TimeoutError as error:
            raise self._late() from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._late() from error
            raise self._said(_("it cannot be reached (%(why)s)") % {"why": error.reason}) from error
        except (OSError, HTTPException) as error:
            raise self._said(_("the connection broke off")) from error

    def _read(self, answer: Any) -> bytes:
        parts, size = [], 0
        while chunk := answer.read1(_CHUNK):
            size += len(chunk)
            self.total += len(chunk)
            if size > LARGEST_PAGE or self.total > LARGEST_TOTAL:
                raise self._said(_("its answer is larger than the limit"))
            if time.monotonic() > self.deadline:
                raise self._late()
            parts.append(chunk)
        return b"".join(parts)

    def _late(self) -> Refused:
        return self._said(_("it did not answer in time"))

    def _said(self, what: str) -> Refused:
        return Refused(
            _("MLflow at %(address)s: %(what)s. Nothing was imported.")
            % {"address": self.address, "what": what},
            code="mlflow-server",
            field="server",
            status=502,
        )


def _status(code: int) -> str:
    if code in (401, 403):
        return _("it asks for another token (status %(code)s)") % {"code": code}
    if code in (301, 302, 303, 307, 308):
        return _("it redirects to another address; list that address instead")
    return _("it answers with status %(code)s") % {"code": code}
