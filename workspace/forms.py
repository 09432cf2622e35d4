"""Forms of the settings pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import colleagues
from accounts.roles import TITLES, Role
from web.forms import RecordForm
from workspace.queries import units_for


class TokenForm(RecordForm):
    """A new API token."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program that will use it, such as “CI”.")
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (366, _("a year"))],
        initial=90,
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(p.value, p.value) for p in Permission],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than your own roles allow."),
    )


class UnitForm(RecordForm):
    """A new organisation unit."""

    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(label=_("Belongs to"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units_for(by, Permission.MEMBER_MANAGE)  # type: ignore[attr-defined]


class PersonForm(RecordForm):
    """A new person with a first role."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. The person changes it after the first log-in."),
    )


class RoleForm(RecordForm):
    """A role for somebody."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, TITLES[r]) for r in Role])
    until = forms.DateTimeField(
        label=_("Ends"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("An auditor's access always needs an end. Time in UTC."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_for(by, Permission.MEMBER_MANAGE)  # type: ignore[attr-defined]
        self.fields["user"].queryset = known_people(by)  # type: ignore[attr-defined]


def known_people(by: User) -> Any:
    """People that ``by`` works with, and those whom ``by`` added but who hold no role yet."""
    fresh = User.objects.filter(memberships=None, is_active=True, is_service=False)
    return (colleagues(by) | fresh).distinct().order_by("name")


class ReasonForm(RecordForm):
    """Why something ends."""

    reason = forms.CharField(label=_("Reason"), max_length=400)
