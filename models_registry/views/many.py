"""Pages that change many records: choose, look at every old and new value, confirm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.actions import require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.many import (
    MOST_AT_ONCE,
    Kind,
    Line,
    NotApplied,
    Wanted,
    apply,
    plan,
)
from models_registry.forms.many import FORMS, ManyForm
from models_registry.listing import SystemFilter
from models_registry.listing.models import ModelFilter
from models_registry.models import AISystem, Model
from models_registry.plan_words import counts_of, for_page, told
from models_registry.views.asking import person_of
from web.views import SeeOther

_LARGEST = 2**63


@dataclass(frozen=True)
class Place:
    """Where records of a kind are chosen."""

    kind: Kind
    title: str | Promise
    plural: str | Promise
    as_table: str | Promise
    here: str
    back: str
    detail: str
    filters: type[django_filters.FilterSet]
    rows: Callable[[User], QuerySet[Any]]


_SYSTEMS = Place(
    SYSTEMS,
    gettext_lazy("Change systems"),
    gettext_lazy("AI systems"),
    gettext_lazy("Systems as a table"),
    "models_registry:system-many",
    "models_registry:system-list",
    "models_registry:system-detail",
    SystemFilter,
    AISystem.objects.visible_to,
)
_MODELS = Place(
    MODELS,
    gettext_lazy("Change models"),
    gettext_lazy("Models"),
    gettext_lazy("Models as a table"),
    "models_registry:model-many",
    "models_registry:model-list",
    "models_registry:model-detail",
    ModelFilter,
    Model.objects.visible_to,
)
PLACES = {place.kind.name: place for place in (_SYSTEMS, _MODELS)}


@require_http_methods(["GET", "HEAD", "POST"])
def system_many(request: HttpRequest) -> HttpResponse:
    """Change many AI systems."""
    return _many(request, _SYSTEMS)


@require_http_methods(["GET", "HEAD", "POST"])
def model_many(request: HttpRequest) -> HttpResponse:
    """Change many models."""
    return _many(request, _MODELS)


def _many(request: HttpRequest, place: Place) -> HttpResponse:
    user = person_of(request)
    require_anywhere(user, Permission.SYSTEM_EDIT)
    form = FORMS[place.kind.name](request.POST or None, user=user)
    if request.method != "POST":
        chosen = _chosen(request, place)
        return _choose(request, place, form, chosen, too_many=len(chosen) > MOST_AT_ONCE)
    tokens = request.POST.getlist("record")
    sent = [_wanted(token) for token in tokens[: MOST_AT_ONCE + 1]]
    too_many = len(sent) > MOST_AT_ONCE
    if too_many or not form.is_valid():
        rows = place.rows(user).filter(pk__in={one.pk for one in sent})
        return _choose(request, place, form, list(rows), too_many=too_many)
    asked_for = [_asking(one, form) for one in sent]
    if request.POST.get("do") == "apply":
        return _apply(request, place, form, asked_for)
    return _preview(request, place, form, plan(place.kind, by=user, wanted=asked_for))


def _chosen(request: HttpRequest, place: Place) -> list[Any]:
    """The records named in the address, or all that its filters match; one more than allowed."""
    rows = place.rows(person_of(request))
    if request.GET.get("scope") == "all":
        found = place.filters(request.GET, queryset=rows, request=request)
        rows = found.qs.distinct() if found.is_valid() else rows.none()
    else:
        rows = rows.filter(pk__in=[_wanted(text).pk for text in request.GET.getlist("select")])
    return list(rows[: MOST_AT_ONCE + 1])


def _wanted(token: str) -> Wanted:
    """A record as a page names it: its number, with the version that was shown if one was.

    What is no number becomes number 0, which no record has.
    """
    number, _dash, version = token.partition("-")
    pk = int(number) if number.isdecimal() and len(number) < 20 else 0
    seen = int(version) if version.isdecimal() and len(version) < 10 else None
    return Wanted({}, pk=pk if pk < _LARGEST else 0, version=seen)


def _asking(one: Wanted, form: ManyForm) -> Wanted:
    data = form.cleaned_data
    return Wanted(
        form.asked(),
        pk=one.pk,
        version=one.version,
        verb=data.get("verb", ""),
        reason=data.get("reason", ""),
        tied=True,
    )


def _choose(
    request: HttpRequest, place: Place, form: ManyForm, records: Sequence[Any], *, too_many: bool
) -> HttpResponse:
    context = {
        "place": place,
        "form": form,
        "records": records,
        "too_many": too_many,
        "most": MOST_AT_ONCE,
        "back_url": reverse(place.back),
    }
    status = 422 if form.is_bound else 200
    return render(request, "models_registry/many_choose.html", context, status=status)


def _preview(
    request: HttpRequest,
    place: Place,
    form: ManyForm,
    lines: Sequence[Line],
    refusal: str = "",
) -> HttpResponse:
    context = {
        "place": place,
        "form": form,
        "refusal": refusal,
        "detail_url": place.detail,
        "ready": [line for line in lines if line.is_ready],
        "back_url": reverse(place.back),
        "lines": for_page([told(place.kind, line) for line in lines]),
        "counts": counts_of(line.verdict for line in lines),
    }
    status = 409 if refusal else 200
    return render(request, "models_registry/many_preview.html", context, status=status)


def _apply(
    request: HttpRequest, place: Place, form: ManyForm, wanted: Sequence[Wanted]
) -> HttpResponse:
    user = person_of(request)
    try:
        done = apply(place.kind, by=user, wanted=wanted)
    except NotApplied as refused:
        again = [_asking(Wanted({}, pk=one.pk), form) for one in wanted]
        lines = plan(place.kind, by=user, wanted=again)
        return _preview(request, place, form, lines, refused.message)
    count = len(done)
    text = ngettext("%(n)s record changed.", "%(n)s records changed.", count)
    messages.success(request, text % {"n": count})
    return SeeOther(place.back)
