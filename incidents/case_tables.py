"""Lists of reports of others and of clocks."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import CaseReport, NotificationClock
from web.lists import RecordTable

TICKING = "ticking"


class CaseTable(RecordTable):
    """Reports of others, newest import first."""

    external_id = tables.Column(linkify=True)
    title = tables.Column(linkify=True)
    case_kind = tables.Column(verbose_name=_("Kind"))
    dated = tables.TemplateColumn("{% load ui %}{% when record.dated %}", verbose_name=_("Date"))
    unit = tables.Column(order_by="unit__name")

    empty_title = _("No report of others is imported")
    empty_text = _("Case studies and vulnerability reports show what went wrong elsewhere.")

    class Meta(RecordTable.Meta):
        model = CaseReport
        fields = ("external_id", "source", "case_kind", "title", "dated", "unit")

    def value_dated(self, record: CaseReport) -> Any:
        """As exported."""
        return record.dated or ""


class CaseFilter(filters.FilterSet):
    """Text, source and kind."""

    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=200)
    source = filters.ChoiceFilter(
        label=_("Source"), choices=CaseReport.Source.choices, empty_label=_("All")
    )
    case_kind = filters.ChoiceFilter(
        label=_("Kind"), choices=CaseReport.Kind.choices, empty_label=_("All")
    )

    class Meta:
        model = CaseReport
        fields = ("q", "source", "case_kind")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the title, the description or the number."""
        for word in value.split()[:10]:
            found = Q(title__icontains=word) | Q(summary__icontains=word)
            rows = rows.filter(found | Q(external_id__icontains=word))
        return rows


class ClockTable(RecordTable):
    """Clocks, those that end first on top."""

    due_at = tables.TemplateColumn("{% load ui %}{% when record.due_at %}", verbose_name=_("Due"))
    duty = tables.Column(accessor="title", verbose_name=_("Duty"), linkify=True, orderable=False)
    law = tables.Column(accessor="__str__", verbose_name=_("Law"), orderable=False)
    incident = tables.Column(linkify=True, order_by="incident__pk")
    state = tables.TemplateColumn(
        "{% load ui %}{% state record.look record.look_word %}", verbose_name=_("State")
    )

    empty_title = _("No clock runs")
    empty_text = _("Open an incident and assess its duties to notify.")

    class Meta(RecordTable.Meta):
        model = NotificationClock
        fields = ("due_at", "duty", "law", "incident", "state")

    def value_due_at(self, record: NotificationClock) -> Any:
        """As exported."""
        return record.due_at or ""

    def value_state(self, record: NotificationClock) -> str:
        """As exported."""
        return record.look


class ClockFilter(filters.FilterSet):
    """State; without a choice those that run."""

    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[(TICKING, _("Running or late")), *NotificationClock.State.choices],
        method="by_state",
        empty_label=_("All"),
    )

    class Meta:
        model = NotificationClock
        fields = ("state",)

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """One state, or every clock that runs."""
        return (
            rows.filter(state__in=("running", "late"))
            if value == TICKING
            else rows.filter(state=value)
        )
