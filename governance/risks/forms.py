"""Forms of risks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from governance.risks.models import IMPACTS, LIKELIHOODS, Harm, Risk
from incidents.models import Incident
from models_registry.models import AISystem
from web.forms import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _step(label: Any, choices: Any, *, required: bool = False) -> forms.TypedChoiceField:
    words = [("", _("Not rated")), *((str(v), f"{v} {word}") for v, word in choices)]
    return forms.TypedChoiceField(
        label=label, choices=words, coerce=int, empty_value=None, required=required
    )


class RiskForm(RecordForm):
    """A risk. What may be chosen comes from what the person may see."""

    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("What may happen, why, and to whom"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    system: forms.ModelChoiceField[AISystem] = forms.ModelChoiceField(
        label=_("AI system"), queryset=None, required=False
    )
    incident: forms.ModelChoiceField[Incident] = forms.ModelChoiceField(
        label=_("Incident that showed it"), queryset=None, required=False
    )
    harms = forms.MultipleChoiceField(
        label=_("Harms"),
        choices=Harm.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    subcategories = forms.CharField(
        label=_("Subcategories of the AI RMF"),
        required=False,
        max_length=500,
        help_text=_("Such as “MAP 5.1, MEASURE 2.11”."),
    )
    inherent_likelihood = _step(_("Likelihood before measures"), LIKELIHOODS, required=True)
    inherent_impact = _step(_("Impact before measures"), IMPACTS, required=True)
    residual_likelihood = _step(_("Likelihood now"), LIKELIHOODS)
    residual_impact = _step(_("Impact now"), IMPACTS)
    target_likelihood = _step(_("Likelihood aimed at"), LIKELIHOODS)
    target_impact = _step(_("Impact aimed at"), IMPACTS)
    strategy = forms.ChoiceField(label=_("Strategy"), choices=Risk.Strategy.choices)
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(label=_("Owner"), queryset=None)
    review_on = forms.DateField(label=_("Review on"), required=False, widget=DAY)

    def __init__(self, *args: Any, offered: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" not in offered:
            del self.fields["unit"]
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_subcategories(self) -> list[str]:
        """Identifiers, one after the other."""
        sent: str = self.cleaned_data["subcategories"]
        return [one.strip() for one in sent.split(",") if one.strip()]


class TreatmentForm(RecordForm):
    """A measure."""

    title = forms.CharField(label=_("Measure"), max_length=300)
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(label=_("Owner"), queryset=None)
    due_date = forms.DateField(label=_("Due"), widget=DAY)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class AcceptForm(RecordForm):
    """An acceptance."""

    reason = forms.CharField(
        label=_("Reason"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    expires_on = forms.DateField(
        label=_("Until"), widget=DAY, help_text=_("At most a year from today.")
    )


class CloseForm(RecordForm):
    """Why a risk is closed."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
