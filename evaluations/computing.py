"""Ask the engine's child process, and put its failures into words."""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from evaluations import states
from evaluations.engine.aggregates import as_json, from_json, merge, unpack
from evaluations.facts import figures_of, files_of
from evaluations.models import CheckRun, ExternalResult
from models_registry.reading.process import ChildFailed, ChildLimits, ask
from models_registry.reading.tables import sentence
from vault.queries import path_of, read_bytes

log = logging.getLogger(__name__)

CHILD = "evaluations.engine.child"
LIMITS = ChildLimits(wall_seconds=480, cpu_seconds=600, memory_mb=1536)
REPLAY_LIMITS = ChildLimits(wall_seconds=30, cpu_seconds=60, memory_mb=512)
FAILURES: dict[str, str | Promise] = {
    "timeout": _("The check took longer than it may and was stopped. Use fewer rows or columns."),
    "cpu": _("The check used more processor time than it may. Use fewer rows or columns."),
    "memory": _("The check needed more memory than it may use. Use fewer rows or columns."),
    "crash": _("The check broke off (%(detail)s). Nothing can be said about the model."),
    "garbled": _("The check gave no readable answer. Nothing can be said about the model."),
}


class CheckBroke(Exception):
    """A check that gave no verdict; the message is a sentence for people."""


def compute(
    run: CheckRun, tick: Callable[[str], None], *, limits: ChildLimits = LIMITS
) -> dict[str, Any]:
    """Findings, aggregates and verdict of a run, from a process of its own.

    `tick` is called about twice a second with "percent message". Raises CheckBroke with a
    sentence when there is no result: a crash, a limit, or a table that does not fit.
    """
    if run.window is not None and run.window.merged:
        content = merged_content(run)
        answer = _asked({"mode": "replay", "content": content}, REPLAY_LIMITS, None)
        return {
            **answer,
            "content": content,
            "rows": sum(part.n_rows or 0 for part in _spanned(run)),
        }
    if run.external is not None:
        return _asked(_of_file(run, run.external), limits, tick)
    if run.current is None:
        raise CheckBroke(_now("The run names no table."))
    request: dict[str, Any] = {
        "mode": "compute",
        "check": run.check_name,
        "params": run.params,
        "roles": run.roles,
        "seed": run.seed,
        "at": run.created_at.timestamp(),
        "path": str(path_of(run.current.fingerprint)),
        "media_type": run.current.media_type,
    }
    if run.spec is not None and run.spec.reads == "registry":
        request["facts"] = as_json(files_of(run.model_version))
    if run.reference is not None:
        request["reference_path"] = str(path_of(run.reference.fingerprint))
        request["reference_media_type"] = run.reference.media_type
    if (first := _first_of_monitor(run)) is not None:
        request["baseline"] = stored(first)["baseline"]
    return _asked(request, limits, tick)


def _of_file(run: CheckRun, result: ExternalResult) -> dict[str, Any]:
    """What the child is asked about an imported result."""
    facts, rows = figures_of(result, run.params.get("limits", []))
    return {
        "mode": "compute",
        "check": run.check_name,
        "params": {},
        "roles": {},
        "seed": run.seed,
        "at": run.created_at.timestamp(),
        "facts": as_json(facts),
        "rows": rows,
    }


def stored(run: CheckRun) -> dict[str, Any]:
    """What a run kept. Raises CheckBroke when it kept nothing."""
    if run.aggregates is None:
        raise CheckBroke(_now("This run kept no aggregates, so it cannot be judged again."))
    return unpack(read_bytes(run.aggregates.digest))


def _parts(run: CheckRun) -> QuerySet[CheckRun]:
    """The current runs of the same check in the plain windows of the same monitor."""
    found: QuerySet[CheckRun] = CheckRun.objects.filter(
        window__monitor=run.window.monitor_id if run.window else None,
        window__merged=False,
        check_name=run.check_name,
        superseded=False,
        state=states.DONE,
        aggregates__isnull=False,
    )
    return found.select_related("aggregates").order_by("window__start")


def _first_of_monitor(run: CheckRun) -> CheckRun | None:
    """The run in whose groups the windows of the monitor are counted, if there is one yet.

    Another reference, other columns or a newer check need groups of their own.
    """
    if run.window is None:
        return None
    same = _parts(run).filter(reference=run.reference, check_version=run.check_version)
    others = same.exclude(pk=run.pk).order_by("pk")
    return next((one for one in others if one.roles == run.roles), None)


def _spanned(run: CheckRun) -> list[CheckRun]:
    """The runs of the windows that the run's own window spans."""
    if run.window is None:
        return []
    start, end = run.window.start, run.window.end
    return list(_parts(run).filter(window__start__gte=start, window__end__lte=end))


def merged_content(run: CheckRun) -> dict[str, Any]:
    """The stored aggregates of the windows that a merged window spans, added up.

    Raises CheckBroke when they were counted in different groups or there are none.
    """
    contents = [content for part in _spanned(run) if not (content := stored(part))["missing"]]
    if not contents:
        raise CheckBroke(_now("No window kept aggregates that could be added up."))
    whole = contents[0]
    total = from_json(whole["current"]) or {}
    for other in contents[1:]:
        if any(other[name] != whole[name] for name in ("baseline", "roles", "check_version")):
            raise CheckBroke(_now("The windows were counted in different groups."))
        total = merge(total, from_json(other["current"]) or {})
    at = run.created_at.timestamp()
    return {**whole, "current": as_json(total), "params": run.params, "seed": run.seed, "at": at}


def replay(run: CheckRun) -> dict[str, Any]:
    """Judge the run's stored aggregates again, without its tables. Raises CheckBroke."""
    return _asked({"mode": "replay", "content": stored(run)}, REPLAY_LIMITS, None)


def _asked(
    request: dict[str, Any], limits: ChildLimits, tick: Callable[[str], None] | None
) -> dict[str, Any]:
    try:
        answer = ask(CHILD, request, limits, tick=tick)
    except ChildFailed as failure:
        log.warning("A check gave no answer: %s", failure)
        words = str(FAILURES[failure.kind]) % {"detail": failure.detail[:160]}
        raise CheckBroke(words) from failure
    if problem := answer.get("problem"):
        raise CheckBroke(sentence(str(problem["code"]), problem["facts"]))
    return answer
