"""Reads of deployments: what serves, what served, and where one could go back to."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.permissions import Permission
from accounts.queries import can
from models_registry import states
from models_registry.models import (
    AISystem,
    Deployment,
    Model,
    ModelUse,
    ModelVersion,
    RollbackCheck,
)

SHOWN = 20
LONGEST_HISTORY = 200
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WITH = ("model_version__model__unit", "system", "started_by")


def deployments_for_list(user: User) -> QuerySet[Deployment]:
    """Visible deployments with what a row of them shows."""
    found: QuerySet[Deployment] = Deployment.objects.visible_to(user)
    return found.select_related(*_WITH)


def in_production_at(
    user: User, moment: dt.datetime, system: AISystem | None = None
) -> QuerySet[Deployment]:
    """Visible deployments that were in production at ``moment``, by environment and model.

    A deployment serves from its start up to its end, the end excluded.
    """
    found = deployments_for_list(user).filter(stage=Deployment.Stage.PRODUCTION)
    if system is not None:
        found = of_system(found, system)
    served: QuerySet[Deployment] = found.at(moment)  # type: ignore[attr-defined]
    return served.order_by("environment", "model_version__model__name", "pk")


def serving_now(user: User, system: AISystem) -> list[Deployment]:
    """The visible deployments, of any stage, that serve ``system`` at present."""
    found = of_system(deployments_for_list(user), system).filter(until=None)
    return list(found.order_by("environment", "-stage", "pk")[:SHOWN])


def of_system(rows: QuerySet[Deployment], system: AISystem) -> QuerySet[Deployment]:
    """Those of ``system``; one that names no system serves all that use its model."""
    return of_systems(rows, AISystem.objects.filter(pk=system.pk))


def of_systems(rows: QuerySet[Deployment], systems: QuerySet[AISystem]) -> QuerySet[Deployment]:
    """Those of any of ``systems``; see ``of_system``."""
    chosen = systems.order_by().values("pk")
    uses = ModelUse.objects.filter(system__in=chosen).order_by().values("model_id")
    return rows.filter(Q(system__in=chosen) | Q(system=None, model_version__model__in=uses))


def deployments_of(user: User, version: ModelVersion) -> dict[str, Any]:
    """What the page of ``version`` says about its deployments; two queries."""
    found = Deployment.objects.filter(model_version=version).select_related("started_by", "system")
    return {
        "deployments": list(found[:SHOWN]),
        "may_deploy": version.state in states.SERVABLE
        and can(user, Permission.DEPLOYMENT_CHANGE, version.model.unit_id),
    }


def history_of(model: Model, environment: str) -> QuerySet[Deployment]:
    """Every deployment of ``model`` in ``environment``, newest first."""
    found: QuerySet[Deployment] = Deployment.objects.filter(
        model_version__model=model, environment=environment
    )
    return found.select_related(*_WITH)


def last_recorded(model: Model, environment: str) -> dt.datetime | None:
    """The latest moment that is on record for ``model`` in ``environment``."""
    latest = history_of(model, environment).aggregate(began=Max("since"), ended=Max("until"))
    return max((moment for moment in latest.values() if moment), default=None)


def way_back(deployment: Deployment) -> ModelVersion | None:
    """The version that served in the same place before, unless it was taken away from there."""
    before = history_of(deployment.model_version.model, deployment.environment).filter(
        Q(since__lt=deployment.since) | Q(since=deployment.since, pk__lt=deployment.pk),
        stage=deployment.stage,
    )
    others = before.exclude(ending=Deployment.Ending.ROLLED_BACK).exclude(
        model_version=deployment.model_version_id
    )
    found: Deployment | None = others.first()
    return None if found is None else found.model_version


def targets_of(deployment: Deployment) -> QuerySet[ModelVersion]:
    """The versions of the same model that one could go back to."""
    found: QuerySet[ModelVersion] = ModelVersion.objects.filter(
        model=deployment.model_version.model_id, state__in=states.SERVABLE
    )
    return found.exclude(pk=deployment.model_version_id).select_related("model__unit")


def newest_check(
    deployment: Deployment, target: ModelVersion | None = None
) -> RollbackCheck | None:
    """The newest check of the way back from ``deployment``, to ``target`` if one is named."""
    checks = deployment.rollback_checks.select_related("target__model", "checked_by")
    if target is not None:
        checks = checks.filter(target=target)
    found: RollbackCheck | None = checks.first()
    return found


def still_holds(check: RollbackCheck) -> bool:
    """Whether ``check`` says verified, is young enough, and its target may still serve."""
    oldest = timezone.now() - dt.timedelta(days=settings.ROLLBACK_CHECK_DAYS)
    return bool(
        check.verified and check.created_at >= oldest and check.target.state in states.SERVABLE
    )


def digest_answer(deployment: Deployment) -> str:
    """``same``, ``other`` or ``none``: whether the runtime reports what was to be served."""
    version = deployment.model_version
    if not deployment.reported_digest:
        return "none"
    known = {version.artifact_set_digest, version.content_digest} - {""}
    return "same" if deployment.reported_digest in known else "other"


def read_moment(text: str) -> dt.datetime:
    """A moment written as ISO 8601, in UTC where it names no offset.

    Raises ``ValueError`` when it is none, lies in the future or before 1970.
    """
    words = text.strip()
    # A plus that nobody quoted in an address arrives as a space.
    if "T" in words:
        words = words.replace(" ", "+")
    moment = parse_datetime(words)
    if moment is None:
        raise ValueError("not a date with a time")
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=dt.UTC)
    if not EARLIEST <= moment <= timezone.now():
        raise ValueError("outside of what can be known")
    return moment.astimezone(dt.UTC)
