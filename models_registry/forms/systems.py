"""Forms of AI systems."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import colleagues
from models_registry.forms.base import MergeForm, PersonForm, UnitForm
from models_registry.jurisdictions import UnknownJurisdiction, from_text
from models_registry.models import AISystem


class JurisdictionsField(forms.CharField):
    """Country codes with commas between them; a list in Python."""

    def to_python(self, value: Any) -> Any:
        """The codes as a list. Raises ``ValidationError`` that names the unknown one."""
        try:
            return from_text(super().to_python(value) or "")
        except UnknownJurisdiction as unknown:
            raise forms.ValidationError(unknown.sentence()) from unknown

    def prepare_value(self, value: Any) -> Any:
        """A stored list as text; what was typed stays as it is."""
        return ", ".join(value) if isinstance(value, list) else value


class SystemFields(PersonForm):
    """What is said about a system."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Name the use, not the model: “Consumer loan decisions”."),
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What it is for, who works with it, and what would happen without it."),
    )
    people_affected = forms.CharField(
        label=_("People affected"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom its output touches, also those who never see it."),
    )
    intended_users = forms.CharField(
        label=_("Users"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who works with it, and what they were taught about it."),
    )
    decision_role = forms.ChoiceField(
        label=_("Part in decisions"), choices=[("", ""), *AISystem.DecisionRole.choices]
    )
    autonomy = forms.ChoiceField(
        label=_("Autonomy"),
        choices=[("", _("Not stated")), *AISystem.Autonomy.choices],
        required=False,
    )
    jurisdictions = JurisdictionsField(
        label=_("Jurisdictions"),
        max_length=1_000,
        required=False,
        help_text=_("Where it is used: two-letter country codes with commas, or EU."),
    )
    eu_class = forms.ChoiceField(
        label=_("Class under the EU AI Act"),
        choices=[("", _("Not decided")), *AISystem.EUClass.choices],
        required=False,
    )
    eu_class_reason = forms.CharField(
        label=_("Reason for the class"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    tier = forms.TypedChoiceField(
        label=_("Tier"),
        choices=[("", _("Not decided")), *AISystem.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Tier 1 gets the most scrutiny. The intake works it out for you."),
    )
    tier_reason = forms.CharField(
        label=_("Reason for the tier"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    accountable = forms.ModelChoiceField(
        label=_("Accountable executive"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Who answers for the use before the board or the supervisor."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues(self.user)
        for name in ("owner", "accountable"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class SystemForm(SystemFields, UnitForm):
    """Register a system. ``distinct`` is asked when one with a similar name exists."""

    distinct = forms.BooleanField(
        label=_("It is another system: register it"), required=False, widget=forms.HiddenInput
    )
    field_order = ("unit",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].initial = self.user

    def ask_distinct(self) -> None:
        """Show the box with which a person says that this is no duplicate."""
        self.fields["distinct"].widget = forms.CheckboxInput()


class SystemEditForm(MergeForm, SystemFields):
    """Edit a system."""
