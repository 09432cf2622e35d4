"""Writes about runs: starting, taking up, concluding, breaking, judging again."""

import io
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations import states
from evaluations.checks.catalogue import CATALOGUE
from evaluations.checks.spec import CheckSpec
from evaluations.columns import checked_roles
from evaluations.computing import CheckBroke, replay
from evaluations.engine.aggregates import pack
from evaluations.freshness import valid_until
from evaluations.models import CheckRun, MetricResult, MonitorWindow, Verdict
from jobs.actions import enqueue
from ledger.actions import Act, action
from ledger.canonical import canonical, sha256_hex
from ledger.errors import Refused
from ledger.transitions import step
from models_registry.models import DatasetVersion, ModelVersion
from models_registry.reading.profile import TableProfile
from vault.actions import store

RUN_JOB = "evaluations.run"
MAX_REASONS = 50
MAX_AGGREGATES = 64 * 1024 * 1024


def new_seed() -> int:
    """32 random bits, kept with the run: what draws lots draws them again in a replay."""
    return secrets.randbits(32)


def start_checks(
    *,
    by: User,
    version: ModelVersion,
    current: DatasetVersion,
    reference: DatasetVersion | None,
    roles: Mapping[str, Any],
    checks: Sequence[str],
    params: Mapping[str, Mapping[str, Any]],
    window: MonitorWindow | None = None,
) -> list[CheckRun]:
    """Record one run per check, of one family, and give each to a job.

    `params` maps check ids to limits; what is left out has the catalogue's value. Raises
    Refused, naming the field, when a check does not exist, a column is missing or does not fit
    its role, a limit is out of range, or a check needs a reference and there is none. Then
    nothing is started. The runs of a ``window`` of a monitor supersede its earlier ones.
    """
    require(by, Permission.CHECK_RUN, version.model.unit_id)
    for table in (current, reference):
        if table is not None:
            require(by, Permission.RECORD_VIEW, table.unit_id)
    specs = known_specs(checks, params)
    profiles = (
        TableProfile.from_json(current.profile),
        TableProfile.from_json(reference.profile) if reference else None,
    )
    drafts = [_draft(spec, roles, params.get(spec.id, {}), profiles) for spec in specs]
    family = uuid.uuid4()
    with action("evaluations.run.started", by=by) as act:
        supersede(act, window)
        for run in drafts:
            run.model_version, run.family, run.window = version, family, window
            run.current = current
            run.reference = reference if run.reads_reference else None
            with_job(act, run, by)
    return drafts


def supersede(act: Act, window: MonitorWindow | None) -> None:
    """Mark the current runs of a window, so that others can take their place."""
    if window is None:
        return
    for old in CheckRun.objects.filter(window=window, superseded=False):
        old.superseded = True
        act.save(old, event="evaluations.run.superseded")


def with_job(act: Act, run: CheckRun, by: User) -> None:
    """Store the run, then the job that knows its number, then the run that knows its job."""
    act.save(run)
    run.job = enqueue(RUN_JOB, {"run": run.pk}, by=by, key=str(run.pk))
    act.save(run, event="evaluations.run.queued")


def known_specs(checks: Sequence[str], params: Mapping[str, Any]) -> list[CheckSpec]:
    """The descriptions of some checks, each once. Raises Refused for one that does not exist."""
    names = list(dict.fromkeys(checks))
    if not names:
        raise Refused(_("Choose at least one check."), code="no-check", field="checks")
    unknown = sorted({*names, *params} - set(CATALOGUE))
    if unknown:
        raise Refused(
            _("There is no check “%(name)s”. There are: %(names)s.")
            % {"name": unknown[0], "names": ", ".join(CATALOGUE)},
            code="unknown-check",
            field="checks",
        )
    specs = [CATALOGUE[name] for name in names]
    if imported := next((spec for spec in specs if spec.reads == "file"), None):
        raise Refused(
            _("“%(check)s” looks at no table. Import a result file instead.")
            % {"check": _(imported.title)},
            code="not-for-tables",
            field="checks",
        )
    return specs


def _draft(
    spec: CheckSpec,
    roles: Mapping[str, Any],
    params: Mapping[str, Any],
    profiles: tuple[TableProfile, TableProfile | None],
) -> CheckRun:
    """A run with checked roles and limits, not yet stored."""
    current, reference = profiles
    if spec.reference == "required" and reference is None:
        raise Refused(
            _("The check “%(check)s” compares with a reference table. Choose one.")
            % {"check": _(spec.title)},
            code="no-reference",
            field="reference",
        )
    try:
        limits = spec.with_defaults(dict(params))
    except (TypeError, ValueError) as error:
        raise Refused(
            _("A limit of “%(check)s” does not fit: %(why)s.")
            % {"check": _(spec.title), "why": str(error)},
            code="bad-limit",
            field="params",
        ) from error
    return CheckRun(
        check_name=spec.id,
        check_version=spec.version,
        roles=checked_roles(spec, roles, current, reference),
        params=limits,
        seed=new_seed(),
    )


