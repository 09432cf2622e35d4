"""Pages of profiles: the list, one profile, making and filling one."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import require, require_anywhere
from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere, units_where
from frameworks import queries
from frameworks.actions import create_profile, publish_profile, set_items
from frameworks.forms import ItemsForm, ProfileForm
from frameworks.models import FrameworkVersion, Profile
from frameworks.tables import ProfileFilter, ProfileTable
from ledger.errors import Refused, StaleWrite
from web.lists import RecordList
from web.views import SeeOther, visible_or_404

GET_POST = ["GET", "HEAD", "POST"]


class ProfileList(RecordList):
    """Profiles that ship and those of one's units."""

    table_class = ProfileTable
    filterset_class = ProfileFilter
    title = gettext_lazy("Profiles")
    template_name = "frameworks/profile_list.html"

    def queryset(self) -> QuerySet[Any]:
        """By title."""
        return queries.profiles(self.request.user)

    def context(self) -> dict[str, Any]:
        """A button for those who may make one."""
        if not can_anywhere(self.request.user, Permission.ASSESSMENT_OPEN):
            return {}
        url = reverse("frameworks:profile-create")
        return {"primary": {"url": url, "label": _("New profile")}}


@require_safe
def profile_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Items with level and reason; for the Generative AI Profile its risks and actions."""
    profile = _profile(request, pk)
    actions = list(
        profile.actions.select_related("node").prefetch_related("risks").order_by("order")
    )
    risk = request.GET.get("risk", "")
    if risk:
        actions = [found for found in actions if risk in {tag.key for tag in found.risks.all()}]
    context = {
        "profile": profile,
        "items": queries.profile_rows(profile),
        "risks": list(profile.risks.all()),
        "risk": risk,
        "actions": actions,
        "may_edit": profile.is_draft and _may_edit(request, profile),
    }
    return render(request, "frameworks/profile_detail.html", context)


@require_http_methods(GET_POST)
def profile_create(request: HttpRequest) -> HttpResponse:
    """A new draft; ``?base=`` takes the items of a profile over."""
    by = cast(User, request.user)
    require_anywhere(by, Permission.ASSESSMENT_OPEN)
    sent = request.POST if request.method == "POST" else None
    form = ProfileForm(
        sent,
        initial={"base": request.GET.get("base"), "purpose": Profile.Purpose.TARGET},
        units=units_where(by, Permission.ASSESSMENT_OPEN).order_by("path"),
        versions=FrameworkVersion.objects.filter(extent="full").select_related("framework"),
        bases=Profile.objects.visible_to(by),
    )
    if sent is not None and form.is_valid():
        try:
            made = create_profile(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return SeeOther("frameworks:profile-items", pk=made.pk)
    context = {
        "form": form,
        "heading": _("New profile"),
        "back": reverse("frameworks:profile-list"),
    }
    status = 422 if form.errors else 200
    return render(request, "frameworks/profile_form.html", context, status=status)


@require_http_methods(GET_POST)
def profile_items(request: HttpRequest, pk: int) -> HttpResponse:
    """All items of the framework with level and reason, saved together."""
    profile = _profile(request, pk)
    by = _editor(request, profile)
    nodes = queries.candidates(profile)
    held = queries.profile_values(profile)
    sent = request.POST if request.method == "POST" else None
    form = ItemsForm(sent, nodes=nodes, held=held, version=profile.version)
    if sent is not None and form.is_valid():
        try:
            changes = set_items(
                by=by, profile=profile, version=form.cleaned_data["version"], items=form.items()
            )
        except (Refused, StaleWrite) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(count)d items changed.") % {"count": len(changes)})
            return SeeOther("frameworks:profile-detail", pk=profile.pk)
    context = {"form": form, "profile": profile, "rows": form.rows()}
    status = 422 if form.errors else 200
    return render(request, "frameworks/profile_items.html", context, status=status)


@require_POST
def profile_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the draft."""
    profile = _profile(request, pk)
    by = _editor(request, profile)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    publish_profile(by=by, profile=profile, version=version)
    messages.success(request, _("The profile is published."))
    return SeeOther("frameworks:profile-detail", pk=profile.pk)


def _profile(request: HttpRequest, pk: int) -> Profile:
    profiles = Profile.objects.select_related("framework_version__framework", "unit", "base")
    found: Profile = visible_or_404(profiles, request.user, pk=pk)
    return found


def _may_edit(request: HttpRequest, profile: Profile) -> bool:
    return profile.unit_id is not None and can(
        request.user, Permission.ASSESSMENT_OPEN, profile.unit_id
    )


def _editor(request: HttpRequest, profile: Profile) -> User:
    by = cast(User, request.user)
    if profile.unit_id is None:
        raise Refused(
            _("This profile ships with the product. Make one of your own from it."),
            code="shipped",
            status=409,
        )
    require(by, Permission.ASSESSMENT_OPEN, profile.unit_id)
    return by
