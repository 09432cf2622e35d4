"""Forms of corrective actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from evaluations.checks.catalogue import CATALOGUE
from incidents import queries
from incidents.forms.incidents import words
from incidents.models import CorrectiveAction
from web.forms import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _OwnedForm(RecordForm):
    """A form that names somebody who may see the unit."""

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = queries.readers_of_unit(unit)


def _owner() -> Any:
    return forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.none(), empty_label=_("Choose")
    )


class ActionForm(_OwnedForm):
    """What is to be done, by whom, until when."""

    title = forms.CharField(label=_("What is to be done?"), max_length=300)
    owner = _owner()
    due_on = forms.DateField(label=_("Until"), widget=DAY)
    priority = forms.ChoiceField(
        label=_("Priority"), choices=CorrectiveAction.Priority.choices, initial="medium"
    )
    aim = forms.ChoiceField(label=_("Aim"), choices=CorrectiveAction.Aim.choices)
    text = words(_("How does one see that it works?"), rows=2)
    check_name = forms.ChoiceField(
        label=_("Closed by this check"),
        help_text=_("When it passes after the action is said to be done, the action closes."),
        required=False,
    )

    def __init__(self, *args: Any, checkable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        named = sorted((spec.title, spec.id) for spec in CATALOGUE.values())
        field: Any = self.fields["check_name"]
        field.choices = [("", _("None: a second person verifies it"))]
        field.choices += [(key, title) for title, key in named]
        if not checkable:
            del self.fields["check_name"]


class ChangeForm(_OwnedForm):
    """Another owner, day or priority."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    owner = _owner()
    due_on = forms.DateField(label=_("Until"), widget=DAY)
    priority = forms.ChoiceField(label=_("Priority"), choices=CorrectiveAction.Priority.choices)
    reason = words(_("Why?"), rows=2)


class NoteForm(RecordForm):
    """What was done, seen or is missing."""

    note = words(_("What shows it?"))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
