"""The lists of deployments."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from models_registry.forms.deployments import MomentField
from models_registry.listing.base import NUMBER, by_words
from models_registry.models import Deployment
from models_registry.queries.deployments import of_systems
from models_registry.queries.systems import systems_named
from web.lists import RecordTable
from web.templatetags import ui


class _DeploymentColumns(RecordTable):
    """What both lists show of a deployment."""

    environment = tables.Column(linkify=True)
    model = tables.Column(
        accessor="model_version__model",
        order_by=("model_version__model__name", "model_version__number"),
        verbose_name=_("Model"),
    )
    model_version = tables.Column(
        linkify=True, order_by="model_version__number", verbose_name=_("Version")
    )
    since = tables.Column(verbose_name=_("Since"))
    until = tables.Column(verbose_name=_("Until"))

    def render_model_version(self, record: Deployment) -> str:
        return record.model_version.number

    def value_model_version(self, record: Deployment) -> str:
        return record.model_version.number

    def render_since(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_since(self, value: Any) -> str:
        return str(value.isoformat())

    def render_until(self, value: Any) -> SafeString:
        return ui.when(value)

    def value_until(self, value: Any) -> str:
        return str(value.isoformat()) if value else ""


class DeploymentTable(_DeploymentColumns):
    """Deployments."""

    stage = tables.Column(verbose_name=_("Stage"))
    share = tables.Column(verbose_name=_("Share, %"), attrs=NUMBER)
    ending = tables.Column(verbose_name=_("State"), empty_values=())

    empty_title = _("Nothing is deployed that you may see")
    empty_text = _("Deploy an approved version from its own page.")

    class Meta(RecordTable.Meta):
        model = Deployment
        fields = (
            "environment", "model", "model_version", "stage", "share", "ending", "since", "until",
        )  # fmt: skip
        order_by = "-since"

    def render_stage(self, record: Deployment) -> SafeString:
        return ui.state(record.stage, record.get_stage_display())

    def value_stage(self, record: Deployment) -> str:
        return record.stage

    def render_ending(self, record: Deployment) -> SafeString:
        return ui.state(record.ending or "active", record.get_ending_display() or _("Serves"))

    def value_ending(self, record: Deployment) -> str:
        return record.ending or "serves"


class ProductionTable(_DeploymentColumns):
    """What was in production at a moment."""

    digest = tables.Column(
        accessor="model_version__content_digest",
        verbose_name=_("Content digest"),
        orderable=False,
    )
    files = tables.Column(
        accessor="model_version__artifact_set_digest",
        verbose_name=_("Digest of the files"),
        orderable=False,
    )

    empty_title = _("Nothing that you may see was in production then")
    empty_text = _("Choose another moment, or look at the list of all deployments.")

    class Meta(RecordTable.Meta):
        model = Deployment
        fields = ("environment", "model", "model_version", "digest", "files", "since", "until")
        order_by = ("environment", "model")

    def render_digest(self, value: str) -> SafeString:
        return ui.digest(value)

    def value_digest(self, value: str) -> str:
        return value

    def render_files(self, value: str) -> SafeString:
        return ui.digest(value)

    def value_files(self, value: str) -> str:
        return value


class DeploymentFilter(django_filters.FilterSet):
    """Model, environment, stage, whether it serves now."""

    model = by_words(_("Model"), "by_model", _("Name"))
    environment = django_filters.CharFilter(label=_("Environment"), lookup_expr="iexact")
    stage = django_filters.ChoiceFilter(
        empty_label=_("Any"), label=_("Stage"), choices=Deployment.Stage.choices
    )
    serves = django_filters.ChoiceFilter(
        empty_label=_("Any"),
        label=_("State"),
        choices=(("now", _("Serves")), ("ended", _("Ended"))),
        method="by_end",
    )

    class Meta:
        model = Deployment
        fields = ("model", "environment", "stage", "serves")

    def by_model(self, rows: QuerySet[Deployment], name: str, value: str) -> QuerySet[Any]:
        """Those of the model of that number, or whose name holds ``value``."""
        text = value.strip()
        found = Q(model_version__model__name__icontains=text)
        if text.isdecimal() and len(text) < 10:
            found |= Q(model_version__model=int(text))
        return rows.filter(found)

    def by_end(self, rows: QuerySet[Deployment], name: str, value: str) -> QuerySet[Any]:
        """Those that serve now, or those that have ended."""
        return rows.filter(until__isnull=value == "now")


class MomentFilter(django_filters.Filter):
    """A moment in UTC."""

    field_class = MomentField


class ProductionFilter(django_filters.FilterSet):
    """A moment, and an environment or a system."""

    at = MomentFilter(label=_("At, in UTC"), method="is_chosen_already")
    environment = django_filters.CharFilter(label=_("Environment"), lookup_expr="iexact")
    system = by_words(_("AI system"), "by_system", _("Name or number"))

    class Meta:
        model = Deployment
        fields = ("at", "environment", "system")

    def is_chosen_already(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """The rows as they are: the moment chose them."""
        return rows

    def by_system(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that serve a system of that name or number."""
        return of_systems(rows, systems_named(self.request.user, value))
