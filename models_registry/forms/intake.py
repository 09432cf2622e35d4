"""Forms of the intake and of duplicates."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import MergeForm, PersonForm
from models_registry.intake import QUESTIONS
from models_registry.models import AISystem
from web.forms import RecordForm


class IntakeFields(RecordForm):
    """One group of radio buttons per question, then the override."""

    tier_override = forms.TypedChoiceField(
        label=_("Another tier than the one that follows"),
        choices=[("", _("No, take the computed tier")), *AISystem.Tier.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why another tier is right"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for another tier; it stands beside the tier wherever that is shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=str(question.label),
                help_text=str(question.hint),
                choices=[(choice.value, choice.label) for choice in question.all_choices],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )
        self.order_fields([question.key for question in QUESTIONS])


class IntakeForm(MergeForm, IntakeFields):
    """The intake of a system, with a merge per question."""

    def split(self) -> dict[str, Any]:
        """The sent values as ``answer_intake`` takes them."""
        values = dict(self.cleaned_data)
        found = {name: values.pop(name) for name in ("tier_override", "reason")}
        return {**found, "answers": values}


class DuplicateForm(PersonForm):
    """Of which system it is a second record."""

    of = forms.CharField(
        label=_("Number of the system to keep"), max_length=20, help_text=_("Such as SYS-0012.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_of(self) -> AISystem:
        """The visible system of that number."""
        number = self.cleaned_data["of"].strip().upper().removeprefix("SYS-")
        found: AISystem | None = None
        if number.isdecimal() and len(number) < 10:
            found = AISystem.objects.visible_to(self.user).filter(pk=int(number)).first()
        if found is None:
            raise forms.ValidationError(_now("There is no system of that number that you may see."))
        return found
