"""Logging out of this device."""

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class LogOut(LogoutView):
    """Ends the session and has the browser forget drafts that are kept on the device."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response
