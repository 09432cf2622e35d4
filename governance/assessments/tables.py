"""Tables and filters of assessments."""

from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from frameworks.identifiers import FUNCTIONS
from governance.assessments.models import Answer, Assessment, Evidence, Level, Progress
from governance.assessments.queries.evidence import NARROW
from web.lists import RecordTable
from web.templatetags.ui import state, when

NUMBER = {"td": {"class": "n"}}


class AssessmentTable(RecordTable):
    """Assessments."""

    title = tables.Column(linkify=True)
    about = tables.Column(verbose_name=_("about"), orderable=False)
    subject = tables.Column()
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
        fields = (
            "title", "about", "subject", "state", "done", "owner", "due_date", "period_end",
        )  # fmt: skip

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

    subject = django_filters.ChoiceFilter(
        choices=Assessment.Subject.choices, label=_("What is assessed"), empty_label=_("all")
    )

    class Meta:
        model = Assessment
        fields = ("q", "state", "subject")

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
    progress = tables.Column(verbose_name=_("progress"))
    applicability = tables.Column(verbose_name=_("applicability"), visible=False)
    reason = tables.Column(verbose_name=_("why it does not apply"), visible=False)
    level = tables.Column(verbose_name=_("level"), attrs=NUMBER)
    counted = tables.Column(verbose_name=_("counts as"), attrs=NUMBER)
    origin = tables.Column(verbose_name=_("origin"))
    review = tables.Column(verbose_name=_("review"))
    text = tables.Column(verbose_name=_("answer"), orderable=False, empty_values=())
    owner_name = tables.Column(verbose_name=_("owner"))
    due_date = tables.Column(verbose_name=_("due"))
    saved_at = tables.Column(verbose_name=_("saved"))
    saved_by_name = tables.Column(verbose_name=_("saved by"))

    class Meta(RecordTable.Meta):
        attrs: ClassVar[dict[str, str]] = {"class": "table compact"}

    # A template for each of 72 times five cells would take most of the time of the page.
    def render_progress(self, record: Any) -> str:
        """The progress as a badge."""
        return state(record.progress)

    def render_origin(self, record: Any) -> str:
        """Where the words come from, unless somebody gave them here."""
        return state(record.origin) if record.origin not in {"", "fresh"} else ""

    def render_review(self, record: Any) -> str:
        """The verdict as a badge."""
        return state(record.review) if record.review else ""

    def render_text(self, record: Any) -> str:
        """The beginning of what stands."""
        return Truncator(record.said or record.reason).chars(160)

    def render_saved_at(self, record: Any) -> str:
        """When, with the way to the history."""
        url = reverse("assessments:answer-history", args=[record.assessment_id, record.slug])
        return format_html(
            '<a href="{}">{}<span class="vh"> {}</span></a>',
            url,
            when(record.saved_at),
            _("history"),
        )

    def value_progress(self, record: Any) -> str:
        """The progress as exported."""
        return str(record.progress)

    def value_text(self, record: Any) -> str:
        """The whole answer that stands, own or inherited."""
        applies = record.applicability == "applicable"
        return str(record.said if applies else record.text)

    def value_origin(self, record: Any) -> str:
        """The origin as exported."""
        return str(record.origin)

    def value_review(self, record: Any) -> str:
        """The verdict as exported."""
        return str(record.review)

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


class EvidenceTable(RecordTable):
    """Evidence."""

    title = tables.Column(linkify=True)
    kind_of = tables.Column()
    standing = tables.TemplateColumn(
        "{% load ui %}{% state record.standing %}", verbose_name=_("state")
    )
    effective_from = tables.Column(verbose_name=_("from"))
    effective_to = tables.Column(verbose_name=_("to"))
    expires_on = tables.Column()
    uses = tables.Column(verbose_name=_("answers"), attrs=NUMBER)
    collected_by = tables.Column()
    sha256 = tables.TemplateColumn(
        "{% load ui %}{% if record.file %}{% digest record.file.digest %}{% else %}"
        "{{ record.url|default:record.record|truncatechars:40 }}{% endif %}",
        verbose_name=_("SHA-256 or address"),
        orderable=False,
    )

    empty_title = _("No evidence yet")
    empty_text = _("Evidence is added beside the question that it answers.")

    class Meta(RecordTable.Meta):
        model = Evidence
        fields = (
            "title", "kind_of", "standing", "effective_from", "effective_to", "expires_on",
            "uses", "collected_by", "sha256",
        )  # fmt: skip

    def value_standing(self, record: Any) -> str:
        """The state as exported."""
        return str(record.standing)

    def value_sha256(self, record: Evidence) -> str:
        """The whole digest, or where it is."""
        return record.file.digest if record.file else record.url or record.record


class EvidenceFilter(django_filters.FilterSet):
    """Narrow the list of evidence."""

    q = django_filters.CharFilter(
        field_name="title", lookup_expr="icontains", label=_("Title"), strip=True, max_length=100
    )
    kind_of = django_filters.ChoiceFilter(
        choices=Evidence.Kind.choices, label=_("Kind"), empty_label=_("all")
    )
    only = django_filters.ChoiceFilter(
        label=_("Only"),
        empty_label=_("all"),
        method="by_standing",
        choices=(
            ("current", _("current")),
            ("expiring", _("expiring within 30 days")),
            ("expired", _("expired")),
            ("no_expiry", _("without an end")),
            ("unaccepted", _("accepted nowhere")),
            ("unused", _("not offered")),
            ("withdrawn", _("withdrawn")),
        ),
    )

    class Meta:
        model = Evidence
        fields = ("q", "kind_of", "only")

    def by_standing(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Where it stands today."""
        narrowed: QuerySet[Any] = NARROW[value](rows)
        return narrowed


class MyAnswerTable(RecordTable):
    """What waits for the reader."""

    node = tables.Column(
        verbose_name=_("no."),
        order_by="node__order",
        linkify=lambda record: reverse(
            "assessments:answer-edit", args=[record.assessment_id, record.node.slug]
        ),
        attrs={"td": {"class": "nowrap"}},
    )
    title = tables.Column(verbose_name=_("subcategory"))
    assessment = tables.Column(linkify=True)
    about = tables.Column(accessor="assessment__about", verbose_name=_("about"), orderable=False)
    standing = tables.TemplateColumn(
        "{% load ui %}{% state record.standing %}", verbose_name=_("state")
    )
    due_date = tables.Column()

    empty_title = _("Nothing waits for you")
    empty_text = _("Questions that somebody gives you, and answers that come back, stand here.")

    class Meta(RecordTable.Meta):
        model = Answer
        fields = ("node", "title", "assessment", "about", "standing", "due_date")

    def value_standing(self, record: Any) -> str:
        """The state as exported."""
        return str(record.standing)


class MyAnswerFilter(django_filters.FilterSet):
    """Narrow one's own work."""

    standing = django_filters.ChoiceFilter(
        label=_("State"),
        empty_label=_("all"),
        choices=(
            ("late", _("late")), ("returned", _("returned")), ("in_progress", _("in progress")),
        ),
    )  # fmt: skip
    due_before = django_filters.DateFilter(
        field_name="due_date", lookup_expr="lte", label=_("Due until")
    )

    class Meta:
        model = Answer
        fields = ("standing", "due_before")
