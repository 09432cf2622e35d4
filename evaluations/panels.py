"""What checks have to say on the pages of systems and versions."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.queries import can
from evaluations import states
from evaluations.card_numbers import AGREES, DIFFERS, card_numbers
from evaluations.monitoring import proposals_for_list
from evaluations.queries import runs_for_list
from models_registry.models import AISystem, CardRevision, ModelVersion
from web.panels import Panel, panel

SHOWN = 8


@panel("models_registry.aisystem", order=10)
def runs_of_system(user: Any, system: AISystem) -> Panel:
    """The newest runs on any version that the system uses."""
    runs = runs_for_list(user).filter(model_version__model__uses__system=system)
    return _panel(user, runs, f"system={system.pk}", system.unit_id, "")


@panel("models_registry.modelversion", order=10)
def runs_of_version(user: Any, version: ModelVersion) -> Panel:
    """The newest runs on this version."""
    runs = runs_for_list(user).filter(model_version=version)
    return _panel(
        user,
        runs,
        f"model_version={version.pk}",
        version.model.unit_id,
        f"?model_version={version.pk}",
    )


@panel("models_registry.modelversion", order=11)
def proposals_of_version(user: Any, version: ModelVersion) -> Panel | None:
    """What monitors of this version propose and nobody has decided or finished."""
    found = proposals_for_list(user).filter(
        monitor__model_version=version, state__in=states.STANDING
    )
    proposals = list(found[:SHOWN])
    if not proposals:
        return None
    context = {"proposals": proposals, "query": f"model_version={version.pk}"}
    return Panel(_("Proposals of monitors"), "evaluations/panel_proposals.html", context)


@panel("models_registry.cardrevision", order=5)
def numbers_of_card(user: Any, card: CardRevision) -> Panel | None:
    """The numbers of a revision of a card, held against the newest runs."""
    rows = card_numbers(user, card)
    if not rows:
        return None
    outcomes = [row.outcome for row in rows]
    context = {
        "card": card,
        "rows": rows,
        "differing": outcomes.count(DIFFERS),
        "agreeing": outcomes.count(AGREES),
    }
    return Panel(_("Numbers in the card"), "evaluations/card_numbers.html", context)


def _panel(user: Any, runs: Any, query: str, unit: int, start: str) -> Panel:
    may_run = can(user, Permission.CHECK_RUN, unit)
    context = {
        "runs": list(runs.order_by("-pk")[:SHOWN]),
        "query": query,
        "start_link": f"{reverse('evaluations:run-start')}{start}" if may_run else "",
    }
    return Panel(_("Checks"), "evaluations/panel.html", context)
