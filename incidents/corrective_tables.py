"""The list of corrective actions."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents import states
from incidents.models import CorrectiveAction
from incidents.models.corrective import today
from web.lists import RecordTable
from web.showing import visible

UNFINISHED, OVERDUE = "unfinished", "overdue"


class ActionTable(RecordTable):
    """Actions, due first."""

    reference = tables.Column(
        verbose_name=_("Number"), order_by="pk", linkify=True, attrs={"td": {"class": "nowrap"}}
    )
    title = tables.Column(linkify=True)
    state = tables.TemplateColumn(
        "{% load ui %}{% if record.is_overdue %}{% state 'late' %}{% else %}"
        "{% state record.state record.get_state_display %}{% endif %}",
        verbose_name=_("State"),
    )
    priority = tables.TemplateColumn(
        "{% load ui %}{% state record.priority record.get_priority_display %}"
    )
    due_on = tables.TemplateColumn("{% load ui %}{% when record.due_on %}", verbose_name=_("Due"))
    about = tables.Column(verbose_name=_("About"), orderable=False)
    owner = tables.Column(order_by="owner__name")

    empty_title = _("No corrective action is open")
    empty_text = _("What an incident or a postmortem teaches becomes an action with an owner.")

    class Meta(RecordTable.Meta):
        model = CorrectiveAction
        fields = ("reference", "title", "state", "priority", "due_on", "owner", "about")

    def render_title(self, value: str) -> str:
        """With marks that cannot be seen written out."""
        return visible(value)

    def render_about(self, value: str) -> str:
        """With marks that cannot be seen written out."""
        return visible(value)

    def value_title(self, value: str) -> str:
        """As exported."""
        return value

    def value_state(self, record: CorrectiveAction) -> str:
        """As exported."""
        return record.state

    def value_priority(self, record: CorrectiveAction) -> str:
        """As exported."""
        return record.priority

    def value_due_on(self, record: CorrectiveAction) -> Any:
        """As exported."""
        return record.due_on


class ActionFilter(filters.FilterSet):
    """Text, state, priority, whether it is mine."""

    q = filters.CharFilter(label=_("Text"), method="by_text", max_length=200)
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[
            (UNFINISHED, _("Not finished")),
            (OVERDUE, _("Overdue")),
            *CorrectiveAction.State.choices,
        ],
        method="by_state",
        empty_label=_("All"),
    )
    priority = filters.ChoiceFilter(
        label=_("Priority"), choices=CorrectiveAction.Priority.choices, empty_label=_("All")
    )
    mine = filters.ChoiceFilter(
        label=_("Owner"), choices=[("1", _("Me"))], method="by_owner", empty_label=_("All")
    )

    class Meta:
        model = CorrectiveAction
        fields = ("q", "state", "priority", "mine")

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the title, the text or what it is about."""
        for word in value.split()[:10]:
            found = Q(title__icontains=word) | Q(text__icontains=word)
            about = Q(subject_title__icontains=word) | Q(incident__title__icontains=word)
            rows = rows.filter(found | about)
        return rows

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """One state, all that is not finished, or all that is overdue."""
        if value == UNFINISHED:
            return rows.filter(state__in=states.ACTION_UNFINISHED)
        if value == OVERDUE:
            return rows.filter(state=states.ACTION_OPEN, due_on__lt=today())
        return rows.filter(state=value)

    def by_owner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those of the reader."""
        return rows.filter(owner=self.request.user) if self.request else rows.none()
