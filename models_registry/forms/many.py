"""The forms of changes to many records: every field may be left as it is."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import colleagues
from models_registry import states
from models_registry.forms.base import PersonForm
from models_registry.models import AISystem, Model
from models_registry.words import STEPS

AS_IT_IS = _("Leave as it is")


def _person(label: Any) -> forms.ModelChoiceField[User]:
    return forms.ModelChoiceField(
        label=label, queryset=User.objects.none(), required=False, empty_label=AS_IT_IS
    )


def _choice(label: Any, choices: Sequence[tuple[Any, Any]], kind: Any = str) -> forms.Field:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", AS_IT_IS), *choices],
        coerce=kind,
        empty_value="",
        required=False,
    )


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ManyForm(PersonForm):
    """What shall change; ``REASONS`` names the reason that a field asks for."""

    PEOPLE: ClassVar[tuple[str, ...]] = ()
    REASONS: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues(self.user)
        for name in self.PEOPLE:
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name, reason in self.REASONS.items():
            if found.get(name) not in (None, "") and not found.get(reason, "").strip():
                self.add_error(reason, _("Say why."))
        asked = [found.get(name) for name in self.fields if name not in self.REASONS.values()]
        if not self.errors and not any(value not in (None, "") for value in asked):
            self.add_error(None, _("Choose at least one change."))
        return found

    def asked(self) -> dict[str, Any]:
        """The fields that shall change, with their reasons."""
        steps = {"verb", "reason"}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") and name not in steps
        }


class ManySystemsForm(ManyForm):
    """A change of many AI systems."""

    PEOPLE = ("owner", "accountable")
    REASONS: ClassVar[dict[str, str]] = {"tier": "tier_reason", "eu_class": "eu_class_reason"}

    owner = _person(_("Owner"))
    accountable = _person(_("Accountable executive"))
    tier = _choice(_("Tier"), AISystem.Tier.choices, int)
    tier_reason = _reason(_("Reason for the tier"))
    eu_class = _choice(_("Class under the EU AI Act"), AISystem.EUClass.choices)
    eu_class_reason = _reason(_("Reason for the class"))
    verb = _choice(
        _("State"), [(v, STEPS[v].label) for v in dict.fromkeys(t.verb for t in states.SYSTEM)]
    )
    reason = _reason(_("Reason for the new state"))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        needs = {t.verb for t in states.SYSTEM if t.needs_reason}
        if found.get("verb") in needs and not found.get("reason", "").strip():
            self.add_error("reason", _("Say why."))
        return found


class ManyModelsForm(ManyForm):
    """A change of many models."""

    PEOPLE = ("owner", "developer", "validator", "approver")
    REASONS: ClassVar[dict[str, str]] = {"determination": "determination_reason"}

    owner = _person(_("Owner"))
    developer = _person(_("Developer"))
    validator = _person(_("Validator"))
    approver = _person(_("Approver"))
    determination = _choice(_("Model or not"), Model.Determination.choices)
    determination_reason = _reason(_("Reason for the determination"))


FORMS: dict[str, type[ManyForm]] = {"system": ManySystemsForm, "model": ManyModelsForm}
