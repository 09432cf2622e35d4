"""Forms of playbooks, harm and the way back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.incidents import LOCAL, moment, words
from incidents.forms.response import ResponseForm
from incidents.models import Harm, StepTick
from incidents.queries import playbooks as queries
from incidents.queries.rollback import candidates, running_of, served_window, target_of
from models_registry.models import Deployment, ModelVersion
from web.forms import RecordForm

LARGEST = 2**53 - 1


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=LARGEST, required=False
    )


class ChooseForm(ResponseForm):
    """Which playbook."""

    playbook = forms.ChoiceField(
        label=_("Playbook"), widget=forms.RadioSelect(attrs={"class": "choices"})
    )

    def prepare(self) -> None:
        field: Any = self.fields["playbook"]
        field.choices = queries.choices(self.incident)
        if field.choices:
            self.initial.setdefault("playbook", field.choices[0][0])


class TickForm(RecordForm):
    """A step, and what is said of it."""

    step = forms.CharField(max_length=20)
    outcome = forms.ChoiceField(choices=StepTick.Outcome.choices, required=False)
    note = forms.CharField(max_length=4_000, required=False)

    def clean_outcome(self) -> str:
        """Done, unless something else is said."""
        return self.cleaned_data["outcome"] or StepTick.Outcome.DONE


class HarmForm(ResponseForm):
    """Whom it harmed."""

    harm_kind = forms.ChoiceField(label=_("What kind of harm?"), choices=Harm.Kind.choices)
    group = forms.CharField(
        label=_("Who?"), help_text=_("A group, such as applicants under 25."), max_length=300
    )
    text = words(_("How?"))
    count = _count(_("How many?"), _("Empty when nobody knows."))
    certainty = forms.ChoiceField(label=_("How sure is that?"), choices=Harm.Certainty.choices)
    reversible = forms.NullBooleanField(label=_("Can it be made good?"), required=False)


class WithdrawForm(ResponseForm):
    """Which record of harm was wrong."""

    harm = forms.ModelChoiceField(label=_("Harm"), queryset=Harm.objects.none())
    reason = words(_("Why?"))

    def prepare(self) -> None:
        field: Any = self.fields["harm"]
        field.queryset = Harm.objects.filter(incident=self.incident, withdrawn_because="")


class ExposureForm(ResponseForm):
    """How many decisions."""

    since = forms.DateTimeField(label=_("From"), help_text=_("In UTC."), widget=LOCAL)
    until = forms.DateTimeField(label=_("Until"), help_text=_("In UTC."), widget=LOCAL)
    count = _count(_("Decisions that were counted"), _("Empty when they were not counted."))
    per_day = _count(_("Else: decisions a day"), _("The product with the days is an estimate."))
    method = words(_("How is that known?"), rows=2)

    def prepare(self) -> None:
        since, until = served_window(self.incident)
        self.initial.setdefault("since", since.replace(second=0, microsecond=0))
        self.initial.setdefault("until", until.replace(second=0, microsecond=0))


class EvidenceForm(ResponseForm):
    """A file and where it comes from."""

    upload = forms.FileField(label=_("File"), allow_empty_file=True)
    source = words(_("Where does it come from, and how was it taken?"), rows=2)
    acquired_at = moment(_("Taken when?"), _("In UTC. Empty means now."))


class RollbackForm(ResponseForm):
    """What ends, what starts instead, and why."""

    deployment = forms.ModelChoiceField(
        label=_("What ends"), queryset=Deployment.objects.none(), empty_label=None
    )
    target = forms.ModelChoiceField(
        label=_("What starts instead"), queryset=ModelVersion.objects.none(), empty_label=None
    )
    reason = words(_("Why?"), rows=2)
    force = forms.BooleanField(
        label=_("Go on although the rule or the registry's check speaks against it"),
        required=False,
    )

    def prepare(self) -> None:
        fields: Any = self.fields
        found = candidates(self.incident)
        target = target_of(found)
        fields["deployment"].queryset = running_of(self.incident)
        fields["target"].queryset = ModelVersion.objects.filter(
            pk__in=[one.version.pk for one in found]
        ).select_related("model")
        if target is not None:
            self.initial.setdefault("target", target.version.pk)
            fields["target"].help_text = " ".join(text for _ok, text in target.reasons)
