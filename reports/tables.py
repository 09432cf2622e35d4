"""Tables and filters of the report pages."""

import django_filters
import django_tables2 as tables
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
    system = tables.Column()
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
    empty_text = _("Open a system and choose “Make the report”.")

    class Meta(RecordTable.Meta):
        model = Report
        fields = ("reference", "system", "state", "as_of", "pages", "requested_by", "created_at")

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

    q = django_filters.CharFilter(
        field_name="system__name", lookup_expr="icontains", label=_("System")
    )
    state = django_filters.ChoiceFilter(
        field_name="job__state", choices=JobState.choices, label=_("State")
    )

    class Meta:
        model = Report
        fields = ("q", "state")
