"""What the pages of the registry share."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from ledger.merge import Merge
from ledger.models import Record
from models_registry.forms import MergeForm, ReasonForm
from web.views import SeeOther


def person_of(request: HttpRequest) -> User:
    """Who is logged in; every page here asks for a log-in."""
    return cast(User, request.user)


def form_page(request: HttpRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """A page with a form: 422 when it was sent with errors."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def saved(request: HttpRequest, record: Record) -> HttpResponse:
    """Say that it is saved and show the record."""
    messages.success(request, _("Saved."))
    return SeeOther(record)


def conflict_page(
    request: HttpRequest, template: str, form: MergeForm, merge: Merge, **context: Any
) -> HttpResponse:
    """409: both texts of each clash; the form keeps the person's own words."""
    form.rebase(merge.final)
    clashes = [
        {
            "label": form.fields[clash.name].label,
            "anchor": form[clash.name].id_for_label or form[clash.name].auto_id,
            "mine": _shown(form, clash.name, clash.mine),
            "theirs": _shown(form, clash.name, clash.theirs),
        }
        for clash in merge.clashes
    ]
    return render(request, template, {"form": form, "clashes": clashes, **context}, status=409)


def _shown(form: MergeForm, name: str, value: Any) -> str:
    """``value`` as the form's choices call it."""
    if isinstance(value, list | dict):
        return str(form.fields[name].prepare_value(value))
    choices: Mapping[Any, Any] = dict(getattr(form.fields[name], "choices", ()) or ())
    return str(choices.get(value, "" if value is None else value))


def reason_form(request: HttpRequest, needed: bool) -> ReasonForm:
    """The form of a step; where no reason is needed, it may stay empty."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = needed
    return form
