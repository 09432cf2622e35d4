"""Writes about deployments: start, promote, retire, roll back, and look at the way back.

The history of a model in an environment only grows at its end: nothing that is recorded is
rewritten, and no two rows of it are in production at the same moment.
"""

import datetime as dt
import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from jobs.actions import enqueue
from jobs.models import OPEN_STATES, Job
from ledger.actions import Act, action
from ledger.errors import Refused
from models_registry import states
from models_registry.actions.editing import locked
from models_registry.models import AISystem, Deployment, Model, ModelVersion, RollbackCheck
from models_registry.queries.deployments import (
    history_of,
    last_recorded,
    newest_check,
    still_holds,
    way_back,
)

CHECK_JOB = "models_registry.check_rollback"
NEXT_STAGE = {
    Deployment.Stage.SHADOW: Deployment.Stage.CANARY,
    Deployment.Stage.CANARY: Deployment.Stage.PRODUCTION,
}
_ENVIRONMENT = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def deploy(
    *,
    by: User,
    version: ModelVersion,
    environment: str,
    stage: str,
    share: int = 100,
    system: AISystem | None = None,
    reason: str = "",
    since: dt.datetime | None = None,
) -> Deployment:
    """Record that ``version`` serves in ``environment`` from ``since`` (default: now) on.

    ``share`` is a percentage of the requests. In production it ends what is there as replaced.
    Raises ``Refused`` when the version may not serve, is there already, or ``since`` lies in the
    future or before what is recorded.
    """
    require(by, Permission.DEPLOYMENT_CHANGE, version.model.unit_id)
    _check_place(by, version.model, environment, stage, system)
    with action("models_registry.deployment.started", by=by, reason=reason) as act:
        model = locked(version.model)
        started = Deployment(
            model_version=version,
            environment=environment,
            stage=stage,
            share=share,
            system=system,
            reason=reason,
            since=_moment(model, environment, since),
            started_by=by,
        )
        _start(act, started)
    return started


def promote(
    *,
    by: User,
    deployment: Deployment,
    share: int = 100,
    reason: str = "",
    at: dt.datetime | None = None,
) -> Deployment:
    """Take a deployment to its next stage: one row ends and the next starts at one moment."""
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    with action("models_registry.deployment.started", by=by, reason=reason) as act:
        model, running = _running(deployment)
        if running.stage not in NEXT_STAGE:
            raise Refused(_("It is in production already."), code="stage", status=409)
        moment = _moment(model, running.environment, at)
        _end(act, running, moment, Deployment.Ending.PROMOTED)
        following = Deployment(
            model_version=running.model_version,
            environment=running.environment,
            stage=NEXT_STAGE[Deployment.Stage(running.stage)],
            share=share,
            system=running.system,
            reason=reason,
            since=moment,
            started_by=by,
        )
        _start(act, following)
    return following


def retire_deployment(
    *, by: User, deployment: Deployment, reason: str, at: dt.datetime | None = None
) -> Deployment:
    """End a deployment; nothing takes its place."""
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    _need(reason)
    with action("models_registry.deployment.retired", by=by, reason=reason) as act:
        model, running = _running(deployment)
        moment = _moment(model, running.environment, at)
        _end(act, running, moment, Deployment.Ending.RETIRED)
    return running


def check_rollback(*, by: User, deployment: Deployment, target: ModelVersion) -> Job:
    """Ask for a look at the way back from ``deployment`` to ``target``; a job reads the files."""
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    _check_target(deployment, target)
    if deployment.until is not None:
        raise _ended()
    arguments = {"deployment": deployment.pk, "target": target.pk}
    return enqueue(CHECK_JOB, arguments, by=by, key=f"{deployment.pk}:{target.pk}")


def open_check_job(deployment: Deployment) -> Job | None:
    """The job that looks at the way back from ``deployment`` at present."""
    return (
        Job.objects.filter(
            kind=CHECK_JOB, key__startswith=f"{deployment.pk}:", state__in=OPEN_STATES
        )
        .select_related("requested_by")
        .first()
    )


def record_rollback_check(
    *, by: User, deployment: Deployment, target: ModelVersion, reasons: list[dict[str, Any]]
) -> RollbackCheck:
    """Store what a look at the way back found; verified when no reason speaks against it."""
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    check = RollbackCheck(
        deployment=deployment,
        target=target,
        verified=bool(reasons) and all(reason["ok"] for reason in reasons),
        reasons=reasons,
        checked_by=by,
    )
    with action("models_registry.deployment.rollback-checked", by=by) as act:
        act.save(check)
    return check


def roll_back(
    *,
    by: User,
    deployment: Deployment,
    reason: str,
    target: ModelVersion | None = None,
    force: bool = False,
    at: dt.datetime | None = None,
) -> Deployment:
    """End ``deployment`` as rolled back and start the target in its place, in one transaction.

    Without ``target`` it is the one of the newest check, else the version that served before.
    Raises ``Refused`` when the newest check of that target does not hold, unless ``force``; the
    ledger then says that the way back was not verified. A version that may not serve is never
    started.
    """
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    _need(reason)
    with action("models_registry.deployment.started", by=by, reason=reason) as act:
        model, running = _running(deployment)
        goal = target or _usual_target(running)
        _check_target(running, goal)
        check = newest_check(running, goal)
        verified = check is not None and still_holds(check)
        if not (verified or force):
            raise Refused(
                _("The way back is not verified. Check it first, or roll back without the check."),
                code="not-verified",
                status=409,
            )
        moment = _moment(model, running.environment, at)
        kind = "rolled-back" if verified else "rolled-back-unverified"
        ending = Deployment.Ending.ROLLED_BACK
        _end(act, running, moment, ending, event=f"models_registry.deployment.{kind}")
        again = _again(running, goal, by=by, reason=reason, since=moment)
        _start(act, again)
    return again


