"""Forms about incidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from incidents import queries
from incidents.models import SEVERITY_MEANING, Incident, Severity, TimelineEntry
from ledger.transitions import Transition
from models_registry.models import ModelVersion
from web.forms import RecordForm

LOCAL = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def moment(label: Any, help_text: Any) -> forms.DateTimeField:
    """A moment that may stay empty."""
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=LOCAL)


def words(label: Any, help_text: Any = "", *, rows: int = 3, limit: int = 4_000) -> Any:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DeclareForm(RecordForm):
    """Three answers are enough; the registry knows the rest."""

    what = words(
        _("What happened?"),
        _("The first line becomes the title. Leave names of customers out."),
        rows=4,
        limit=20_000,
    )
    version = forms.ModelChoiceField(
        label=_("Which model version?"), queryset=ModelVersion.objects.none()
    )
    severity = forms.ChoiceField(
        label=_("How bad is it?"),
        choices=[
            (value, _("%(severity)s: %(meaning)s") % {"severity": label, "meaning": meaning})
            for (value, label), meaning in zip(
                Severity.choices, SEVERITY_MEANING.values(), strict=True
            )
        ],
        widget=forms.RadioSelect(attrs={"class": "choices"}),
    )
    occurred_at = moment(_("Since when, if you know it"), _("In UTC."))
    private = forms.BooleanField(
        label=_("Private: only people whom I name may see it"), required=False
    )

    def __init__(self, *args: Any, by: Any, version: ModelVersion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["version"]
        field.queryset = (
            ModelVersion.objects.all()
            .visible_to(by, Permission.INCIDENT_DECLARE)
            .select_related("model")
        )
        listed = queries.newest_versions(by, Permission.INCIDENT_DECLARE)
        if version is not None and version not in listed:
            listed.insert(0, version)
        # Validation takes any version; the list stays short in a large registry.
        field.widget.choices = [("", _("Choose")), *((v.pk, str(v)) for v in listed)]
        if len(listed) >= queries.LISTED_VERSIONS:
            field.help_text = _("The newest versions. For an older one begin at its own page.")
        if version is not None:
            self.initial.setdefault("version", version.pk)


class NoteForm(RecordForm):
    """A line for the timeline."""

    text = words(_("What happened, or what did you find?"), limit=20_000)
    happened_at = moment(_("When"), _("In UTC. Empty means now; an earlier time is welcome."))
    correction_of = forms.ModelChoiceField(
        queryset=TimelineEntry.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["correction_of"]
        field.queryset = TimelineEntry.objects.filter(incident=incident)


class SeverityForm(RecordForm):
    """Another severity, and why."""

    severity = forms.ChoiceField(label=_("New severity"), choices=Severity.choices)
    reason = words(_("Why?"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)


class StepForm(RecordForm):
    """The reason for a step of the state table."""

    reason = words(_("Reason"))
    override = forms.BooleanField(
        label=_("Go on without this proof; my reason says why"), required=False
    )

    def __init__(
        self, *args: Any, transition: Transition, label: Any, may_override: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = transition.needs_reason
        self.fields["reason"].label = label
        if not may_override:
            del self.fields["override"]


class CommanderForm(RecordForm):
    """Who leads."""

    commander = forms.ModelChoiceField(
        label=_("Commander"),
        help_text=_("Leads the response and decides; one person at a time."),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["commander"]
        field.queryset = queries.responders(incident)
