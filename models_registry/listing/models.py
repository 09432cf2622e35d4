"""The list of models."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from models_registry.listing.base import NUMBER, SelectTable, visible_units
from models_registry.models import Model


class ModelTable(SelectTable):
    """Models."""

    name = tables.Column(linkify=True)
    model_type = tables.Column(verbose_name=_("Kind"))
    unit = tables.Column(order_by="unit__name")
    determination = tables.Column(verbose_name=_("Model or not"))
    owner = tables.Column(order_by="owner__name")
    version_count = tables.Column(verbose_name=_("Versions"), attrs=NUMBER)
    use_count = tables.Column(verbose_name=_("Uses"), attrs=NUMBER)

    empty_title = _("No model is registered that you may see")
    empty_text = _("A model comes into being with its first version.")

    class Meta(SelectTable.Meta):
        model = Model
        fields = (
            "name",
            "model_type",
            "unit",
            "determination",
            "owner",
            "version_count",
            "use_count",
        )
        order_by = "name"


class ModelFilter(django_filters.FilterSet):
    """Text, kind, determination, unit."""

    q = django_filters.CharFilter(label=_("Text"), method="by_text")
    kind = django_filters.ChoiceFilter(
        empty_label=_("Any"), field_name="model_type", label=_("Kind"), choices=Model.Kind.choices
    )
    determination = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("Model or not"), choices=Model.Determination.choices
    )
    unit = django_filters.ModelChoiceFilter(
        empty_label=_("Any"), label=_("Unit"), queryset=visible_units
    )

    class Meta:
        model = Model
        fields = ("q", "kind", "determination", "unit")

    def by_text(self, rows: QuerySet[Model], name: str, value: str) -> QuerySet[Any]:
        """Models whose name, vendor or external id holds ``value``."""
        text = value.strip()
        return rows.filter(
            Q(name__icontains=text) | Q(vendor__icontains=text) | Q(external_id=text)
        )
