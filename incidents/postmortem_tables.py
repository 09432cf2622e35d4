"""The list of postmortems."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import Postmortem
from web.lists import RecordTable
from web.showing import visible


class PostmortemTable(RecordTable):
    """Postmortems, newest first."""

    incident = tables.Column(
        verbose_name=_("Incident"), accessor="incident__reference", linkify=True,
        order_by="incident__pk", attrs={"td": {"class": "nowrap"}},
    )  # fmt: skip
    title = tables.Column(
        verbose_name=_("Title"), accessor="incident__title", order_by="incident__title"
    )
    state = tables.TemplateColumn(
        "{% load ui %}{% state record.state record.get_state_display %}", verbose_name=_("State")
    )
    depth = tables.Column(verbose_name=_("Depth"))
    system = tables.Column(accessor="incident__system", order_by="incident__system__name")
    submitted_at = tables.TemplateColumn(
        "{% load ui %}{% when record.submitted_at %}", verbose_name=_("Sent to review")
    )

    empty_title = _("No postmortem has been begun")
    empty_text = _("Open an incident: its draft is there already, four questions are left.")

    class Meta(RecordTable.Meta):
        model = Postmortem
        fields = ("incident", "title", "state", "depth", "system", "submitted_at")

    def render_incident(self, record: Postmortem) -> str:
        """The number people say."""
        return record.incident.reference

    def render_title(self, value: str) -> str:
        """With marks that cannot be seen written out."""
        return visible(value)

    def value_title(self, value: str) -> str:
        """As exported."""
        return value

    def value_state(self, record: Postmortem) -> str:
        """As exported."""
        return record.state

    def value_submitted_at(self, record: Postmortem) -> Any:
        """As exported."""
        return record.submitted_at or ""


class PostmortemFilter(filters.FilterSet):
    """Text, state and depth."""

    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=200)
    state = filters.ChoiceFilter(
        label=_("State"), choices=Postmortem.State.choices, empty_label=_("All")
    )
    depth = filters.ChoiceFilter(
        label=_("Depth"), choices=Postmortem.Depth.choices, empty_label=_("All")
    )

    class Meta:
        model = Postmortem
        fields = ("q", "state", "depth")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the title or in an answer."""
        for word in value.split()[:10]:
            found = Q(incident__title__icontains=word)
            for field in Postmortem.FIELDS:
                found |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(found)
        return rows
