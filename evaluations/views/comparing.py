"""Pages that hold a challenger against its champion."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from evaluations import comparing
from evaluations.actions import pair_runs
from evaluations.forms import CompareForm
from evaluations.models import CheckRun
from ledger.errors import Refused
from web.views import SeeOther, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def run_compare(request: HttpRequest, pk: int, champion: int) -> HttpResponse:
    """Two runs of one check; POST starts the paired test on their rows."""
    user = cast(User, request.user)
    second: CheckRun = visible_or_404(comparing.finished(user), user, pk=pk)
    first: CheckRun = visible_or_404(comparing.finished(user), user, pk=champion)
    try:
        if request.method == "POST":
            return SeeOther(pair_runs(by=user, champion=first, challenger=second))
        found = comparing.compare_runs(first, second)
    except Refused as refused:
        messages.error(request, refused.message)
        return SeeOther(second)
    may_pair = can(user, Permission.CHECK_RUN, second.model_version.model.unit_id)
    context = {
        "found": found,
        "paired": comparing.paired_runs(user, found),
        "may_pair": may_pair and found.can_be_paired,
    }
    return render(request, "evaluations/run_compare.html", context)


@require_safe
def version_compare(request: HttpRequest) -> HttpResponse:
    """The newest runs of two versions, check by check."""
    user = cast(User, request.user)
    form = CompareForm(request.GET or None, user=user)
    found: list[comparing.Comparison] = []
    if form.is_bound and form.is_valid():
        try:
            found = comparing.compare_versions(**form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
    asked = form.is_bound and not form.errors
    context = {"form": form, "comparisons": found, "asked": asked}
    return render(request, "evaluations/version_compare.html", context)
