"""Forms of risks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from governance.risks.models import RATINGS, Harm, Risk, RiskMatrix, standard_matrix
from incidents.models import Incident
from models_registry.models import AISystem
from web.forms import RecordForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _step(label: Any, *, required: bool = False) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, required=required)


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
    inherent_likelihood = _step(_("Likelihood before measures"), required=True)
    inherent_impact = _step(_("Impact before measures"), required=True)
    residual_likelihood = _step(_("Likelihood now"))
    residual_impact = _step(_("Impact now"))
    target_likelihood = _step(_("Likelihood aimed at"))
    target_impact = _step(_("Impact aimed at"))
    strategy = forms.ChoiceField(label=_("Strategy"), choices=Risk.Strategy.choices)
    owner: forms.ModelChoiceField[User] = forms.ModelChoiceField(label=_("Owner"), queryset=None)
    review_on = forms.DateField(label=_("Review on"), required=False, widget=DAY)

    def __init__(
        self,
        *args: Any,
        offered: dict[str, QuerySet[Any]],
        matrix: RiskMatrix | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        scale = matrix or standard_matrix()
        for name in RATINGS:
            steps = scale.steps(name.rpartition("_")[2])
            choices = [("", _("Not rated")), *((str(n), f"{n} {word}") for n, word in steps)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
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


class MatrixForm(RecordForm):
    """A matrix: words one below the other, and where each level begins."""

    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=None,
        help_text=_("It holds for the units below, too, unless they set their own."),
    )
    likelihoods = forms.CharField(
        label=_("Steps of likelihood"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, the least likely first."),
    )
    impacts = forms.CharField(
        label=_("Steps of impact"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, the smallest first."),
    )
    medium_from = forms.IntegerField(
        label=_("Medium from"),
        min_value=2,
        max_value=100,
        help_text=_("The product of the two steps from which on a risk is of this level."),
    )
    high_from = forms.IntegerField(label=_("High from"), min_value=3, max_value=100)
    critical_from = forms.IntegerField(label=_("Critical from"), min_value=4, max_value=100)
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes for a matrix."""
        sent = self.cleaned_data
        words = {name: sent[name].splitlines() for name in ("likelihoods", "impacts")}
        words = {name: [w.strip() for w in lines if w.strip()] for name, lines in words.items()}
        return words | {n: sent[n] for n in ("medium_from", "high_from", "critical_from")}


class RiskSheetForm(RecordForm):
    """A table of risks."""

    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(label=_("Unit"), queryset=None)
    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX with a column “title”."))

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
