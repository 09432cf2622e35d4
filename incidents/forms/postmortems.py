"""Forms of postmortems."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.incidents import words
from incidents.models import Incident, Learning
from incidents.models.postmortems import ANSWER_LENGTH
from incidents.postmortems.words import QUESTIONS
from incidents.queries.postmortems import suggested_subcategories
from web.forms import RecordForm

# What a field of the form is called when it carries the value that the person had seen.
SEEN = "base"


def _question(name: str) -> Any:
    label, help_text = QUESTIONS[name]
    field = words(label, help_text, rows=4, limit=ANSWER_LENGTH)
    field.required, field.strip = False, False
    return field


class PostmortemForm(RecordForm):
    """The four answers. Each may stay empty in a draft."""

    impact = _question("impact")
    factors = _question("factors")
    helped = _question("helped")
    changes = _question("changes")

    def sent(self) -> dict[str, str]:
        """The answers that were sent at all, by field."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if self.add_prefix(name) in self.data
        }


class LearningForm(RecordForm):
    """What a contributing factor teaches."""

    factor = forms.ChoiceField(label=_("Factor"), choices=Learning.Factor.choices)
    text = words(_("What does it teach?"), rows=2)
    subcategories = forms.MultipleChoiceField(
        label=_("Speaks to"),
        help_text=_("Answers of assessments to these become stale when it is published."),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )
    others = forms.CharField(
        label=_("Other subcategories"),
        help_text=_("Such as “MAP 5.1, MEASURE 2.11”."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["subcategories"]
        found = suggested_subcategories(incident)
        field.choices = [(key, f"{key}: {why}") for key, why in found]
        self.initial.setdefault("subcategories", [key for key, _why in found[:1]])

    def keys(self) -> list[str]:
        """Those that were ticked and those that were written."""
        written: str = self.cleaned_data["others"]
        return [*self.cleaned_data["subcategories"], *written.split(",")]


class ReturnForm(RecordForm):
    """Why a step is taken."""

    reason = words(_("Reason"))


class PublishForm(RecordForm):
    """The document that was read, and a note about it."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    note = words(_("Note of the reviewer"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = False


class ConfirmForm(RecordForm):
    """Nothing but a button."""
