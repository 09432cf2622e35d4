"""The list of tables."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from models_registry.listing.base import NUMBER, visible_units
from models_registry.models import DatasetVersion
from web.lists import RecordTable
from web.templatetags import ui


class DatasetTable(RecordTable):
    """Tables."""

    name = tables.Column(linkify=True)
    label = tables.Column(verbose_name=_("Version"))
    role = tables.Column(verbose_name=_("Role"))
    rows = tables.Column(verbose_name=_("Rows"), attrs=NUMBER)
    size = tables.Column(accessor="file__size", verbose_name=_("Size"), attrs=NUMBER)
    unit = tables.Column(order_by="unit__name")
    fingerprint = tables.Column(verbose_name=_("Digest"), orderable=False)
    created_at = tables.Column(verbose_name=_("Uploaded"))

    empty_title = _("No table is uploaded that you may see")
    empty_text = _("Upload predictions, or the data that a model was trained or tested on.")

    class Meta(RecordTable.Meta):
        model = DatasetVersion
        fields = ("name", "label", "role", "rows", "size", "unit", "fingerprint", "created_at")
        order_by = ("name", "-created_at")

    def render_rows(self, value: int) -> str:
        return ui.thousands(value)

    def value_rows(self, value: int) -> int:
        return value

    def render_size(self, value: int) -> str:
        return ui.bytes_size(value)

    def value_size(self, value: int) -> int:
        return value

    def render_fingerprint(self, value: str) -> SafeString:
        return ui.digest(value)

    def value_fingerprint(self, value: str) -> str:
        return value

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class DatasetFilter(django_filters.FilterSet):
    """Text, role, unit."""

    q = django_filters.CharFilter(label=_("Name"), field_name="name", lookup_expr="icontains")
    role = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("Role"), choices=DatasetVersion.Role.choices
    )
    unit = django_filters.ModelChoiceFilter(
        empty_label=_("Any"), label=_("Unit"), queryset=visible_units
    )

    class Meta:
        model = DatasetVersion
        fields = ("q", "role", "unit")
