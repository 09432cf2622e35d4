"""The list of imports."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from models_registry.listing.base import visible_units
from models_registry.models import RegistryImport
from web.lists import RecordTable
from web.templatetags import ui


class ImportTable(RecordTable):
    """Imports."""

    reference = tables.Column(accessor="reference", order_by="pk", verbose_name=_("No."))
    label = tables.Column(linkify=True)
    source = tables.Column(verbose_name=_("Source"))
    state = tables.Column(verbose_name=_("State"))
    unit = tables.Column(order_by="unit__name")
    started_by = tables.Column(order_by="started_by__name", verbose_name=_("Started by"))
    created_at = tables.Column(verbose_name=_("Started"))

    empty_title = _("Nothing was imported yet that you may see")
    empty_text = _("Bring in an inventory file, model cards or an MLflow registry.")

    class Meta(RecordTable.Meta):
        model = RegistryImport
        fields = ("reference", "label", "source", "state", "unit", "started_by", "created_at")
        order_by = "-reference"

    def render_state(self, record: RegistryImport) -> SafeString:
        return ui.state(record.state, record.get_state_display())

    def value_state(self, record: RegistryImport) -> str:
        return record.state

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class ImportFilter(django_filters.FilterSet):
    """Text, source, state, unit."""

    q = django_filters.CharFilter(label=_("Text"), field_name="label", lookup_expr="icontains")
    source = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("Source"), choices=RegistryImport.Source.choices
    )
    state = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("State"), choices=RegistryImport.State.choices
    )
    unit = django_filters.ModelChoiceFilter(
        empty_label=_("Any"), label=_("Unit"), queryset=visible_units
    )

    class Meta:
        model = RegistryImport
        fields = ("q", "source", "state", "unit")
