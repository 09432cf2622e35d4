"""Tables of the catalogue."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from frameworks.models import FrameworkImport, FrameworkVersion, NodeChange
from web.lists import RecordTable


class VersionTable(RecordTable):
    """Framework versions."""

    framework = tables.Column(linkify=lambda record: ("frameworks:version-detail", [record.pk]))
    label = tables.Column()
    assessable = tables.Column(verbose_name=_("to assess"), attrs={"td": {"class": "n"}})
    identifiers = tables.Column(verbose_name=_("identifiers"), attrs={"td": {"class": "n"}})
    extent = tables.Column()
    published_on = tables.Column()
    status = tables.TemplateColumn(
        "{% load ui %}{% state record.status %}", verbose_name=_("status")
    )

    empty_title = _("No framework is loaded")
    empty_text = _("Run manage.py load_catalogue to load the AI RMF.")

    class Meta(RecordTable.Meta):
        model = FrameworkVersion
        fields = (
            "framework", "label", "assessable", "identifiers", "extent", "published_on", "status",
        )  # fmt: skip

    def value_status(self, record: FrameworkVersion) -> str:
        """The state as exported."""
        return record.status


class ImportTable(RecordTable):
    """Uploaded frameworks."""

    title = tables.Column(linkify=True)
    edition = tables.Column()
    format = tables.Column()
    file_name = tables.Column()
    uploaded_by = tables.Column()
    created_at = tables.TemplateColumn("{% load ui %}{% when record.created_at %}")
    state = tables.TemplateColumn("{% load ui %}{% state record.state %}", verbose_name=_("state"))

    empty_title = _("Nothing was uploaded yet")
    empty_text = _("Add a framework of your own as OSCAL catalog or table.")

    class Meta(RecordTable.Meta):
        model = FrameworkImport
        fields = (
            "title", "edition", "format", "file_name", "uploaded_by", "created_at", "state",
        )  # fmt: skip

    def value_state(self, record: FrameworkImport) -> str:
        """The state as exported."""
        return record.state

    def value_created_at(self, record: FrameworkImport) -> str:
        """The time as exported."""
        return record.created_at.isoformat()


class ImportFilter(django_filters.FilterSet):
    """Narrow the list of uploads."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=FrameworkImport.State.choices, empty_label=_("all")
    )

    class Meta:
        model = FrameworkImport
        fields = ("state",)


class ChangeTable(RecordTable):
    """What becomes of each item from one edition to the next."""

    old = tables.Column(verbose_name=_("before"), empty_values=())
    new = tables.Column(verbose_name=_("now"), empty_values=())
    title = tables.Column(verbose_name=_("title"))
    change = tables.Column(verbose_name=_("change"))
    also_reworded = tables.BooleanColumn(verbose_name=_("words differ"))
    carries = tables.BooleanColumn(verbose_name=_("answer offered"))

    empty_title = _("Nothing to compare")
    empty_text = _("Neither edition has an item to assess.")

    class Meta(RecordTable.Meta):
        fields = ("old", "new", "title", "change", "also_reworded", "carries")

    def render_old(self, value: str) -> str:
        """The identifier before; a dash where there was none."""
        return value or "—"

    def render_new(self, value: str) -> str:
        """The identifier now; a dash where there is none."""
        return value or "—"

    def render_change(self, value: str) -> str:
        """The class in words."""
        return str(NodeChange.Change(value).label)

    def value_change(self, value: str) -> str:
        """The class as exported."""
        return value

    def render_also_reworded(self, value: bool) -> str:
        """In words."""
        return str(_("yes") if value else _("no"))

    def render_carries(self, value: bool) -> str:
        """In words."""
        return str(_("yes") if value else _("no"))
