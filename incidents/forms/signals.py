"""Forms about signals and their rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.permissions import Permission
from accounts.queries import units_where
from evaluations.forms import FAMILIES
from evaluations.listing import families
from incidents.actions.rules import LONGEST_REOPEN_HOURS
from incidents.forms.incidents import words
from incidents.models import KINDS
from incidents.signals.deciding import LONGEST, Terms
from web.forms import RecordForm


def family_choices(empty: Any) -> list[tuple[str, Any]]:
    """The families of the catalogue, by name; ``empty`` stands for all of them."""
    return [("", empty), *((name, FAMILIES.get(name, name)) for name in families())]


class RuleForm(RecordForm):
    """Terms for a unit. They are replayed first; ``would_open`` is what the replay said."""

    unit = forms.ModelChoiceField(
        label=_("Unit"),
        help_text=_("The rule holds here and in the units below, unless one of them has its own."),
        queryset=Unit.objects.none(),
    )
    family = forms.ChoiceField(
        label=_("Check family"),
        help_text=_("A rule for all leaves out security and privacy, which open at once."),
        required=False,
    )
    kind = forms.ChoiceField(label=_("What the signal is about"), choices=KINDS)
    k = forms.IntegerField(label=_("Open at so many bad results"), min_value=1, max_value=LONGEST)
    n = forms.IntegerField(label=_("among the last"), min_value=1, max_value=LONGEST)
    close_after = forms.IntegerField(
        label=_("Recovered after so many good results in a row"), min_value=1, max_value=LONGEST
    )
    reopen_hours = forms.IntegerField(
        label=_("What comes back within so many hours is the same incident"),
        min_value=0,
        max_value=LONGEST_REOPEN_HOURS,
    )
    reason = words(_("Why do these terms fit?"), _("Needed to enable them, not to replay them."))
    would_open = forms.IntegerField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        for name in ("unit", "family", "kind"):
            self.fields[name].disabled = fixed
        unit: Any = self.fields["unit"]
        unit.queryset = units_where(by, Permission.INCIDENT_RULE).order_by("path")
        family: Any = self.fields["family"]
        family.choices = family_choices(_("All but security and privacy"))

    @property
    def terms(self) -> Terms:
        """What was filled in. Only of a valid form."""
        values = self.cleaned_data
        return Terms(values["k"], values["n"], values["close_after"], values["reopen_hours"])


class WithdrawRuleForm(RecordForm):
    """Why the rule no longer holds."""

    reason = words(_("Why?"))