def _again(
    running: Deployment, goal: ModelVersion, *, by: User, reason: str, since: dt.datetime
) -> Deployment:
    """``goal`` in the place of ``running``."""
    return Deployment(
        model_version=goal,
        environment=running.environment,
        stage=running.stage,
        share=running.share,
        system=running.system,
        reason=reason,
        since=since,
        rollback_of=running,
        started_by=by,
    )


def report_digest(*, by: User, deployment: Deployment, digest: str) -> Deployment:
    """Keep the SHA-256 that the runtime says it loaded, as 64 hexadecimal digits."""
    require(by, Permission.DEPLOYMENT_CHANGE, deployment.model_version.model.unit_id)
    found = digest.strip().lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(found):
        raise Refused(
            _("Report a SHA-256 as 64 hexadecimal digits."), code="digest", field="digest"
        )
    with action("models_registry.deployment.digest-reported", by=by) as act:
        _model, running = _running(deployment)
        if running.reported_digest != found:
            running.reported_digest = found
            act.save(running)
    return running


def _check_place(
    by: User, model: Model, environment: str, stage: str, system: AISystem | None
) -> None:
    if not _ENVIRONMENT.fullmatch(environment):
        raise Refused(
            _("Name the environment in small letters, digits and hyphens, such as prod-eu."),
            code="environment",
            field="environment",
        )
    if stage not in Deployment.Stage.values:
        raise Refused(_("Choose shadow, canary or production."), code="stage", field="stage")
    if system is None:
        return
    require(by, Permission.RECORD_VIEW, system.unit_id)
    if not system.uses.filter(model=model).exists():
        raise Refused(
            _("%(system)s does not use this model. Add the model to the system first.")
            % {"system": system},
            code="system",
            field="system",
        )


def _check_target(deployment: Deployment, target: ModelVersion) -> None:
    if target.model_id != deployment.model_version.model_id:
        raise Refused(_("Choose a version of the same model."), code="other-model", field="target")
    if target.pk == deployment.model_version_id:
        raise Refused(
            _("That version serves there now. Choose another one."), code="same", field="target"
        )


def _usual_target(deployment: Deployment) -> ModelVersion:
    check = newest_check(deployment)
    found = way_back(deployment) if check is None else check.target
    if found is None:
        raise Refused(
            _("Nothing served there before. Choose the version to go back to."),
            code="no-target",
            field="target",
        )
    return found


def _running(deployment: Deployment) -> tuple[Model, Deployment]:
    """The model, locked, and the deployment as stored under that lock. Raises ``Refused``."""
    model = locked(deployment.model_version.model)
    stored = Deployment.objects.select_related("model_version__model", "system")
    running: Deployment = stored.get(pk=deployment.pk)
    if running.until is not None:
        raise _ended()
    return model, running


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."), code="reason", field="reason")


def _ended() -> Refused:
    return Refused(_("This deployment has ended. Load the page again."), code="ended", status=409)


def _moment(model: Model, environment: str, wanted: dt.datetime | None) -> dt.datetime:
    """When the change takes effect: later than all that is recorded, and not in the future."""
    now, last = timezone.now(), last_recorded(model, environment)
    if wanted is None:
        # Clocks of two machines differ by a little; the order of the rows must not.
        return max(now, last) if last else now
    if wanted > now:
        raise Refused(
            _("That moment lies in the future. Record what has happened."),
            code="future",
            field="since",
        )
    if last is not None and wanted < last:
        raise Refused(
            _("The record of %(environment)s goes up to %(last)s. Name that moment or a later one.")
            % {"environment": environment, "last": f"{last:%Y-%m-%d %H:%M:%S} UTC"},
            code="rewrites-history",
            field="since",
        )
    return wanted


def _end(act: Act, running: Deployment, moment: dt.datetime, ending: str, event: str = "") -> None:
    running.until = moment
    running.ending = ending
    act.save(running, event=event or f"models_registry.deployment.{ending}")


def _start(act: Act, started: Deployment) -> None:
    """Store a new row; in production it ends the running one. The model's row is locked."""
    version = locked(started.model_version)
    if version.state not in states.SERVABLE:
        raise Refused(
            _(
                "%(version)s is in state “%(state)s” and may not serve. Have it approved first, or "
                "choose an approved version."
            )
            % {"version": version, "state": version.get_state_display()},
            code="not-servable",
            status=409,
        )
    model = started.model_version.model
    there = history_of(model, started.environment).filter(until=None, stage=started.stage)
    if there.filter(model_version=version).exists():
        raise Refused(
            _("%(version)s serves there already.") % {"version": version},
            code="already-there",
            status=409,
        )
    if started.stage == Deployment.Stage.PRODUCTION:
        for running in there:
            _end(act, running, started.since, Deployment.Ending.REPLACED)
    act.save(started)