def begin_run(*, by: User, run: CheckRun) -> CheckRun:
    """Note that a worker took the run, also for the second time after one was killed."""
    step(states.RUN, run.state, "begin")
    if run.state == states.RUNNING:
        return run
    run.state = states.RUNNING
    run.started_at = timezone.now()
    with action("evaluations.run.begun", by=by) as act:
        act.save(run)
    return run


def record_result(*, by: User, run: CheckRun, answer: Mapping[str, Any]) -> CheckRun:
    """Keep what the engine found: aggregates in the vault, figures as rows, verdict in the run.

    `answer` is what `computing.compute` returns.
    """
    step(states.RUN, run.state, "conclude")
    content = io.BytesIO(pack(answer["content"]))
    results = [_result(run, index, one) for index, one in enumerate(answer["findings"])]
    with action("evaluations.run.concluded", by=by) as act:
        run.aggregates = store(
            content,
            media_type="application/gzip",
            by=by,
            why=f"aggregates of {run.reference_number}",
            max_bytes=MAX_AGGREGATES,
        )
        run.verdict = Verdict(answer["verdict"])
        run.state = states.ERROR if run.verdict == Verdict.ERROR else states.DONE
        run.headline = str(answer["headline"])[:500]
        run.reasons = _reasons(answer["findings"])
        run.engine = dict(answer["versions"])
        run.code_hash = answer["code_hash"]
        run.check_version = answer["check_version"]
        run.n_rows = answer["rows"]
        run.results_digest = results_digest(results)
        run.finished_at = timezone.now()
        if run.state == states.DONE:
            run.due_at, run.valid_until = valid_until(run, run.finished_at)
        act.save(run)
        MetricResult.objects.bulk_create(results)
    return run


def break_run(*, by: User, run: CheckRun, reason: str) -> CheckRun:
    """Note that a run gave no verdict: it is an error, never a pass."""
    step(states.RUN, run.state, "break")
    run.state = states.ERROR
    run.verdict = Verdict.ERROR
    run.headline = reason[:500]
    run.finished_at = timezone.now()
    with action("evaluations.run.broken", by=by, reason=reason) as act:
        act.save(run)
    return run


@dataclass(frozen=True)
class Replay:
    """What judging stored aggregates again gave. `same` is whether every figure is the same."""

    same: bool
    verdict: str
    headline: str
    code_is_the_same: bool


def replay_run(*, by: User, run: CheckRun) -> Replay:
    """Judge a finished run again from its stored aggregates alone; changes nothing.

    Raises Refused when the run kept none or the engine gives no answer.
    """
    require(by, Permission.RECORD_VIEW, run.model_version.model.unit_id)
    try:
        answer = replay(run)
    except CheckBroke as broke:
        raise Refused(str(broke), code="no-replay") from broke
    results = [_result(run, index, one) for index, one in enumerate(answer["findings"])]
    with action("evaluations.run.replayed", by=by) as act:
        same = results_digest(results) == run.results_digest
        act.note(run.key, {"same": same}, unit=run.unit_of())
    return Replay(
        same=same and answer["verdict"] == run.verdict,
        verdict=answer["verdict"],
        headline=answer["headline"],
        code_is_the_same=answer["code_hash"] == run.code_hash,
    )


def results_digest(results: Sequence[MetricResult]) -> str:
    """SHA-256 over the canonical form of all figures of a run, in order."""
    return sha256_hex(canonical([result.facts() for result in results]))


def _result(run: CheckRun, position: int, finding: Mapping[str, Any]) -> MetricResult:
    limits = finding["limits"] or {}
    return MetricResult(
        run=run,
        position=position,
        metric=finding["metric"],
        slice=finding["slice"][:300],
        estimate=finding["estimate"],
        low=finding["low"],
        high=finding["high"],
        n=finding["n"],
        method=finding["method"][:200],
        warn=limits.get("warn"),
        fail=limits.get("fail"),
        worse=limits.get("worse", ""),
        p=finding["p"],
        p_adjusted=finding["p_adjusted"],
        verdict=finding["outcome"] or "",
        reason=finding["reason"],
        detail=finding["detail"],
    )


def _reasons(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why the verdict is what it is: failures first, then warnings, then what is unclear."""
    order = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.INCONCLUSIVE)
    return [
        finding["reason"]
        for verdict in order
        for finding in findings
        if finding["outcome"] == verdict and finding["reason"]
    ][:MAX_REASONS]
