"""The ledger: what happened, who did it, and the proof that nothing was changed since."""

import json
from typing import Any

import django_filters
import django_tables2
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from ledger.models import Event
from ledger.queries import latest_checkpoint, position_of
from web.lists import RecordList, RecordTable
from web.templatetags.ui import when
from workspace.queries import events_visible_to, people_by_key


class EventTable(RecordTable):
    """One line per event."""

    number = django_tables2.LinkColumn(
        "workspace:event-detail",
        args=[django_tables2.A("pk")],
        accessor="pk",
        verbose_name=gettext_lazy("Event"),
        attrs={"td": {"class": "n"}},
    )
    at = django_tables2.Column(verbose_name=gettext_lazy("Time"))
    actor = django_tables2.Column(verbose_name=gettext_lazy("Who"))
    action = django_tables2.Column(verbose_name=gettext_lazy("What"))
    subject = django_tables2.Column(verbose_name=gettext_lazy("Record"))
    reason = django_tables2.Column(verbose_name=gettext_lazy("Reason"), orderable=False)
    empty_title = gettext_lazy("The ledger has no events that you may read")

    class Meta(RecordTable.Meta):
        order_by = ("-number",)

    def before_render(self, request: HttpRequest) -> None:
        self.people = people_by_key({row.record.actor for row in self.paginated_rows})

    def render_at(self, record: Event) -> str:
        return when(record.at)

    def value_at(self, record: Event) -> str:
        return record.at.isoformat()

    def render_actor(self, record: Event) -> str:
        people: dict[str, str] = getattr(self, "people", {})
        return people.get(record.actor, record.actor)

    def value_actor(self, record: Event) -> str:
        return record.actor

    def render_subject(self, record: Event) -> str:
        return format_html('<a href="?subject={}">{}</a>', record.subject, record.subject)

    def value_subject(self, record: Event) -> str:
        return record.subject


class EventFilter(django_filters.FilterSet):
    """Filters of the ledger page."""

    action = django_filters.CharFilter(lookup_expr="istartswith", label=gettext_lazy("What"))
    subject = django_filters.CharFilter(lookup_expr="exact", label=gettext_lazy("Record"))
    since = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label=gettext_lazy("Since (UTC)")
    )
    until = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label=gettext_lazy("Until (UTC)")
    )


class EventList(RecordList):
    """Every event of the units whose ledger I may read, and what I did myself."""

    table_class = EventTable
    filterset_class = EventFilter
    title = gettext_lazy("Ledger")
    template_name = "workspace/event_list.html"
    paginate_by = 50

    def queryset(self) -> QuerySet[Event]:
        return events_visible_to(self.request.user)  # type: ignore[arg-type]

    def context(self) -> dict[str, Any]:
        return {"checkpoint": latest_checkpoint()}


def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with its exact body and its place in the tree."""
    event = get_object_or_404(events_visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    body = json.loads(event.body)
    context = {
        "event": event,
        "who": people_by_key({event.actor}).get(event.actor, event.actor),
        "changes": _changes(body),
        "position": position_of(event),
        "detail": body.get("detail"),
    }
    return render(request, "workspace/event_detail.html", context)


def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint as a signed note, made to be kept outside and published."""
    last = latest_checkpoint()
    if last is None:
        raise Http404
    return HttpResponse(last.note, content_type="text/plain; charset=utf-8")


def _changes(body: dict[str, Any]) -> list[dict[str, Any]]:
    old, new = body.get("old", {}), body.get("new", {})
    return [
        {"field": name, "old": old.get(name), "new": new.get(name)} for name in sorted({*old, *new})
    ]
