"""The table of gaps."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from web.lists import RecordTable
from web.templatetags.ui import state

NUMBER = {"td": {"class": "n"}}


class GapTable(RecordTable):
    """Items against their target level."""

    key = tables.Column(
        verbose_name=_("no."),
        order_by="order",
        linkify=lambda record: reverse(
            "assessments:answer-edit", args=[record["assessment"], record["slug"]]
        ),
        attrs={"td": {"class": "nowrap"}},
    )
    title = tables.Column(verbose_name=_("item"))
    current = tables.Column(verbose_name=_("counts as"), attrs=NUMBER)
    target = tables.Column(verbose_name=_("target"), attrs=NUMBER)
    size = tables.Column(verbose_name=_("gap"), attrs=NUMBER)
    reason = tables.Column(verbose_name=_("why this target"), orderable=False)
    what = tables.Column(verbose_name=_("what is done"), orderable=False, empty_values=())
    owner = tables.Column(verbose_name=_("owner"))
    due_date = tables.TemplateColumn(
        "{% load ui %}{% when record.due_date %}",
        verbose_name=_("due"),
        attrs={"td": {"class": "nowrap"}},
    )
    state = tables.Column(verbose_name=_("plan"), empty_values=())

    empty_title = _("No target level to compare with")
    empty_text = _(
        "Make a target profile of this framework for the unit or one above it, and publish it."
    )

    class Meta(RecordTable.Meta):
        fields = (
            "key", "title", "current", "target", "size", "reason", "what", "owner", "due_date",
            "state",
        )  # fmt: skip

    def render_what(self, record: dict[str, Any]) -> Any:
        """What is planned, with the way to change it."""
        address = reverse("assessments:gap-plan", args=[record["assessment"], record["slug"]])
        label = record["what"] or (_("Plan") if record["size"] else "—")
        if label == "—":
            return label
        about = format_html('<span class="vh"> ({})</span>', record["key"])
        return format_html('<a href="{}">{}{}</a>', address, label, about)

    def value_due_date(self, record: dict[str, Any]) -> str:
        """The day as exported."""
        return str(record["due_date"] or "")

    def value_what(self, record: dict[str, Any]) -> str:
        """What is planned, as exported."""
        return str(record["what"])

    def render_state(self, record: dict[str, Any]) -> Any:
        """Done, late or planned, as a badge."""
        return state(record["state"]) if record["state"] else "—"

    def value_state(self, record: dict[str, Any]) -> str:
        """The same as exported."""
        return str(record["state"])
