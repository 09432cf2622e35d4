"""What the page of trends is narrowed to."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents import queries
from incidents.models import Incident, Severity
from models_registry.models import AISystem, Model

BY = (
    ("cause", _("Cause")),
    ("model", _("Model")),
    ("function", _("Function of the AI RMF")),
)
_DATE = forms.DateInput(attrs={"type": "date"})


def _systems(request: HttpRequest | None) -> QuerySet[Any]:
    if request is None:
        return AISystem.objects.none()
    found: QuerySet[Any] = AISystem.objects.all().visible_to(request.user)
    return found.order_by("name")


def _models(request: HttpRequest | None) -> QuerySet[Any]:
    if request is None:
        return Model.objects.none()
    found: QuerySet[Any] = Model.objects.all().visible_to(request.user)
    return found.order_by("name")


class TrendFilter(filters.FilterSet):
    """Grouping, severity, model, system and the days on which incidents were noticed."""

    by = filters.ChoiceFilter(label=_("By"), choices=BY, method="as_it_is", empty_label=None)
    severity = filters.ChoiceFilter(
        label=_("Severity"), choices=Severity.choices, empty_label=_("All")
    )
    model = filters.ModelChoiceFilter(
        label=_("Model"),
        queryset=_models,
        field_name="model_version__model",
        empty_label=_("All"),
    )
    system = filters.ModelChoiceFilter(
        label=_("System"), queryset=_systems, method="by_system", empty_label=_("All")
    )
    since = filters.DateFilter(
        label=_("Noticed from"), field_name="detected_at", lookup_expr="date__gte", widget=_DATE
    )
    until = filters.DateFilter(
        label=_("to"), field_name="detected_at", lookup_expr="date__lte", widget=_DATE
    )

    class Meta:
        model = Incident
        fields = ("by", "severity", "model", "system", "since", "until")

    def as_it_is(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The grouping narrows nothing."""
        return rows

    def by_system(self, rows: QuerySet[Any], name: str, value: AISystem) -> QuerySet[Any]:
        """Of the system and of every version of a model that it uses."""
        return rows.filter(queries.about_system(value))

    @property
    def grouping(self) -> str:
        """By what the table is grouped."""
        chosen = str(self.data.get("by", "")) if self.is_bound else ""
        return chosen if chosen in dict(BY) else "cause"
