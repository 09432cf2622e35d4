"""Forms of the response: people, access, merging, containment, recovery."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from accounts.roles import TITLES, Role
from evaluations.checks.catalogue import CATALOGUE
from incidents import queries
from incidents.forms.incidents import moment, words
from incidents.models import Containment, Incident
from web.forms import RecordForm


class ResponseForm(RecordForm):
    """A form about an incident, filled by ``by``."""

    def __init__(self, *args: Any, incident: Incident, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incident, self.by = incident, by
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices and fill in what is known."""


def person(label: Any, help_text: Any = "", **more: Any) -> Any:
    """A choice of a person; the form narrows it."""
    return forms.ModelChoiceField(
        label=label,
        help_text=help_text,
        queryset=User.objects.none(),
        empty_label=_("Choose"),
        **more,
    )


class ScribeForm(ResponseForm):
    """Who keeps the timeline."""

    scribe = person(_("Scribe"), _("Writes down what happens, so that the others need not."))

    def prepare(self) -> None:
        field: Any = self.fields["scribe"]
        field.queryset = queries.responders(self.incident)
        self.initial.setdefault("scribe", self.incident.scribe_id)


class LiaisonForm(ResponseForm):
    """Who speaks with those outside."""

    liaison = person(_("Liaison"), _("Speaks with customers, authorities and management."))

    def prepare(self) -> None:
        field: Any = self.fields["liaison"]
        field.queryset = queries.responders(self.incident)
        self.initial.setdefault("liaison", self.incident.liaison_id)


class AccessForm(ResponseForm):
    """Who may see the incident."""

    private = forms.BooleanField(label=_("Private"), required=False)
    people = forms.ModelMultipleChoiceField(
        label=_("People"),
        help_text=_("Whoever declared it or has a part in it sees it anyway."),
        queryset=User.objects.none(),
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles of the unit"),
        choices=[(role.value, TITLES[role]) for role in Role],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )

    def prepare(self) -> None:
        field: Any = self.fields["people"]
        field.queryset = queries.readers_of_unit(self.incident.unit)
        readers = list(self.incident.readers.all())
        self.initial.setdefault("private", self.incident.private)
        self.initial.setdefault("people", [r.user_id for r in readers if r.user_id])
        self.initial.setdefault("roles", [r.role for r in readers if r.role])


class DuplicateForm(ResponseForm):
    """The incident where the work goes on."""

    target = forms.ModelChoiceField(
        label=_("Same event as"), queryset=Incident.objects.none(), empty_label=_("Choose")
    )
    reason = words(_("What shows that it is the same event?"))

    def prepare(self) -> None:
        field: Any = self.fields["target"]
        field.queryset = queries.merge_targets(self.incident, self.by)


class ReasonForm(ResponseForm):
    """Only a reason."""

    reason = words(_("Why?"))


class ContainForm(ResponseForm):
    """What was done so that the harm does not go on."""

    containment_kind = forms.ChoiceField(
        label=_("What was done?"), choices=Containment.Kind.choices
    )
    text = words(_("How, and what does it not cover?"))
    done_at = moment(_("Since when?"), _("In UTC. Empty means now."))


class RecoveryForm(ResponseForm):
    """The checks that have to pass."""

    checks = forms.MultipleChoiceField(
        label=_("Checks"),
        help_text=_(
            "Each has to pass on every version of the model in production after the repair."
        ),
        choices=[(spec.id, spec.title) for spec in CATALOGUE.values()],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
    )

    def prepare(self) -> None:
        self.initial.setdefault("checks", queries.named_checks(self.incident))


def may_override(by: Any, incident: Incident) -> bool:
    """Whether ``by`` may take a step without its proof."""
    return can(by, Permission.INCIDENT_OVERRIDE, incident.unit_id)
