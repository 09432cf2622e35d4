"""Forms of models and of their uses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import colleagues
from models_registry.forms.base import MergeForm, PersonForm
from models_registry.models import AISystem, Model
from web.forms import RecordForm


def _person(label: Any, *, required: bool = False) -> forms.ModelChoiceField[User]:
    return forms.ModelChoiceField(label=label, queryset=User.objects.none(), required=required)


def _text(label: Any, length: int, rows: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
    )


class ModelFields(PersonForm):
    """What is said about a model."""

    name = forms.CharField(label=_("Name"), max_length=200)
    model_type = forms.ChoiceField(label=_("Kind"), choices=Model.Kind.choices)
    description = _text(_("Description"), 10_000, 4)
    vendor = forms.CharField(label=_("Vendor"), max_length=200, required=False)
    determination = forms.ChoiceField(
        label=_("Model or not"),
        choices=Model.Determination.choices,
        help_text=_("Whether it counts as a model in the sense of your policy."),
    )
    determination_reason = _text(_("Reason for the determination"), 4_000, 2)
    owner = _person(_("Owner"), required=True)
    developer = _person(_("Developer"))
    validator = _person(_("Validator"))
    approver = _person(_("Approver"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues(self.user)
        for name in ("owner", "developer", "validator", "approver"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class ModelEditForm(MergeForm, ModelFields):
    """Edit a model."""


class UseFields(RecordForm):
    """What a system uses a model for, and within which limits."""

    purpose = _text(_("What for"), 4_000, 3)
    limits = _text(
        _("Limits of use"), 4_000, 3, _("What the model must not be used for in this system.")
    )
    tier = forms.TypedChoiceField(
        label=_("Tier of this use"),
        choices=[("", _("The tier of the system")), *AISystem.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    tier_reason = _text(_("Reason for the tier"), 4_000, 2)


class UseEditForm(MergeForm, UseFields):
    """Edit a use."""


class UseAddForm(PersonForm):
    """Say that a system uses a model."""

    model = forms.ModelChoiceField(label=_("Model"), queryset=Model.objects.none())
    purpose = _text(_("What for"), 4_000, 3)
    limits = _text(
        _("Limits of use"), 4_000, 3, _("What the model must not be used for in this system.")
    )

    def __init__(self, *args: Any, system: AISystem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = Model.objects.visible_to(self.user).exclude(uses__system=system)
        self.fields["model"].queryset = models  # type: ignore[attr-defined]
