"""People, units and roles, for administrators."""

from typing import Any

import django_filters
import django_tables2
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import (
    create_unit,
    create_user,
    end_role,
    grant_role,
    require_anywhere,
)
from accounts.models import Membership, User
from accounts.permissions import Permission
from accounts.queries import units_where
from accounts.roles import TITLES, Role
from ledger.errors import Refused
from web.lists import RecordList, RecordTable
from web.views import SeeOther, visible_or_404
from workspace.forms import PersonForm, ReasonForm, RoleForm, UnitForm


class MembershipTable(RecordTable):
    """Who holds which role where."""

    user = django_tables2.Column(accessor="user__name", verbose_name=gettext_lazy("Person"))
    email = django_tables2.Column(accessor="user__email", verbose_name=gettext_lazy("E-mail"))
    role = django_tables2.Column(verbose_name=gettext_lazy("Role"))
    unit = django_tables2.Column(accessor="unit__name", verbose_name=gettext_lazy("Unit"))
    until = django_tables2.DateTimeColumn(
        format="Y-m-d H:i e", verbose_name=gettext_lazy("Ends"), default="—"
    )
    end = django_tables2.LinkColumn(
        "workspace:role-end",
        args=[django_tables2.A("pk")],
        text=gettext_lazy("End role"),
        orderable=False,
        exclude_from_export=True,
        verbose_name=gettext_lazy("Change"),
    )
    empty_title = gettext_lazy("Nobody holds a role in your units yet")

    class Meta(RecordTable.Meta):
        order_by = ("user",)

    def render_role(self, record: Membership) -> str:
        return TITLES[Role(record.role)]


class MembershipFilter(django_filters.FilterSet):
    """Filters of the list of roles."""

    q = django_filters.CharFilter(
        field_name="user__name", lookup_expr="icontains", label=gettext_lazy("Name holds")
    )
    role = django_filters.ChoiceFilter(
        choices=[(r.value, TITLES[r]) for r in Role], label=gettext_lazy("Role")
    )


class MembershipList(RecordList):
    """All current roles in the units that I administer."""

    table_class = MembershipTable
    filterset_class = MembershipFilter
    title = gettext_lazy("People and roles")
    template_name = "workspace/membership_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_anywhere(request.user, Permission.MEMBER_MANAGE)
        return super().get(request, *args, **kwargs)

    def queryset(self) -> QuerySet[Membership]:
        units = units_where(self.request.user, Permission.MEMBER_MANAGE)
        return (
            Membership.objects.current()
            .filter(unit__in=units.order_by().values("pk"))
            .select_related("user", "unit")
        )

    def context(self) -> dict[str, Any]:
        return {"primary": {"url": reverse("workspace:role-grant"), "label": _("Grant a role")}}


def _may(request: HttpRequest) -> User:
    require_anywhere(request.user, Permission.MEMBER_MANAGE)
    return request.user  # type: ignore[return-value]


def _page(request: HttpRequest, form: Any, heading: str, label: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "label": label}
    return render(request, "workspace/people_form.html", context)


def person_add(request: HttpRequest) -> HttpResponse:
    """Add a person; the role comes next."""
    by = _may(request)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_user(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("%s can log in. Now grant a role.") % user.name)
            return SeeOther(f"{reverse('workspace:role-grant')}?user={user.pk}")
    return _page(request, form, _("Add a person"), _("Add person"))


def role_grant(request: HttpRequest) -> HttpResponse:
    """Give somebody a role in one of my units."""
    by = _may(request)
    start = {"user": request.GET.get("user")}
    form = RoleForm(request.POST or None, by=by, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            grant_role(by=by, **{**data, "role": Role(data["role"])})
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The role is granted."))
            return SeeOther("workspace:membership-list")
    return _page(request, form, _("Grant a role"), _("Grant role"))


def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, after asking."""
    by = _may(request)
    membership = visible_or_404(Membership.objects.select_related("user", "unit"), by, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_role(by=by, membership=membership, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The role has ended."))
            return SeeOther("workspace:membership-list")
    context = {"form": form, "membership": membership, "role": TITLES[Role(membership.role)]}
    return render(request, "workspace/role_end.html", context)


def unit_add(request: HttpRequest) -> HttpResponse:
    """Add a unit below one of mine."""
    by = _may(request)
    form = UnitForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            unit = create_unit(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("The unit “%s” is there.") % unit.name)
            return SeeOther("workspace:membership-list")
    return _page(request, form, _("Add a unit"), _("Add unit"))
