"""The first page: what needs me, and what happened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins."""
    return render(request, "workspace/home.html")
