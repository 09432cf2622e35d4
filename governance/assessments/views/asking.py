"""What the pages of assessments share."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from governance.assessments import queries
from governance.assessments.models import Assessment

WITH_FACTS = Assessment.objects.select_related(
    *queries.WITH_NAMES, "inherits_from", "previous", "profile"
)


def person_of(request: HttpRequest) -> User:
    """Who is logged in; every page here asks for a log-in."""
    return cast(User, request.user)


def form_page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """A page with a form: 422 when it was sent with errors."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
