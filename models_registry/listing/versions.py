"""The list of versions."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from models_registry.listing.base import NUMBER, by_words
from models_registry.models import Model, ModelUse, ModelVersion
from models_registry.queries.systems import systems_named
from web.lists import RecordTable
from web.templatetags import ui


class VersionTable(RecordTable):
    """Model versions."""

    model = tables.Column(order_by=("model__name", "number"), verbose_name=_("Model"))
    number = tables.Column(linkify=True, verbose_name=_("Version"))
    unit = tables.Column(accessor="model__unit", order_by="model__unit__name")
    state = tables.Column(verbose_name=_("State"))
    completeness = tables.Column(
        verbose_name=_("Complete, %"), attrs=NUMBER, order_by="completeness"
    )
    registered_by = tables.Column(order_by="registered_by__name", verbose_name=_("Registered by"))
    created_at = tables.Column(verbose_name=_("Registered"))

    empty_title = _("No model version is registered that you may see")
    empty_text = _("Register one by importing its model card.")

    class Meta(RecordTable.Meta):
        model = ModelVersion
        fields = (
            "model",
            "number",
            "unit",
            "state",
            "completeness",
            "registered_by",
            "created_at",
        )
        order_by = "-created_at"

    def render_state(self, record: ModelVersion) -> SafeString:
        return ui.state(record.state, record.get_state_display())

    def value_state(self, record: ModelVersion) -> str:
        return record.state

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class VersionFilter(django_filters.FilterSet):
    """Text, state, kind of model, system."""

    q = django_filters.CharFilter(label=_("Text"), method="by_text")
    state = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("State"), choices=ModelVersion.State.choices
    )
    kind = django_filters.ChoiceFilter(
        empty_label=_("Any"),
        field_name="model__model_type",
        label=_("Kind"),
        choices=Model.Kind.choices,
    )
    system = by_words(_("AI system"), "by_system", _("Name or number"))

    class Meta:
        model = ModelVersion
        fields = ("q", "state", "kind", "system")

    def by_text(self, rows: QuerySet[ModelVersion], name: str, value: str) -> QuerySet[Any]:
        """Versions whose model, number, commit or external id holds ``value``."""
        text = value.strip()
        return rows.filter(
            Q(model__name__icontains=text)
            | Q(number__icontains=text)
            | Q(external_id=text)
            | Q(git_commit__istartswith=text)
        )

    def by_system(self, rows: QuerySet[ModelVersion], name: str, value: str) -> QuerySet[Any]:
        """Versions of models that the systems of that name or number use."""
        systems = systems_named(self.request.user, value)
        uses = ModelUse.objects.filter(system__in=systems.values("pk")).order_by()
        return rows.filter(model__in=uses.values("model_id"))
