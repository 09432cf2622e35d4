"""Tables and filters of the report pages."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jobs.models import JobState
from reports.models import Report
from web.lists import RecordTable


class ReportTable(RecordTable):
    """Reports, newest first."""

    reference = tables.Column(
        verbose_name=_("report"),
        linkify=lambda record: record.get_absolute_url(),
        order_by="pk",
    )
    subject = tables.Column(verbose_name=_("about"), orderable=False)
    definition = tables.Column(verbose_name=_("kind"))
    state = tables.TemplateColumn(
        "{% load ui %}{% state record.state %}", verbose_name=_("state"), order_by="job__state"
    )
    as_of = tables.TemplateColumn(
        "{% load ui %}{% when record.as_of %}", verbose_name=_("state of the records")
    )
    pages = tables.Column(attrs={"td": {"class": "n"}, "th": {"class": "n"}})
    requested_by = tables.Column()
    created_at = tables.TemplateColumn(
        "{% load ui %}{% when record.created_at %}", verbose_name=_("requested")
    )

    empty_title = _("No report yet")
    empty_text = _("Open a system and choose “Make the report”, or a card and “Make the PDF”.")

    class Meta(RecordTable.Meta):
        model = Report
        fields = (
            "reference", "subject", "definition", "state", "as_of", "pages", "requested_by",
            "created_at",
        )  # fmt: skip

    def value_state(self, record: Report) -> str:
        """The state as exported."""
        return record.state

    def value_as_of(self, record: Report) -> str:
        """The time as exported."""
        return record.as_of.isoformat() if record.as_of else ""

    def value_created_at(self, record: Report) -> str:
        """The time as exported."""
        return record.created_at.isoformat()


class ReportFilter(django_filters.FilterSet):
    """By words of the system's name and by state."""

    q = django_filters.CharFilter(method="named", label=_("System or model"))
    definition = django_filters.ChoiceFilter(choices=Report.Definition.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(
        field_name="job__state", choices=JobState.choices, label=_("State")
    )

    class Meta:
        model = Report
        fields = ("q", "definition", "state")

    def named(self, reports: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """Reports about a system or a model whose name holds ``words``."""
        model = Q(card__model_version__model__name__icontains=words)
        return reports.filter(Q(system__name__icontains=words) | model)
