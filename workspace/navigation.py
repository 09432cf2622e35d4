"""The rail: only what is finished stands in it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry of the rail."""

    label: str | Promise
    route: str
    icon: str
    under: str


PLACES = (
    Place(_("Home"), "workspace:home", "house", "/"),
    Place(_("Systems"), "models_registry:system-list", "boxes", "/systems/"),
    Place(_("Evaluations"), "evaluations:run-list", "gauge", "/evaluations/"),
    Place(_("Incidents"), "incidents:incident-list", "siren", "/incidents/"),
    Place(_("Assessments"), "assessments:assessment-list", "clipboard-check", "/assessments/"),
    Place(_("Reports"), "reports:report-list", "file-text", "/reports/"),
    Place(_("Frameworks"), "frameworks:framework-list", "library", "/frameworks/"),
    Place(_("Ledger"), "workspace:event-list", "scroll-text", "/ledger/"),
    Place(_("Settings"), "workspace:settings", "settings", "/settings/"),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: the rail, with the current place marked."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {"navigation": [entry for place in PLACES if (entry := _entry(place, request.path))]}


def _entry(place: Place, path: str) -> dict[str, Any] | None:
    try:
        url = reverse(place.route)
    except NoReverseMatch:
        return None
    current = path == "/" if place.under == "/" else path.startswith(place.under)
    return {"label": place.label, "url": url, "icon": place.icon, "current": current, "count": None}
