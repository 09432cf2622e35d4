"""The list of systems."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from models_registry.listing.base import SelectTable, visible_units
from models_registry.models import AISystem
from web.templatetags import ui


class SystemTable(SelectTable):
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

    class Meta(SelectTable.Meta):
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

    duplicate = django_filters.ChoiceFilter(
        empty_label=_("Any"),
        label=_("Duplicate"),
        choices=[("no", _("No")), ("yes", _("Marked"))],
        method="by_duplicate",
    )

    class Meta:
        model = AISystem
        fields = ("q", "tier", "state", "unit", "duplicate")

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

    def by_duplicate(self, rows: QuerySet[AISystem], name: str, value: str) -> QuerySet[AISystem]:
        """Systems that are marked as a duplicate, or those that are not."""
        return rows.filter(duplicate_of__isnull=value == "no")
