"""Tables and filters of crosswalks, obligations and profiles."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from frameworks.identifiers import key_forms
from frameworks.models import (
    FrameworkVersion,
    Mapping,
    MappingSet,
    Obligation,
    ObligationPack,
    Profile,
)
from frameworks.queries import disputed
from web.lists import RecordTable

NUMBER = {"td": {"class": "n"}}
NOWRAP = {"td": {"class": "nowrap"}}
STANDINGS = [("ahead", _("Ahead")), ("in_force", _("In force")), ("ended", _("Ended"))]


class MappingSetTable(RecordTable):
    """Crosswalks: who maps what to what."""

    title = tables.Column(linkify=True)
    source_version = tables.Column(verbose_name=_("from"))
    target_version = tables.Column(verbose_name=_("to"))
    origin = tables.Column()
    pairs = tables.Column(verbose_name=_("pairs"), attrs=NUMBER)
    sources = tables.Column(verbose_name=_("items mapped"), attrs=NUMBER)
    targets = tables.Column(verbose_name=_("targets used"), attrs=NUMBER)

    empty_title = _("No crosswalk is loaded")
    empty_text = _("Run manage.py load_references to load those that ship.")

    class Meta(RecordTable.Meta):
        model = MappingSet
        fields = (
            "title", "source_version", "target_version", "origin", "pairs", "sources", "targets",
        )  # fmt: skip


class MappingSetFilter(django_filters.FilterSet):
    """Narrow the list of crosswalks."""

    target_version = django_filters.ModelChoiceFilter(
        label=_("To"),
        queryset=lambda request: (
            FrameworkVersion.objects.select_related("framework")
            .filter(mapped_by__isnull=False)
            .distinct()
        ),
        empty_label=_("all"),
    )
    origin = django_filters.ChoiceFilter(
        label=_("Origin"), choices=MappingSet.Origin.choices, empty_label=_("all")
    )

    class Meta:
        model = MappingSet
        fields = ("target_version", "origin")


class MappingTable(RecordTable):
    """Pairs of items, each with the set that states it."""

    source = tables.Column(linkify=("frameworks:node-detail", [tables.A("source_id")]))
    target = tables.Column(linkify=("frameworks:node-detail", [tables.A("target_id")]))
    relationship = tables.Column()
    certainty = tables.Column()
    mapping_set = tables.Column(verbose_name=_("stated in"), linkify=False)
    agreement = tables.Column(
        verbose_name=_("named by"), accessor="stated_by", order_by="stated_by", attrs=NUMBER
    )
    published_id = tables.Column()

    empty_title = _("No pair")
    empty_text = _("No crosswalk joins these two.")

    class Meta(RecordTable.Meta):
        model = Mapping
        fields = (
            "source", "target", "relationship", "certainty", "mapping_set", "agreement",
            "published_id",
        )  # fmt: skip

    def render_agreement(self, record: Any) -> str:
        """How many of the sets name the pair."""
        return str(_("%(count)d of %(all)d")) % {"count": record.stated_by, "all": record.sets}

    def order_source(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        """In reading order, not by the letters of the identifier."""
        sign = "-" if descending else ""
        return rows.order_by(f"{sign}source__order", "target__order", "pk"), True

    def order_target(self, rows: QuerySet[Any], descending: bool) -> tuple[QuerySet[Any], bool]:
        """The same of the other end."""
        sign = "-" if descending else ""
        return rows.order_by(f"{sign}target__order", "source__order", "pk"), True


class MappingFilter(django_filters.FilterSet):
    """Narrow the pairs of two frameworks."""

    function = django_filters.CharFilter(
        field_name="source__function", label=_("Function"), max_length=40, strip=True
    )
    group = django_filters.CharFilter(
        field_name="target__function", label=_("Group of the target"), max_length=40, strip=True
    )
    item = django_filters.CharFilter(
        label=_("Item of either side"), method="by_item", max_length=40, strip=True
    )
    mapping_set = django_filters.ModelChoiceFilter(
        label=_("Stated in"),
        queryset=lambda request: MappingSet.objects.all(),
        empty_label=_("all"),
    )
    certainty = django_filters.ChoiceFilter(
        label=_("Certainty"), choices=Mapping.Certainty.choices, empty_label=_("all")
    )
    agreement = django_filters.ChoiceFilter(
        label=_("Agreement"),
        choices=[("disputed", _("Not in every set")), ("agreed", _("In every set"))],
        method="by_agreement",
        empty_label=_("all"),
    )

    class Meta:
        model = Mapping
        fields = ("function", "group", "item", "mapping_set", "certainty", "agreement")

    def by_item(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Pairs with this identifier at either end, in any of its forms."""
        forms = key_forms(value)
        return rows.filter(source__key__in=forms) | rows.filter(target__key__in=forms)

    def by_agreement(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Pairs that all sets name, or that some do not."""
        return rows.filter(disputed()) if value == "disputed" else rows.exclude(disputed())


class ObligationTable(RecordTable):
    """Duties by the day from which they apply."""

    applies_from = tables.TemplateColumn(
        "{% load ui %}{% when record.applies_from %}", verbose_name=_("from"), attrs=NOWRAP
    )
    applies_to = tables.TemplateColumn(
        "{% load ui %}{% when record.applies_to %}", verbose_name=_("until"), attrs=NOWRAP
    )
    title = tables.TemplateColumn(
        "<div>{{ record.title }}{% if record.summary %}"
        '<br><span class="quiet small">{{ record.summary }}</span>{% endif %}</div>',
        verbose_name=_("duty"),
    )
    pack = tables.Column(verbose_name=_("law"))
    who = tables.Column()
    standing = tables.TemplateColumn(
        "{% load ui %}{% state record.standing %}", verbose_name=_("now")
    )
    certainty = tables.Column(verbose_name=_("date is"))
    basis = tables.Column(verbose_name=_("where the date comes from"))
    provisions = tables.Column(verbose_name=_("provisions"), accessor="pk", orderable=False)

    empty_title = _("No obligation pack is loaded")
    empty_text = _("Run manage.py load_references to load those that ship.")

    class Meta(RecordTable.Meta):
        model = Obligation
        fields = (
            "applies_from", "applies_to", "title", "pack", "who", "standing", "certainty",
            "basis", "provisions",
        )  # fmt: skip

    def render_provisions(self, record: Any) -> str:
        """The provisions, as the framework names them."""
        return ", ".join(node.key for node in record.nodes.all()) or "—"

    def value_provisions(self, record: Any) -> str:
        """The same as exported."""
        return ", ".join(node.key for node in record.nodes.all())

    def value_applies_from(self, record: Any) -> str:
        """The day as exported."""
        return str(record.applies_from)

    def value_applies_to(self, record: Any) -> str:
        """The day as exported."""
        return str(record.applies_to or "")

    def value_title(self, record: Any) -> str:
        """The duty as exported."""
        return str(record.title)

    def value_standing(self, record: Any) -> str:
        """The state as exported."""
        return str(record.standing)


class ObligationFilter(django_filters.FilterSet):
    """Narrow the list of duties."""

    pack = django_filters.ModelChoiceFilter(
        label=_("Law"),
        queryset=lambda request: ObligationPack.objects.all(),
        empty_label=_("all"),
    )
    standing = django_filters.ChoiceFilter(label=_("Now"), choices=STANDINGS, empty_label=_("all"))
    certainty = django_filters.ChoiceFilter(
        label=_("Certainty of the date"),
        choices=Obligation.Certainty.choices,
        empty_label=_("all"),
    )
    who = django_filters.CharFilter(
        label=_("Who"), lookup_expr="icontains", max_length=60, strip=True
    )

    class Meta:
        model = Obligation
        fields = ("pack", "standing", "certainty", "who")


class ProfileTable(RecordTable):
    """Profiles that ship and those of one's units."""

    title = tables.Column(linkify=True)
    purpose = tables.Column()
    framework_version = tables.Column(verbose_name=_("framework"))
    unit = tables.Column()
    held = tables.Column(verbose_name=_("items"), attrs=NUMBER)
    as_of = tables.Column()
    status = tables.TemplateColumn(
        "{% load ui %}{% state record.status %}", verbose_name=_("status")
    )

    empty_title = _("No profile yet")
    empty_text = _("A target profile says which level each item is to reach, and why.")

    class Meta(RecordTable.Meta):
        model = Profile
        fields = ("title", "purpose", "framework_version", "unit", "held", "as_of", "status")

    def value_status(self, record: Profile) -> str:
        """The state as exported."""
        return record.status


class ProfileFilter(django_filters.FilterSet):
    """Narrow the list of profiles."""

    q = django_filters.CharFilter(
        field_name="title", lookup_expr="icontains", label=_("Title"), strip=True, max_length=100
    )
    purpose = django_filters.ChoiceFilter(
        label=_("Purpose"), choices=Profile.Purpose.choices, empty_label=_("all")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Profile.Status.choices, empty_label=_("all")
    )

    class Meta:
        model = Profile
        fields = ("q", "purpose", "status")
