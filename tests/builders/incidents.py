"""Failed runs and incidents, made by the real actions."""

import datetime as dt
from typing import Any

from django.utils import timezone

from evaluations.checks.catalogue import CATALOGUE
from evaluations.models import CheckRun
from incidents.actions import advance, contain, declare_incident, open_for_failed_run
from incidents.models import Incident
from ledger.actions import action
from models_registry.actions import link_model
from models_registry.models import ModelVersion
from tests.builders.models_registry import version
from tests.world import World

HEADLINE = "Drift found in 3 of 25 columns; the largest is income (PSI 0.31, limit 0.25)"


def run_of(world: World, verdict: str = "fail", **values: Any) -> CheckRun:
    """A finished run of a check, as the engine leaves it."""
    about: ModelVersion = values.pop("model_version", None) or version(world)
    ended = values.pop("finished_at", None) or timezone.now() - dt.timedelta(minutes=5)
    name = values.pop("check_name", "drift")
    run = CheckRun(
        model_version=about,
        check_name=name,
        check_version=CATALOGUE[name].version if name in CATALOGUE else 1,
        state={"": "queued", "error": "error"}.get(verdict, "done"),
        verdict=verdict,
        headline=values.pop("headline", HEADLINE),
        finished_at=ended,
        **values,
    )
    with action("evaluations.run.finished", by=world.engineer) as act:
        act.save(run)
    return run


def declared(world: World, **values: Any) -> Incident:
    """An incident that the engineer declares about Lantern credit scoring 2.3."""
    wanted = {"what": "Refusals doubled overnight", "severity": "sev2", **values}
    if "system" not in wanted:
        wanted.setdefault("version", version(world))
    return declare_incident(by=wanted.pop("by", world.engineer), **wanted)


def opened(world: World, **values: Any) -> Incident:
    """An incident that a failed check opened."""
    return open_for_failed_run(by=world.service, run=run_of(world, **values))


def incident(world: World) -> Incident:
    """The one incident of most tests, declared by hand."""
    return world.once("incident", lambda: declared(world))


def link(world: World, other: Any) -> None:
    """Let ``other`` use the model of ``version(world)``, too."""
    link_model(by=world.engineer, system=other, model=version(world).model)


def contained(world: World, found: Incident) -> Incident:
    """``found`` with something that holds the harm back."""
    if found.state in {"suspected", "triage"}:
        advance(by=world.engineer, incident=found, verb="declare")
    contain(
        by=world.engineer,
        incident=found,
        containment_kind="human",
        text="Officers decide by hand until further notice.",
    )
    return found


def recovering(world: World, found: Incident) -> Incident:
    """``found``, repaired."""
    if found.state in {"suspected", "triage"}:
        advance(by=world.engineer, incident=found, verb="declare")
    return advance(by=world.engineer, incident=found, verb="recover", reason="Feed repaired")


def resolved(world: World, found: Incident) -> Incident:
    """``found``, resolved by the owner without the proof of a check."""
    if found.state != "recovering":
        recovering(world, found)
    return advance(
        by=world.owner, incident=found, verb="resolve", reason="Feed repaired", override=True
    )


def closed(world: World, found: Incident) -> Incident:
    """``found``, resolved and closed by the owner without a review."""
    resolved(world, found)
    return advance(
        by=world.owner, incident=found, verb="close", reason="Small; no review", override=True
    )
