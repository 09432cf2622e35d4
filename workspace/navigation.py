"""The rail: only what is finished stands in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.queries import open_for
from workspace.queries import home_unit

VERSION = "0.1.0"


@dataclass(frozen=True)
class Place:
    """One entry of the rail."""

    label: str | Promise
    route: str
    icon: str
    under: str | tuple[str, ...]
    key: str
    count: Callable[[User], int] | None = None


def _open_incidents(user: User) -> int:
    return open_for(by=user).order_by().count()


EVALUATIONS = ("/evaluations/", "/checks/", "/monitors/", "/proposals/")

PLACES = (
    Place(_("Home"), "workspace:home", "house", "/", "h"),
    Place(_("Systems"), "models_registry:system-list", "boxes", "/systems/", "s"),
    Place(_("Evaluations"), "evaluations:run-list", "gauge", EVALUATIONS, "e"),
    Place(_("Incidents"), "incidents:incident-list", "siren", "/incidents/", "i", _open_incidents),
    Place(_("Assessments"), "assessments:assessment-list", "clipboard-check", "/assessments/", "a"),
    Place(_("Risks"), "risks:risk-list", "triangle-alert", "/risks/", "k"),
    Place(_("Reports"), "reports:report-list", "file-text", "/reports/", "r"),
    Place(_("Frameworks"), "frameworks:framework-list", "library", "/frameworks/", "f"),
    Place(_("Ledger"), "workspace:event-list", "scroll-text", "/ledger/", "l"),
    Place(_("Settings"), "workspace:settings", "settings", "/settings/", "t"),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: the rail with the current place marked, the unit, the version."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "assay_version": VERSION}
    return {
        "navigation": [_entry(place, request.path, user) for place in PLACES],
        "unit_name": cache(lambda: getattr(home_unit(user), "name", "")),
        "assay_version": VERSION,
        "person_links": [
            {"url": reverse("workspace:settings"), "icon": "settings", "label": _("Settings")},
            {"url": reverse("workspace:job-list"), "icon": "loader", "label": _("My jobs")},
        ],
    }


def _entry(place: Place, path: str, user: User) -> dict[str, Any]:
    current = path == "/" if place.under == "/" else path.startswith(place.under)
    return {
        "label": place.label,
        "url": reverse(place.route),
        "icon": place.icon,
        "key": place.key,
        "current": current,
        "count": cache(partial(place.count, user)) if place.count else None,
    }
