"""Tables and filters of assessments."""

from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frameworks.identifiers import FUNCTIONS
from governance.assessments.models import Assessment, Level, Progress
from web.lists import RecordTable

NUMBER = {"td": {"class": "n"}}


class AssessmentTable(RecordTable):
    """Assessments."""

    title = tables.Column(linkify=True)
    system = tables.Column(linkify=True)
    state = tables.TemplateColumn("{% load ui %}{% state record.state %}")
    done = tables.TemplateColumn(
        "{{ record.done }} / {{ record.total }}",
        verbose_name=_("answered"),
        orderable=False,
        attrs=NUMBER,
    )
    owner = tables.Column()
    due_date = tables.Column()
    period_end = tables.Column()

    empty_title = _("No assessment yet")
    empty_text = _("Open one for an AI system, then answer its 72 questions.")

    class Meta(RecordTable.Meta):
        model = Assessment
        fields = ("title", "system", "state", "done", "owner", "due_date", "period_end")

    def value_state(self, record: Assessment) -> str:
        """The state as exported."""
        return record.state


class AssessmentFilter(django_filters.FilterSet):
    """Narrow the list of assessments."""

    q = django_filters.CharFilter(
        label=_("Title or system"), method="by_text", strip=True, max_length=100
    )
    state = django_filters.ChoiceFilter(
        choices=Assessment.State.choices, label=_("State"), empty_label=_("all")
    )

    class Meta:
        model = Assessment
        fields = ("q", "state")

    def by_text(self, rows: QuerySet[Assessment], name: str, value: str) -> QuerySet[Assessment]:
        """Title or name of the system holds the text."""
        return rows.filter(title__icontains=value) | rows.filter(system__name__icontains=value)


class ResultTable(RecordTable):
    """The 72 answers of one assessment, answered or not."""

    key = tables.Column(
        verbose_name=_("no."),
        order_by="order",
        linkify=lambda record: reverse(
            "assessments:answer-edit", args=[record.assessment_id, record.slug]
        ),
        attrs={"td": {"class": "nowrap"}},
    )
    title = tables.Column(verbose_name=_("subcategory"))
    progress = tables.TemplateColumn(
        "{% load ui %}{% state record.progress %}", verbose_name=_("progress")
    )
    applicability = tables.Column(verbose_name=_("applicability"), visible=False)
    reason = tables.Column(verbose_name=_("why it does not apply"), visible=False)
    level = tables.Column(verbose_name=_("level"), attrs=NUMBER)
    text = tables.TemplateColumn(
        "{{ record.text|default:record.reason|truncatechars:160 }}",
        verbose_name=_("answer"),
        orderable=False,
    )
    owner_name = tables.Column(verbose_name=_("owner"))
    due_date = tables.Column(verbose_name=_("due"))
    saved_at = tables.TemplateColumn(
        "{% load i18n ui %}{% if record.answer_id %}"
        '<a href="{% url "assessments:answer-history" record.assessment_id record.slug %}">'
        '{% when record.saved_at %}<span class="vh"> {% translate "history" %}</span></a>'
        "{% endif %}",
        verbose_name=_("saved"),
    )
    saved_by_name = tables.Column(verbose_name=_("saved by"))

    class Meta(RecordTable.Meta):
        attrs: ClassVar[dict[str, str]] = {"class": "table compact"}

    def value_progress(self, record: Any) -> str:
        """The progress as exported."""
        return str(record.progress)

    def value_text(self, record: Any) -> str:
        """The whole answer."""
        return str(record.text)

    def value_saved_at(self, record: Any) -> str:
        """UTC, ISO 8601."""
        return record.saved_at.isoformat() if record.saved_at else ""


class ResultFilter(django_filters.FilterSet):
    """Narrow the answers."""

    function = django_filters.ChoiceFilter(
        label=_("Function"),
        choices=[(name, name.title()) for name in FUNCTIONS],
        empty_label=_("all"),
    )
    level = django_filters.ChoiceFilter(
        label=_("Level"), choices=Level.choices, empty_label=_("all")
    )
    progress = django_filters.ChoiceFilter(
        label=_("Progress"), choices=Progress.choices, empty_label=_("all")
    )
