"""Forms of results that other tools wrote."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations import queries
from models_registry.models import ModelVersion
from web.forms import RecordForm


class ImportForm(RecordForm):
    """A result file of another tool, the version that it is about, limits for its figures."""

    model_version = forms.ModelChoiceField(
        label=_("Model version"), queryset=ModelVersion.objects.none()
    )
    file = forms.FileField(
        label=_("Result file"),
        allow_empty_file=True,
        help_text=_(
            "What lm-eval, Inspect, garak, Promptfoo, HELM or MLflow wrote, or the plain JSON form."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.eval,.zip"}),
    )
    limits = forms.CharField(
        label=_("Limits"),
        required=False,
        max_length=20_000,
        strip=True,
        help_text=_(
            "One a line, such as “acc >= 0.7 warn 0.75” or “hellaswag / acc_norm >= 0.8”; "
            "* stands for anything. They can be declared later, too."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model_version"].queryset = queries.versions_to_check(user)  # type: ignore[attr-defined]


class LimitsForm(RecordForm):
    """Other limits for the figures of an imported file, with the reason once there are some."""

    limits = forms.CharField(
        label=_("Limits"),
        max_length=20_000,
        strip=True,
        help_text=_("One a line, such as “acc >= 0.7 warn 0.75”; * stands for anything."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(label=_("Why they change"), max_length=500, required=False)
