"""What the lists share."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.permissions import Permission
from accounts.queries import can_anywhere, units_where
from web.lists import RecordTable

NUMBER = {"td": {"class": "n"}, "th": {"class": "n"}}


def visible_units(request: Any) -> QuerySet[Unit]:
    """The units that the person may see, for a filter."""
    return units_where(request.user, Permission.RECORD_VIEW)


def by_words(label: Any, method: str, example: Any) -> django_filters.CharFilter:
    """A filter by the name or number of another record: there may be too many for a menu."""
    box = forms.TextInput(attrs={"placeholder": example})
    return django_filters.CharFilter(label=label, method=method, widget=box)


class SelectColumn(tables.Column):
    """A box to tick; it belongs to the form ``many`` below the table and is not exported."""

    def __init__(self) -> None:
        super().__init__(accessor="pk", orderable=False, verbose_name=_("Tick"))

    def render(self, record: Any) -> SafeString:
        return format_html(
            '<input type="checkbox" name="select" value="{}" form="many" aria-label="{}">',
            record.pk,
            _now("Tick %(name)s") % {"name": record},
        )


class SelectTable(RecordTable):
    """A table whose rows can be ticked by those who may change such records somewhere."""

    select = SelectColumn()

    class Meta(RecordTable.Meta):
        sequence = ("select", "...")

    def before_render(self, request: Any) -> None:
        if not can_anywhere(request.user, Permission.SYSTEM_EDIT):
            self.columns.hide("select")
