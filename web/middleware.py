"""What every request passes through."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ledger.context import correlated
from ledger.errors import Refused

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ActingUserMiddleware:
    """Gives each request an id, which every event that it writes carries."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identity = f"request:{uuid.uuid4()}"
        with correlated(identity):
            response = self.get_response(request)
        response["X-Request-ID"] = identity
        return response


class RefusedMiddleware:
    """Shows a refusal that no form took as a page that says what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render ``Refused``; anything else takes its usual way."""
        if not isinstance(exception, Refused):
            return None
        return render(
            request, "errors/refused.html", {"refused": exception}, status=exception.status
        )
