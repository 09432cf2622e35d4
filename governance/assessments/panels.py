"""Judgement, on the page of a system."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.queries import can
from governance.assessments.queries import assessments
from models_registry.models import AISystem
from web.panels import Panel, panel

SHOWN = 8


@panel("models_registry.aisystem", order=30)
def assessments_of_system(user: Any, system: AISystem) -> Panel:
    """The newest assessments with their progress."""
    context = {
        "assessments": list(assessments(user).filter(system=system).order_by("-pk")[:SHOWN]),
        "system": system,
        "may_open": can(user, Permission.ASSESSMENT_OPEN, system.unit_id),
    }
    return Panel(_("Assessments"), "assessments/panel.html", context)
