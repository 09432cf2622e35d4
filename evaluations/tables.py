"""Tables and filters of the list pages."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evaluations.checks.catalogue import CATALOGUE
from evaluations.freshness import CHOICES, with_freshness
from evaluations.models import CheckRun, ExternalResult, Monitor, Proposal, Verdict
from models_registry.models import AISystem, ModelVersion
from web.lists import RecordTable
from web.templatetags import ui

NUMBER = {"td": {"class": "n"}, "th": {"class": "n"}}
CHECKS = [(spec.id, format_lazy("{}", _(spec.title))) for spec in CATALOGUE.values()]


class RunTable(RecordTable):
    """Check runs."""

    reference_number = tables.Column(
        order_by="pk", verbose_name=_("No."), linkify=True, attrs={"td": {"class": "nowrap"}}
    )
    title = tables.Column(order_by="check_name", verbose_name=_("Check"))
    verdict = tables.Column(verbose_name=_("Verdict"), empty_values=())
    freshness = tables.Column(verbose_name=_("As evidence"), empty_values=())
    headline = tables.Column(verbose_name=_("In one sentence"), orderable=False)
    model_version = tables.Column(
        order_by=("model_version__model__name", "model_version__number"),
        verbose_name=_("Model version"),
        linkify=True,
    )
    n_rows = tables.Column(verbose_name=_("Rows"), attrs=NUMBER)
    created_at = tables.Column(verbose_name=_("Started"))

    empty_title = _("No check has been run that you may see")
    empty_text = _("Upload a table of predictions and run the first checks on a model version.")

    class Meta(RecordTable.Meta):
        model = CheckRun
        fields = (
            "reference_number",
            "title",
            "verdict",
            "freshness",
            "headline",
            "model_version",
            "n_rows",
            "created_at",
        )
        order_by = "-created_at"

    def render_verdict(self, record: CheckRun) -> SafeString:
        label = record.get_verdict_display() if record.verdict else record.get_state_display()
        return ui.state(record.shown_state, label)

    def value_verdict(self, record: CheckRun) -> str:
        return record.verdict or record.state

    def render_freshness(self, value: str | None) -> str:
        return ui.state(value) if value else ui.DASH

    def value_freshness(self, value: str | None) -> str:
        return value or ""

    def render_n_rows(self, value: int) -> str:
        return ui.thousands(value)

    def value_n_rows(self, value: int) -> int:
        return value

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class RunFilter(django_filters.FilterSet):
    """Check, verdict, state, version, system, family."""

    check_name = django_filters.ChoiceFilter(label=_("Check"), choices=CHECKS)
    verdict = django_filters.ChoiceFilter(label=_("Verdict"), choices=Verdict.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=CheckRun.State.choices)
    model_version = django_filters.ModelChoiceFilter(
        label=_("Model version"),
        queryset=lambda request: ModelVersion.objects.visible_to(request.user).select_related(
            "model"
        ),
    )
    freshness = django_filters.ChoiceFilter(
        label=_("As evidence"), choices=CHOICES, method="of_age"
    )
    system = django_filters.ModelChoiceFilter(
        label=_("AI system"),
        method="of_system",
        queryset=lambda request: AISystem.objects.visible_to(request.user),
    )
    family = django_filters.UUIDFilter(label=_("Started together"), widget=forms.HiddenInput)

    class Meta:
        model = CheckRun
        fields = (
            "check_name", "verdict", "state", "freshness", "model_version", "system", "family",
        )  # fmt: skip

    def of_age(self, rows: QuerySet[CheckRun], name: str, value: str) -> QuerySet[CheckRun]:
        """Runs that are fresh, due and so on at this moment."""
        return with_freshness(rows).filter(freshness=value)

    def of_system(self, rows: QuerySet[CheckRun], name: str, value: AISystem) -> QuerySet[CheckRun]:
        """Runs of versions of the models that the system uses."""
        return rows.filter(model_version__model__uses__system=value)


class MonitorTable(RecordTable):
    """Monitors."""

    name = tables.Column(linkify=True, verbose_name=_("Monitor"))
    model_version = tables.Column(
        order_by=("model_version__model__name", "model_version__number"),
        verbose_name=_("Model version"),
        linkify=True,
    )
    state = tables.Column(verbose_name=_("State"))
    last_verdict = tables.Column(verbose_name=_("Newest window"), empty_values=())
    proposals_open = tables.Column(verbose_name=_("Open proposals"), attrs=NUMBER)
    next_at = tables.Column(verbose_name=_("Next run"))

    empty_title = _("No monitor watches anything that you may see")
    empty_text = _("Run checks once, then let a monitor repeat them from the page of the run.")

    class Meta(RecordTable.Meta):
        model = Monitor
        fields = ("name", "model_version", "state", "last_verdict", "proposals_open", "next_at")
        order_by = "name"

    def render_state(self, record: Monitor) -> SafeString:
        return ui.state(record.state, record.get_state_display())

    def value_state(self, record: Monitor) -> str:
        return str(record.state)

    def render_last_verdict(self, value: str | None) -> SafeString:
        return ui.state(value or "not_run")

    def value_last_verdict(self, value: str | None) -> str:
        return value or ""

    def render_next_at(self, record: Monitor) -> Any:
        return ui.when(record.next_at) if record.state == Monitor.State.ACTIVE else "–"

    def value_next_at(self, value: Any) -> str:
        return str(value.isoformat())


class MonitorFilter(django_filters.FilterSet):
    """State, version, source."""

    name = django_filters.CharFilter(label=_("Name"), lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label=_("State"), choices=Monitor.State.choices)
    model_version = django_filters.ModelChoiceFilter(
        label=_("Model version"),
        queryset=lambda request: ModelVersion.objects.visible_to(request.user).select_related(
            "model"
        ),
    )

    class Meta:
        model = Monitor
        fields = ("name", "state", "model_version")


class ProposalTable(RecordTable):
    """Proposals of monitors."""

    reference_number = tables.Column(
        order_by="pk", verbose_name=_("No."), linkify=True, attrs={"td": {"class": "nowrap"}}
    )
    trigger = tables.Column(verbose_name=_("Trigger"))
    state = tables.Column(verbose_name=_("State"))
    monitor = tables.Column(order_by="monitor__name", verbose_name=_("Monitor"), linkify=True)
    model_version = tables.Column(
        accessor="monitor__model_version",
        order_by=("monitor__model_version__model__name", "monitor__model_version__number"),
        verbose_name=_("Model version"),
        linkify=True,
    )
    times = tables.Column(verbose_name=_("Windows"), attrs=NUMBER)
    created_at = tables.Column(verbose_name=_("Opened"))

    empty_title = _("No monitor has proposed anything that you may see")
    empty_text = _("A proposal opens when a window fails what calls for retraining or review.")

    class Meta(RecordTable.Meta):
        model = Proposal
        fields = (
            "reference_number", "trigger", "state", "monitor", "model_version", "times",
            "created_at",
        )  # fmt: skip
        order_by = "-reference_number"

    def render_state(self, record: Proposal) -> SafeString:
        return ui.state(record.state, record.get_state_display())

    def value_state(self, record: Proposal) -> str:
        return str(record.state)

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class ProposalFilter(django_filters.FilterSet):
    """State, trigger, version."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=Proposal.State.choices)
    trigger = django_filters.ChoiceFilter(label=_("Trigger"), choices=Proposal.Kind.choices)
    monitor = django_filters.ModelChoiceFilter(
        label=_("Monitor"),
        queryset=lambda request: Monitor.objects.visible_to(request.user),
    )
    model_version = django_filters.ModelChoiceFilter(
        label=_("Model version"),
        field_name="monitor__model_version",
        queryset=lambda request: ModelVersion.objects.visible_to(request.user).select_related(
            "model"
        ),
    )

    class Meta:
        model = Proposal
        fields = ("state", "trigger", "monitor", "model_version")


