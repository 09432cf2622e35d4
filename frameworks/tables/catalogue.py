"""Tables of the catalogue."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from frameworks.models import FrameworkVersion
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
