"""Reports, on the pages of systems and cards."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.queries import can
from incidents.models import NotificationClock
from models_registry.models import AISystem, CardRevision
from reports.models import Report
from web.panels import Panel, panel

SHOWN = 5


@panel("models_registry.aisystem", order=40)
def reports_of_system(user: Any, system: AISystem) -> Panel:
    """The newest reports and the button that makes one."""
    found = Report.objects.all().visible_to(user).filter(system=system).select_related("job")
    context = {
        "reports": list(found.order_by("-pk")[:SHOWN]),
        "system": system,
        "may_create": can(user, Permission.REPORT_CREATE, system.unit_id),
    }
    return Panel(_("Reports"), "reports/panel.html", context)


@panel("models_registry.cardrevision", order=40)
def reports_of_card(user: Any, card: CardRevision) -> Panel:
    """The newest prints of this revision and the button that makes one."""
    found = Report.objects.all().visible_to(user).filter(card=card).select_related("job")
    unit = card.model_version.model.unit_id
    context = {
        "reports": list(found.order_by("-pk")[:SHOWN]),
        "card": card,
        "may_create": can(user, Permission.REPORT_CREATE, unit),
    }
    return Panel(_("Card as PDF"), "reports/panel_card.html", context)


@panel("incidents.notificationclock", order=40)
def pack_of_clock(user: Any, clock: NotificationClock) -> Panel:
    """The pack of a duty to notify, printed."""
    return Panel(_("Pack as PDF"), "reports/panel_pack.html", {"clock": clock})
