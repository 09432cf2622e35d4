"""Facts that the register holds and that speak to a subcategory.

Facts are pulled by query, each time, from the packages below. They inform whoever answers;
none of them counts as an answer.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluations.models import CheckRun
from evaluations.queries import rationale, runs_for_subcategory
from governance.assessments.models import Assessment
from incidents.queries import open_for
from models_registry.models import CardRevision, ModelVersion


@dataclass(frozen=True)
class Fact:
    """One fact: what it is, its state, when it was so, where to look, why it is shown.

    ``key`` is the ledger key of the record, which may be offered as evidence.
    """

    title: str
    state: str
    detail: str
    at: dt.datetime
    url: str
    key: str
    stale: bool = False
    why: str = ""


def facts_of(assessment: Assessment, node: Any, user: User) -> list[Fact]:
    """Everything that speaks to ``node`` (with ``key`` and ``records``), as ``user`` may see it.

    Facts are about a system: beside the questions to an organisation there are none.
    """
    if assessment.system is None:
        return []
    return [fact for source in SOURCES for fact in source(assessment, node, user)]


def check_facts(assessment: Assessment, node: Any, user: User) -> list[Fact]:
    """The newest finished run of each check that speaks to the subcategory, by model version.

    A run is stale on a version that is not the newest of its model, and past its validity.
    """
    subject: Any = assessment.model_version or assessment.system
    runs = list(runs_for_subcategory(subject, node.key, user=user))
    newest: dict[tuple[str, int], Any] = {}
    for run in runs:
        newest.setdefault((run.check_name, run.model_version_id), run)
    latest = _latest_versions(runs)
    return [
        Fact(
            title=f"{run.title}: {run.model_version}",
            state=run.verdict,
            detail=run.headline,
            why=rationale(run.check_name, node.key),
            at=run.finished_at or run.updated_at,
            url=run.get_absolute_url(),
            key=run.key,
            stale=run.model_version_id not in latest or run.freshness in ("stale", "invalid"),
        )
        for run in newest.values()
    ]


def _latest_versions(runs: list[CheckRun]) -> set[int]:
    """Ids of the newest version of each model that was run; no query without runs."""
    models = {run.model_version.model_id for run in runs}
    if not models:
        return set()
    versions = ModelVersion.objects.filter(model__in=models).order_by("created_at", "pk")
    return set(dict(versions.values_list("model_id", "pk")).values())


def card_facts(assessment: Assessment, node: Any, user: User) -> list[Fact]:
    """The newest card of each model version of the system, with how complete it is."""
    if "model_card" not in node.records:
        return []
    cards = (
        CardRevision.objects.visible_to(user)
        .filter(model_version__model__uses__system=assessment.system_id)
        .select_related("model_version__model")
        .defer("parsed", "extra", "report")
        .order_by("model_version_id", "-number")
    )
    newest = {card.model_version_id: card for card in reversed(list(cards))}
    return [
        Fact(
            title=_("Card of %s") % card.model_version,
            state="",
            detail=_("%(percent)d %% complete, revision %(number)d")
            % {"percent": card.completeness, "number": card.number},
            at=card.created_at,
            url=card.model_version.get_absolute_url(),
            key=card.key,
        )
        for card in newest.values()
    ]


def incident_facts(assessment: Assessment, node: Any, user: User) -> list[Fact]:
    """Incidents of the system that are not closed, where incidents can speak to the subcategory."""
    if "incident" not in node.records:
        return []
    return [
        Fact(
            title=incident.title,
            state=incident.state,
            detail=str(incident.get_severity_display()),
            at=incident.detected_at,
            url=incident.get_absolute_url(),
            key=incident.key,
        )
        for incident in open_for(by=user, system=assessment.system)
    ]


Source = Callable[[Assessment, Any, User], list[Fact]]
SOURCES: tuple[Source, ...] = (check_facts, card_facts, incident_facts)
