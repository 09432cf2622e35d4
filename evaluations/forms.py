"""Forms of the evaluation pages: choose the tables, then confirm roles and limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations import queries
from evaluations.checks.catalogue import CATALOGUE
from evaluations.columns import ROLES, guess_roles
from models_registry.models import DatasetVersion, ModelVersion
from models_registry.reading.profile import TableProfile
from web.forms import RecordForm

SEPARATOR = "--"
DEFAULT_CHECKS = ("perf.classification", "calibration", "slice.performance")


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
        for role in ("y_true", "y_pred", "y_score"):
            self._choose(role, [("", _("none")), *names])
        self._choose("features", names)
        self._choose("slices", names)
        self._choose("checks", [(spec.id, _(spec.title)) for spec in CATALOGUE.values()])
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
        """The fields of the columns' roles."""
        return [self[name] for name in ROLES]

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
