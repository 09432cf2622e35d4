"""The lists about incidents, one beside the other."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

_LISTS = (
    ("incidents:incident-list", _("Incidents")),
    ("incidents:signal-list", _("Signals")),
    ("incidents:rule-list", _("Rules")),
    ("incidents:clock-list", _("Notification clocks")),
    ("incidents:incident-trends", _("Trends")),
    ("incidents:postmortem-list", _("Postmortems")),
    ("incidents:action-list", _("Corrective actions")),
    ("incidents:case-list", _("Reports of others")),
)


def list_tabs(current: str) -> list[dict[str, Any]]:
    """The lists as tabs; ``current`` is the route of the one that is shown."""
    return [
        {"url": reverse(route), "label": label, "current": route == current}
        for route, label in _LISTS
    ]