class CheckTable(RecordTable):
    """The catalogue of checks."""

    title = tables.Column(verbose_name=_("Check"), linkify=lambda record: record["url"])
    id = tables.Column(verbose_name=_("Id"))
    family = tables.Column(verbose_name=_("Family"))
    tells = tables.Column(verbose_name=_("What it tells"), orderable=False)
    needs = tables.Column(verbose_name=_("Columns it needs"), orderable=False)
    rmf = tables.Column(verbose_name=_("Speaks to"), orderable=False)

    class Meta(RecordTable.Meta):
        fields = ("title", "id", "family", "tells", "needs", "rmf")


class ExternalTable(RecordTable):
    """Imported results."""

    tool = tables.Column(linkify=True, verbose_name=_("Tool"))
    task = tables.Column(verbose_name=_("Task"))
    model_version = tables.Column(
        order_by=("model_version__model__name", "model_version__number"),
        verbose_name=_("Model version"),
        linkify=True,
    )
    verdict = tables.Column(verbose_name=_("Verdict"), empty_values=())
    figures = tables.Column(verbose_name=_("Figures"), orderable=False, attrs=NUMBER)
    created_at = tables.Column(verbose_name=_("Imported"))

    empty_title = _("No result of another tool has been imported that you may see")
    empty_text = _("Import what lm-eval, Inspect, garak, Promptfoo, HELM or MLflow wrote.")

    class Meta(RecordTable.Meta):
        model = ExternalResult
        fields = ("tool", "task", "model_version", "verdict", "figures", "created_at")
        order_by = "-created_at"

    def render_verdict(self, value: str | None) -> SafeString:
        return ui.state(value or "queued")

    def value_verdict(self, value: str | None) -> str:
        return value or ""

    def render_created_at(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_created_at(self, value: Any) -> str:
        return str(value.isoformat())


class ExternalFilter(django_filters.FilterSet):
    """Tool, task, version."""

    tool = django_filters.CharFilter(label=_("Tool"), lookup_expr="icontains")
    task = django_filters.CharFilter(label=_("Task"), lookup_expr="icontains")
    model_version = django_filters.ModelChoiceFilter(
        label=_("Model version"),
        queryset=lambda request: ModelVersion.objects.visible_to(request.user).select_related(
            "model"
        ),
    )

    class Meta:
        model = ExternalResult
        fields = ("tool", "task", "model_version")
