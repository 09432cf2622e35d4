"""The list of risks."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.risks.models import LEVELS, Harm, Risk, RiskMatrix, RiskSheet
from web.lists import RecordTable

NUMBER = {"td": {"class": "n"}}


class RiskTable(RecordTable):
    """Risks, the worst first."""

    reference = tables.Column(verbose_name=_("no."), order_by="pk", linkify=True)
    title = tables.Column(linkify=True)
    system = tables.Column(linkify=True)
    score = tables.Column(verbose_name=_("score"), attrs=NUMBER)
    band_name = tables.TemplateColumn(
        "{% load ui %}{% state record.band_name %}", verbose_name=_("level now")
    )
    standing = tables.TemplateColumn(
        "{% load ui %}{% state record.standing %}", verbose_name=_("state")
    )
    measures_left = tables.Column(verbose_name=_("measures open"), attrs=NUMBER)
    owner = tables.Column()
    review_on = tables.Column()

    empty_title = _("No risk yet")
    empty_text = _("Register what may go wrong, then say what is done about it.")

    class Meta(RecordTable.Meta):
        model = Risk
        fields = (
            "reference", "title", "system", "score", "band_name", "standing", "measures_left",
            "owner", "review_on",
        )  # fmt: skip

    def value_band_name(self, record: Any) -> str:
        """The band as exported."""
        return str(record.band_name)

    def value_standing(self, record: Any) -> str:
        """The state as exported."""
        return str(record.standing)


class RiskFilter(django_filters.FilterSet):
    """Narrow the list of risks."""

    q = django_filters.CharFilter(
        field_name="title", lookup_expr="icontains", label=_("Title"), strip=True, max_length=100
    )
    system = django_filters.NumberFilter(label=_("System no."), max_value=2**62)
    band_name = django_filters.ChoiceFilter(
        label=_("Level now"), choices=[(b, b) for b in LEVELS], empty_label=_("all")
    )
    standing = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(s, s) for s in ("open", "accepted", "expired", "closed")],
        empty_label=_("all"),
    )
    likelihood = django_filters.NumberFilter(label=_("Likelihood"), min_value=1, max_value=10)
    impact = django_filters.NumberFilter(label=_("Impact"), min_value=1, max_value=10)
    harm = django_filters.ChoiceFilter(
        label=_("Harm"), choices=Harm.choices, method="by_harm", empty_label=_("all")
    )
    matrix = django_filters.NumberFilter(label=_("Matrix no."), max_value=2**62)
    subcategory = django_filters.CharFilter(
        label=_("Subcategory"), method="by_subcategory", max_length=20
    )

    class Meta:
        model = Risk
        fields = (
            "q", "system", "band_name", "standing", "likelihood", "impact", "harm", "matrix",
            "subcategory",
        )  # fmt: skip

    def by_subcategory(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Linked to the subcategory; JSON lists hold each identifier in quotes."""
        return rows.filter(subcategories__icontains=f'"{value.strip()}"')

    def by_harm(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Linked to the kind of harm."""
        return rows.filter(harms__icontains=f'"{value}"')


class MatrixTable(RecordTable):
    """Matrices that hold or held."""

    unit = tables.Column(linkify=lambda record: record.get_absolute_url())
    size = tables.Column(verbose_name=_("size"), orderable=False)
    rated = tables.Column(verbose_name=_("open risks rated by it"), attrs=NUMBER)
    standing = tables.TemplateColumn(
        "{% load ui %}{% if record.replaced %}{% state 'superseded' %}{% else %}"
        "{% state 'in force' 'in force' %}{% endif %}",
        verbose_name=_("state"),
        orderable=False,
    )
    created_at = tables.DateTimeColumn(verbose_name=_("since"))

    empty_title = _("The standard matrix holds everywhere")
    empty_text = _("5 steps of likelihood by 5 of impact. Set another for a unit.")

    class Meta(RecordTable.Meta):
        model = RiskMatrix
        fields = (
            "unit", "size", "medium_from", "high_from", "critical_from", "rated", "standing",
            "set_by", "created_at",
        )  # fmt: skip

    def value_standing(self, record: Any) -> str:
        """The state as exported."""
        return "superseded" if record.replaced else "in force"


class RiskSheetTable(RecordTable):
    """Tables of risks that were brought."""

    file_name = tables.Column(linkify=True)
    state = tables.TemplateColumn("{% load ui %}{% state record.state %}", verbose_name=_("state"))
    registered = tables.Column(attrs=NUMBER)
    changed = tables.Column(attrs=NUMBER)
    created_at = tables.DateTimeColumn(verbose_name=_("uploaded"))

    empty_title = _("No table was brought yet")
    empty_text = _("Bring a CSV or XLSX; you see every change before anything is saved.")

    class Meta(RecordTable.Meta):
        model = RiskSheet
        fields = (
            "file_name", "unit", "state", "registered", "changed", "uploaded_by", "created_at",
        )  # fmt: skip

    def value_state(self, record: Any) -> str:
        """The state as exported."""
        return str(record.get_state_display())


class RiskSheetFilter(django_filters.FilterSet):
    """Narrow the list of tables."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=RiskSheet.State.choices, empty_label=_("all")
    )

    class Meta:
        model = RiskSheet
        fields = ("state",)


class MatrixFilter(django_filters.FilterSet):
    """Narrow the list of matrices."""

    unit = django_filters.NumberFilter(label=_("Unit no."), max_value=2**62)

    class Meta:
        model = RiskMatrix
        fields = ("unit",)
