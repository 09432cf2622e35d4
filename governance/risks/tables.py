"""The list of risks."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.risks.models import BANDS, IMPACTS, LIKELIHOODS, Risk
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
        label=_("Level now"), choices=[(b, b) for _least, b in BANDS], empty_label=_("all")
    )
    standing = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(s, s) for s in ("open", "accepted", "expired", "closed")],
        empty_label=_("all"),
    )
    likelihood = django_filters.ChoiceFilter(
        label=_("Likelihood"), choices=LIKELIHOODS, empty_label=_("all")
    )
    impact = django_filters.ChoiceFilter(label=_("Impact"), choices=IMPACTS, empty_label=_("all"))
    subcategory = django_filters.CharFilter(
        label=_("Subcategory"), method="by_subcategory", max_length=20
    )

    class Meta:
        model = Risk
        fields = ("q", "system", "band_name", "standing", "likelihood", "impact", "subcategory")

    def by_subcategory(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Linked to the subcategory; JSON lists hold each identifier in quotes."""
        return rows.filter(subcategories__icontains=f'"{value.strip()}"')
