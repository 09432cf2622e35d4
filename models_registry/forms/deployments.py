"""Forms of deployments."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from models_registry.forms.base import PersonForm
from models_registry.models import AISystem, Deployment, ModelVersion
from models_registry.queries.deployments import read_moment, targets_of
from web.forms import RecordForm


class MomentField(forms.CharField):
    """A moment of the past, in UTC where it names no offset."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"})

    def to_python(self, value: Any) -> Any:
        """The moment, or ``None`` for an empty field."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_moment(text)
        except (ValueError, OverflowError) as error:
            raise ValidationError(
                _("Enter a moment between 1970 and now, such as 2026-03-01T09:30, in UTC.")
            ) from error

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return value


def _share(initial: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Share of the requests, in percent"), min_value=0, max_value=100, initial=initial
    )


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeployForm(PersonForm):
    """Where a version starts."""

    environment = forms.CharField(
        label=_("Environment"),
        max_length=60,
        help_text=_("In small letters, digits and hyphens, such as prod-eu."),
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=Deployment.Stage.choices,
        help_text=_(
            "Shadow: gets copies of requests, answers nobody. Canary: answers some of them. "
            "Production: answers, and replaces what is there."
        ),
    )
    share = _share(100)
    system = forms.ModelChoiceField(
        label=_("AI system"),
        queryset=AISystem.objects.none(),
        required=False,
        help_text=_("Leave empty when it serves every system that uses the model."),
    )
    since = MomentField(
        label=_("Since, in UTC"),
        required=False,
        help_text=_("Leave empty for now. It may lie in the past, but after what is recorded."),
    )
    reason = _reason(required=False)

    def __init__(self, *args: Any, version: ModelVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        systems = AISystem.objects.visible_to(self.user).filter(uses__model=version.model_id)
        self.fields["system"].queryset = systems  # type: ignore[attr-defined]


class PromoteForm(RecordForm):
    """How the next stage begins."""

    share = _share(100)
    reason = _reason(required=False)


class TargetForm(RecordForm):
    """Which version to go back to."""

    target = forms.ModelChoiceField(
        label=_("Go back to"),
        queryset=ModelVersion.objects.none(),
        help_text=_("Versions of the same model that may serve."),
    )

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets_of(deployment)  # type: ignore[attr-defined]


class RollBackForm(TargetForm):
    """Go back, with the reason."""

    reason = _reason(required=True)
    force = forms.BooleanField(
        label=_("Go back even if the way back is not verified"),
        required=False,
        help_text=_("The ledger will say so."),
    )
