"""Tables and filters of the list pages."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.permissions import Permission
from accounts.queries import units_where
from models_registry.models import AISystem, DatasetVersion, Model, ModelVersion
from web.lists import RecordTable
from web.templatetags import ui

NUMBER = {"td": {"class": "n"}, "th": {"class": "n"}}


def visible_units(request: Any) -> QuerySet[Unit]:
    """The units that the person may see, for a filter."""
    return units_where(request.user, Permission.RECORD_VIEW)


class SystemTable(RecordTable):
    """AI systems."""

    reference = tables.Column(accessor="reference", order_by="pk", verbose_name=_("No."))
    name = tables.Column(linkify=True)
    unit = tables.Column(order_by="unit__name")
    tier = tables.Column(accessor="tier", verbose_name=_("Tier"))
    state = tables.Column(verbose_name=_("State"))
    owner = tables.Column(order_by="owner__name")
    updated_at = tables.Column(verbose_name=_("Changed"))

    empty_title = _("No AI system is registered that you may see")
    empty_text = _("Register the first use of AI: what it is for, and whom it affects.")

    class Meta(RecordTable.Meta):
        model = AISystem
        fields = ("reference", "name", "unit", "tier", "state", "owner", "updated_at")
        order_by = "name"

    def value_tier(self, record: AISystem) -> int | None:
        return record.tier

    def render_state(self, record: AISystem) -> SafeString:
        return ui.state(record.state, record.get_state_display())

    def value_state(self, record: AISystem) -> str:
        return record.state

    def render_updated_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_updated_at(self, value: Any) -> str:
        return str(value.isoformat())


class SystemFilter(django_filters.FilterSet):
    """Text, tier, state, unit."""

    q = django_filters.CharFilter(label=_("Text"), method="by_text")
    tier = django_filters.ChoiceFilter(
        empty_label=_("Any"),
        label=_("Tier"),
        choices=[("none", _("Not decided")), *AISystem.Tier.choices],
        method="by_tier",
    )
    state = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("State"), choices=AISystem.State.choices
    )
    unit = django_filters.ModelChoiceFilter(
        empty_label=_("Any"), label=_("Unit"), queryset=visible_units
    )

    class Meta:
        model = AISystem
        fields = ("q", "tier", "state", "unit")

    def by_text(self, rows: QuerySet[AISystem], name: str, value: str) -> QuerySet[AISystem]:
        """Systems whose name, purpose or number holds ``value``."""
        text = value.strip()
        number = text.upper().removeprefix("SYS-")
        found = Q(name__icontains=text) | Q(purpose__icontains=text)
        if number.isdecimal() and len(number) < 10:
            found |= Q(pk=int(number))
        return rows.filter(found)

    def by_tier(self, rows: QuerySet[AISystem], name: str, value: str) -> QuerySet[AISystem]:
        """Systems of that tier, or of none."""
        return rows.filter(tier=None if value == "none" else int(value))


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
    system = django_filters.ModelChoiceFilter(
        empty_label=_("Any"),
        field_name="model__uses__system",
        label=_("AI system"),
        queryset=lambda request: AISystem.objects.visible_to(request.user),
    )

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
