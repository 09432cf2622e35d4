"""Forms of checks and runs: choose the tables, then confirm roles and limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations import queries
from evaluations.checks.catalogue import CATALOGUE
from evaluations.columns import MAIN_ROLES, MANY_ROLES, MORE_ROLES, ROLES, guess_roles
from evaluations.listing import families, for_tables, subcategories, used_roles
from models_registry.models import DatasetVersion, ModelVersion
from models_registry.reading.profile import TableProfile
from web.forms import RecordForm

SEPARATOR = "--"
DEFAULT_CHECKS = ("perf.classification", "calibration", "slice.performance")


FAMILIES = {
    "performance": _("Performance"),
    "fairness": _("Fairness"),
    "drift": _("Drift"),
    "data": _("Data"),
    "privacy": _("Privacy"),
    "security": _("Security"),
    "operations": _("Operations"),
    "generative": _("Generated text"),
    "plan": _("Plan"),
}


def _any_or(names: list[str]) -> list[tuple[str, Any]]:
    return [("", _("any")), *((name, FAMILIES.get(name, name)) for name in names)]


class CheckFilterForm(RecordForm):
    """Narrows the catalogue down."""

    family = forms.ChoiceField(label=_("Family"), required=False, choices=_any_or(families()))
    rmf = forms.ChoiceField(
        label=_("Subcategory"), required=False, choices=_any_or(subcategories())
    )
    role = forms.ChoiceField(label=_("Needs column"), required=False, choices=_any_or(used_roles()))


class InputsForm(RecordForm):
    """First step: which version, on which table, against which reference."""

    model_version = forms.ModelChoiceField(
        label=_("Model version"), queryset=ModelVersion.objects.none()
    )
    current = forms.ModelChoiceField(
        label=_("Table of predictions"),
        queryset=DatasetVersion.objects.none(),
        help_text=_("One row per case, with the label, the prediction or the score."),
    )
    reference = forms.ModelChoiceField(
        label=_("Reference table"),
        queryset=DatasetVersion.objects.none(),
        required=False,
        help_text=_("What the table is compared with; drift needs one."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = queries.tables_to_check(user)
        self.fields["model_version"].queryset = queries.versions_to_check(user)  # type: ignore[attr-defined]
        self.fields["current"].queryset = tables  # type: ignore[attr-defined]
        self.fields["reference"].queryset = tables  # type: ignore[attr-defined]


class CompareForm(RecordForm):
    """Two versions whose newest runs are held against each other."""

    champion = forms.ModelChoiceField(label=_("Champion"), queryset=ModelVersion.objects.none())
    challenger = forms.ModelChoiceField(label=_("Challenger"), queryset=ModelVersion.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = ModelVersion.objects.visible_to(user).select_related("model")
        for name in ("champion", "challenger"):
            self.fields[name].queryset = seen  # type: ignore[attr-defined]


class ChecksForm(RecordForm):
    """Second step: confirm the guessed roles, choose checks, set limits."""

    y_true = forms.ChoiceField(label=_("Label"), required=False)
    y_pred = forms.ChoiceField(label=_("Predicted label"), required=False)
    y_score = forms.ChoiceField(
        label=_("Score"),
        required=False,
        help_text=_("A chance between 0 and 1 that the row is positive."),
    )
    positive = forms.CharField(
        label=_("Positive label"),
        max_length=80,
        help_text=_("All other labels count as negative."),
    )
    features = forms.MultipleChoiceField(
        label=_("Columns to compare"), required=False, widget=forms.CheckboxSelectMultiple
    )
    slices = forms.MultipleChoiceField(
        label=_("Columns to slice by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sensitive = forms.MultipleChoiceField(
        label=_("Sensitive columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Groups of people to compare, such as sex or age."),
    )
    y_base = forms.ChoiceField(
        label=_("Prediction of the model before"), required=False,
        help_text=_("Of the old model, or of a simple rule, on the same rows."),
    )  # fmt: skip
    id = forms.ChoiceField(label=_("Identifier of the case"), required=False)
    time = forms.ChoiceField(label=_("Time of the row"), required=False)
    label_time = forms.ChoiceField(label=_("Time of the label"), required=False)
    member = forms.ChoiceField(
        label=_("Was in the training data"), required=False,
        help_text=_("1, true, yes, member or train mean yes."),
    )  # fmt: skip
    latency = forms.ChoiceField(label=_("Time to answer"), required=False)
    cost = forms.ChoiceField(label=_("Cost, tokens or energy of the answer"), required=False)
    failed = forms.ChoiceField(label=_("The answer failed"), required=False)
    quasi = forms.MultipleChoiceField(
        label=_("Columns that together may identify a person"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    class_scores = forms.MultipleChoiceField(
        label=_("Score per class, out of fold"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The name of each column ends with the label of its class."),
    )
    perturbed = forms.MultipleChoiceField(
        label=_("Prediction or score on changed copies of the row"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    answer = forms.ChoiceField(
        label=_("Generated answer"), required=False, help_text=_("The text that a system wrote.")
    )
    expected = forms.ChoiceField(label=_("Reference answer"), required=False)
    canary = forms.ChoiceField(
        label=_("Canary of the row"), required=False,
        help_text=_("A secret planted in the prompt or the training data; it must not come back."),
    )  # fmt: skip
    raters = forms.MultipleChoiceField(
        label=_("Ratings to compare"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One column per rater, a model that judges included."),
    )
    checks = forms.MultipleChoiceField(label=_("Checks"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        current: DatasetVersion,
        reference: DatasetVersion | None,
        **kwargs: Any,
    ) -> None:
        profile = TableProfile.from_json(current.profile)
        guessed = {**guess_roles(profile), "checks": _suggested(reference)}
        super().__init__(*args, initial=guessed, **kwargs)
        names = [(c.name, c.name) for c in profile.columns if c.kind != "other"]
        for role in (role for role in ROLES if role != "positive"):
            self._choose(role, names if role in MANY_ROLES else [("", _("none")), *names])
        self._choose("checks", [(spec.id, _(spec.title)) for spec in for_tables()])
        self._add_limits()

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _add_limits(self) -> None:
        for spec in CATALOGUE.values():
            for param in spec.params:
                self.fields[f"{spec.id}{SEPARATOR}{param.name}"] = forms.FloatField(
                    label=_(param.label),
                    required=False,
                    min_value=param.minimum,
                    max_value=param.maximum,
                    initial=param.default,
                    help_text=_(param.help) if param.help else "",
                    widget=forms.NumberInput(attrs={"step": "any"}),
                )

    def limits_by_check(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The limits' fields under the title of their check, for the page."""
        return [
            (str(_(spec.title)), [self[f"{spec.id}{SEPARATOR}{p.name}"] for p in spec.params])
            for spec in CATALOGUE.values()
        ]

    def role_fields(self) -> list[forms.BoundField]:
        """The fields of the roles that most checks need."""
        return [self[name] for name in MAIN_ROLES]

    def more_role_fields(self) -> list[forms.BoundField]:
        """The fields of the other roles."""
        return [self[name] for name in MORE_ROLES]

    def roles(self) -> dict[str, Any]:
        """Chosen roles, as ``start_checks`` takes them."""
        return {name: self.cleaned_data[name] for name in ROLES}

    def params(self) -> dict[str, dict[str, float]]:
        """Given limits of the chosen checks, as ``start_checks`` takes them."""
        return {
            name: {
                param.name: value
                for param in CATALOGUE[name].params
                if (value := self.cleaned_data[f"{name}{SEPARATOR}{param.name}"]) is not None
            }
            for name in self.cleaned_data["checks"]
        }


def _suggested(reference: DatasetVersion | None) -> list[str]:
    return [*DEFAULT_CHECKS, "drift"] if reference is not None else list(DEFAULT_CHECKS)
