"""Lists of incidents and how to narrow them."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents import queries
from incidents.models import Incident, Severity
from models_registry.models import AISystem
from web.lists import RecordTable
from web.showing import visible

NOT_CLOSED = "not_closed"


class IncidentTable(RecordTable):
    """Incidents, newest first."""

    reference = tables.Column(
        verbose_name=_("Number"), order_by="pk", linkify=True, attrs={"td": {"class": "nowrap"}}
    )
    severity = tables.TemplateColumn(
        "{% load ui %}{% state record.severity_look record.get_severity_display %}"
    )
    state = tables.TemplateColumn(
        "{% load ui %}{% state record.state record.get_state_display %}", verbose_name=_("State")
    )
    title = tables.Column(linkify=True)
    model_version = tables.Column(
        verbose_name=_("Model version"),
        order_by=("model_version__model__name", "model_version__number"),
        linkify=True,
    )
    system = tables.Column(linkify=True, order_by="system__name")
    detected_at = tables.TemplateColumn(
        "{% load ui %}{% when record.detected_at %}", verbose_name=_("Noticed")
    )

    empty_title = _("No incident has been declared")
    empty_text = _("A failed check opens one by itself. Whatever else goes wrong, declare it here.")

    class Meta(RecordTable.Meta):
        model = Incident
        fields = (
            "reference",
            "severity",
            "state",
            "title",
            "model_version",
            "system",
            "detected_at",
        )

    def value_severity(self, record: Incident) -> str:
        """As exported."""
        return record.severity

    def render_title(self, value: str) -> str:
        """With marks that cannot be seen written out."""
        return visible(value)

    def value_title(self, value: str) -> str:
        """As exported."""
        return value

    def value_state(self, record: Incident) -> str:
        """As exported."""
        return record.state

    def value_detected_at(self, record: Incident) -> Any:
        """As exported."""
        return record.detected_at


def _systems_with_incidents(request: HttpRequest | None) -> QuerySet[Any]:
    """Only systems that had an incident: the list stays short in a large registry."""
    if request is None:
        return AISystem.objects.none()
    systems: QuerySet[Any] = AISystem.objects.all().visible_to(request.user)
    return systems.filter(Exists(Incident.objects.filter(system=OuterRef("pk")))).order_by("name")


def _number_filter(**more: Any) -> filters.NumberFilter:
    limits = {"min_value": 1, "max_value": 2**53, "decimal_places": 0}
    return filters.NumberFilter(widget=forms.HiddenInput, **limits, **more)


class IncidentFilter(filters.FilterSet):
    """Text, severity, state and system."""

    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=200)
    severity = filters.ChoiceFilter(
        label=_("Severity"), choices=Severity.choices, empty_label=_("All")
    )
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(NOT_CLOSED, _("Not closed")), *Incident.State.choices],
        method="by_state",
        empty_label=_("All"),
    )
    system = filters.ModelChoiceFilter(
        label=_("System"),
        queryset=_systems_with_incidents,
        method="by_system",
        empty_label=_("All"),
    )

    # Not shown: pages of a version or a run link to their incidents with these.
    model_version = _number_filter()
    check_run = _number_filter(field_name="entries__check_run")

    class Meta:
        model = Incident
        fields = ("q", "severity", "state", "system", "model_version", "check_run")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the title, the description, the model's name, or the number."""
        for word in value.split()[:10]:
            rows = rows.filter(_holds(word))
        return rows

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        """One state, or all but closed."""
        return rows.still_open() if value == NOT_CLOSED else rows.filter(state=value)

    def by_system(self, rows: QuerySet[Any], name: str, value: AISystem) -> QuerySet[Any]:
        """Of the system and of every version of a model that it uses."""
        return rows.filter(queries.about_system(value))


def _holds(word: str) -> Q:
    found = (
        Q(title__icontains=word)
        | Q(summary__icontains=word)
        | Q(model_version__model__name__icontains=word)
    )
    digits = word.lower().removeprefix("inc-")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found |= Q(pk=int(digits))
    return found
