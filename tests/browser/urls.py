"""All routes, and the pages of errors that cannot be asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import urlpatterns as all_routes
from ledger.errors import Refused


def broken(request: HttpRequest) -> HttpResponse:
    """What Django shows when a view breaks: no context at all."""
    return render(None, "500.html", status=500)


def refused(request: HttpRequest) -> HttpResponse:
    """A refusal that no form took."""
    raise Refused("The version is frozen. Register a new one.", code="frozen")


def stale(request: HttpRequest) -> HttpResponse:
    """A form without a valid token."""
    return render(request, "403_csrf.html", status=403)


urlpatterns = [
    *all_routes,
    path("test/broken/", broken),
    path("test/refused/", refused),
    path("test/stale/", stale),
]
