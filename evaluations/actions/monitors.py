"""Writes about monitors: adding, pausing, cutting windows, and looking at them."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations import states
from evaluations.actions.runs import (
    break_run,
    known_specs,
    new_seed,
    start_checks,
    supersede,
    with_job,
)
from evaluations.models import CheckRun, Monitor, MonitorWindow
from evaluations.schedule import Schedule
from evaluations.sources import Found, check_place, find, opened
from jobs.actions import enqueue
from ledger.actions import action
from ledger.errors import Refused, StaleWrite
from ledger.merge import Merge, merge_fields
from ledger.transitions import step
from models_registry.actions import upload_dataset
from models_registry.models import DatasetVersion, ModelVersion

WINDOW_JOB = "evaluations.window"
# A tick stays short: what is left waits for the next one.
MAX_DUE = 50
MAX_WINDOWS = 40
MAX_LATE = 200
MAX_MERGED = 60
LONGEST_PAST = dt.timedelta(days=366)


def schedule_of(cron: str, every_minutes: int | None) -> Schedule:
    """The schedule that a form or a program asks for. Raises Refused when it is none."""
    if bool(cron) == bool(every_minutes):
        raise Refused(
            _("Give a cron expression or a number of minutes, one of them."),
            code="bad-schedule",
            field="cron",
        )
    schedule = Schedule(cron, every_minutes)
    try:
        schedule.next_slots(timezone.now(), 2)
    except (ValueError, OverflowError) as error:
        raise Refused(
            _("This schedule cannot be read: %(why)s.") % {"why": str(error)[:200]},
            code="bad-schedule",
            field="cron" if cron else "every_minutes",
        ) from error
    return schedule


def add_monitor(
    *, by: User, version: ModelVersion, values: Mapping[str, Any], since: dt.datetime | None = None
) -> Monitor:
    """Add an active monitor; ``values`` are fields of ``Monitor``.

    Its first window is the one that holds ``since``, at most a year ago, or the present moment.
    Raises Refused, naming the field.
    """
    now = timezone.now()
    since = since or now
    if not now - LONGEST_PAST <= since <= now:
        raise Refused(_("A monitor starts at most a year ago."), code="since", field="since")
    require(by, Permission.CHECK_RUN, version.model.unit_id)
    reference, deployment = values.get("reference"), values.get("deployment")
    if reference is not None:
        require(by, Permission.RECORD_VIEW, reference.unit_id)
    if deployment is not None and deployment.model_version_id != version.pk:
        raise Refused(_("That deployment is of another version."), field="deployment")
    schedule = schedule_of(values.get("cron", ""), values.get("every_minutes"))
    check_place(version.model.unit_id, values["source"], values["place"], values["pattern"])
    _check_limits(values["checks"], values.get("params", {}), reference)
    monitor = Monitor(model_version=version, created_by=by, **values)
    _place(monitor, schedule, schedule.latest(since))
    with action("evaluations.monitor.added", by=by) as act:
        act.save(monitor)
    return monitor


EDITABLE = frozenset({
    "name", "checks", "roles", "params", "reference", "source", "place", "pattern", "cron",
    "time_column",
    "every_minutes", "watermark_minutes", "late_hours", "baseline_days", "detect_days",
    "price_hour", "price_gb", "currency", "budget", "budget_of",
})  # fmt: skip
JUDGES = frozenset({"checks", "roles", "params", "reference"})


def edit_monitor(
    *, by: User, monitor: Monitor, base: Mapping[str, Any], values: Mapping[str, Any], reason: str
) -> Merge:
    """Merge ``values`` (some of ``EDITABLE``) into the stored monitor, field by field.

    ``base`` holds what the person saw. With a clash nothing is stored. What a verdict depends on
    changes only with a reason. Windows that are judged already stay as they are; a new schedule
    counts from the end of the last window. Raises Refused, naming the field.
    """
    version = monitor.model_version
    require(by, Permission.CHECK_RUN, version.model.unit_id)
    if unknown := set(values) - EDITABLE:
        raise Refused(_("These fields cannot be changed: %s.") % ", ".join(sorted(unknown)))
    with action("evaluations.monitor.edited", by=by, reason=reason.strip()) as act:
        monitor.refresh_from_db()
        stored = {name: getattr(monitor, name) for name in EDITABLE}
        merge = merge_fields(base, values, stored)
        if merge.clashes or not merge.changed:
            return merge
        if merge.changed & JUDGES and not reason.strip():
            raise Refused(_("Say why."), code="no-reason", field="reason")
        for name in merge.changed:
            setattr(monitor, name, merge.final[name])
        _check_edited(by, monitor, merge)
        act.save(monitor)
    return merge


def _check_edited(by: User, monitor: Monitor, merge: Merge) -> None:
    if "reference" in merge.changed and monitor.reference is not None:
        require(by, Permission.RECORD_VIEW, monitor.reference.unit_id)
    schedule = schedule_of(monitor.cron, monitor.every_minutes)
    if merge.changed & {"source", "place", "pattern"}:
        unit = monitor.model_version.model.unit_id
        check_place(unit, monitor.source, monitor.place, monitor.pattern)
    if merge.changed & JUDGES:
        _check_limits(monitor.checks, _of_checks(monitor), monitor.reference)
    if merge.changed & {"cron", "every_minutes", "watermark_minutes"}:
        _place(monitor, schedule, monitor.cursor)


def _of_checks(monitor: Monitor) -> dict[str, Any]:
    """The limits of the monitor's checks, those of others left out."""
    kept = {name: one for name, one in monitor.params.items() if name in monitor.checks}
    monitor.params = kept
    return kept


def move_monitor(*, by: User, monitor: Monitor, verb: str, reason: str = "") -> Monitor:
    """Pause or resume. Windows that ended during a pause are not looked at."""
    require(by, Permission.CHECK_RUN, monitor.model_version.model.unit_id)
    found = step(states.MONITOR, monitor.state, verb)
    if found.needs_reason and not reason.strip():
        raise Refused(_("Say why."), code="no-reason", field="reason")
    monitor.state = found.target
    if monitor.state == states.ACTIVE:
        schedule = Schedule(monitor.cron, monitor.every_minutes)
        _place(monitor, schedule, max(monitor.cursor, schedule.latest(timezone.now())))
    with action(f"evaluations.monitor.{verb}d", by=by, reason=reason) as act:
        act.save(monitor)
    return monitor


def dispatch(*, by: User, now: dt.datetime | None = None) -> int:
    """Give windows with late data to jobs, then cut those that are due and give them out, too.

    Returns how many windows were given out. Two dispatchers at once do no harm: the monitor's
    version and the window's unique key let one of them through.
    """
    now = now or timezone.now()
    given = _look_for_late(by, now)
    due = Monitor.objects.filter(state=states.ACTIVE, next_at__lte=now)
    for monitor in due.select_related("model_version__model").order_by("next_at")[:MAX_DUE]:
        try:
            given += _cut(by, monitor, now)
        except StaleWrite:
            continue
    return given


def _cut(by: User, monitor: Monitor, now: dt.datetime) -> int:
    """The windows of one monitor that are due, each once, oldest first."""
    schedule = Schedule(monitor.cron, monitor.every_minutes)
    count = 0
    with action("evaluations.monitor.dispatched", by=by) as act:
        while monitor.next_at <= now and count < MAX_WINDOWS:
            end = schedule.after(monitor.cursor)
            window = MonitorWindow(monitor=monitor, start=monitor.cursor, end=end)
            act.save(window, event="evaluations.window.opened")
            enqueue(WINDOW_JOB, {"window": window.pk}, by=by, key=str(window.pk))
            _place(monitor, schedule, end)
            count += 1
        act.save(monitor)
    return count


def _place(monitor: Monitor, schedule: Schedule, cursor: dt.datetime) -> None:
    """Let the next window start at ``cursor``."""
    monitor.cursor = cursor
    wait = dt.timedelta(minutes=monitor.watermark_minutes)
    monitor.next_at = schedule.after(cursor) + wait


def _look_for_late(by: User, now: dt.datetime) -> int:
    """Give windows to a job again whose data changed, or that no job has looked at."""
    recent = MonitorWindow.objects.filter(
        merged=False, monitor__state=states.ACTIVE, end__gte=now - dt.timedelta(days=31)
    ).order_by("-end")
    count = 0
    for window in recent.select_related("monitor__model_version__model")[:MAX_LATE]:
        open_for = dt.timedelta(hours=window.monitor.late_hours)
        found = find(window) if window.end + open_for >= now else None
        # Without a stamp nobody has looked yet: its job was lost, or it is still open.
        if not window.stamp or (found is not None and found.stamp != window.stamp):
            enqueue(WINDOW_JOB, {"window": window.pk}, by=by, key=str(window.pk))
            count += 1
    return count


def look_at(*, by: User, window: MonitorWindow) -> list[CheckRun]:
    """Start the monitor's checks on the data of a window, or say that there are none.

    Looking again at the same data changes nothing; other data make superseding runs.
    """
    found = find(window)
    stamp = found.stamp if found else "none"
    if window.stamp == stamp:
        return []
    monitor = window.monitor
    try:
        if found is None:
            raise Refused(_("No data arrived for this window."), code="no-data")
        table = _table(by, window, found)
        runs = start_checks(
            by=by, version=monitor.model_version, current=table, reference=monitor.reference,
            roles=monitor.roles, checks=monitor.checks, params=monitor.params, window=window,
        )  # fmt: skip
        note = str(table)
    except Refused as refused:
        runs, note = _broken(by, window, str(refused)), str(refused)
    window.stamp, window.note = stamp, note[:500]
    with action("evaluations.window.looked-at", by=by) as act:
        act.save(window)
    return runs


def _table(by: User, window: MonitorWindow, found: Found) -> DatasetVersion:
    """The known table, or the bytes of a file or a connection kept as one."""
    if found.table:
        known: DatasetVersion = DatasetVersion.objects.select_related("unit").get(pk=found.table)
        return known
    label = f"{window.start:%Y-%m-%d %H:%M} {uuid.uuid4().hex[:8]}"
    with opened(found, window) as (stream, name):
        return upload_dataset(
            by=by, unit=window.monitor.model_version.model.unit, name=window.monitor.name,
            label=label, role=DatasetVersion.Role.PRODUCTION, stream=stream, file_name=name,
        )  # fmt: skip


def _broken(by: User, window: MonitorWindow, reason: str) -> list[CheckRun]:
    """One error run per check: a window without a verdict is never a pass."""
    monitor, family = window.monitor, uuid.uuid4()
    with action("evaluations.run.started", by=by) as act:
        supersede(act, window)
        runs = [
            CheckRun(
                model_version=monitor.model_version, check_name=spec.id, window=window,
                check_version=spec.version, roles=monitor.roles, seed=new_seed(), family=family,
            )
            for spec in known_specs(monitor.checks, {})
        ]  # fmt: skip
        for run in runs:
            act.save(run)
    return [break_run(by=by, run=run, reason=reason) for run in runs]


def merge_windows(*, by: User, monitor: Monitor, count: int) -> list[CheckRun]:
    """Judge the newest ``count`` windows together, from their stored aggregates.

    Raises Refused when there are fewer than two with aggregates of one kind.
    """
    require(by, Permission.CHECK_RUN, monitor.model_version.model.unit_id)
    plain = monitor.windows.filter(merged=False, runs__aggregates__isnull=False).distinct()
    windows = list(plain.order_by("-start")[: min(count, MAX_MERGED)])
    if len(windows) < 2:
        raise Refused(_("There are no two finished windows to merge yet."), code="too-few")
    start, end, family = windows[-1].start, windows[0].end, uuid.uuid4()
    with action("evaluations.window.merged", by=by) as act:
        window = MonitorWindow.objects.filter(
            monitor=monitor, start=start, end=end, merged=True
        ).first() or MonitorWindow(monitor=monitor, start=start, end=end, merged=True)
        window.note = _("%(n)s windows together") % {"n": len(windows)}
        act.save(window)
        supersede(act, window)
        runs = [
            CheckRun(
                model_version=monitor.model_version, check_name=spec.id, window=window,
                check_version=spec.version, roles=monitor.roles, seed=new_seed(), family=family,
                params=spec.with_defaults(dict(monitor.params.get(spec.id, {}))),
                reference=monitor.reference if spec.reference != "unused" else None,
            )
            for spec in known_specs(monitor.checks, {})
        ]  # fmt: skip
        for run in runs:
            with_job(act, run, by)
    return runs


def _check_limits(
    checks: list[str], params: Mapping[str, Any], reference: DatasetVersion | None
) -> None:
    for spec in known_specs(checks, params):
        if spec.reference == "required" and reference is None:
            raise Refused(
                _("The check “%(check)s” compares with a reference table. Choose one.")
                % {"check": _(spec.title)},
                code="no-reference",
                field="reference",
            )
        try:
            spec.with_defaults(dict(params.get(spec.id, {})))
        except (TypeError, ValueError) as error:
            raise Refused(str(error), code="bad-limit", field="params") from error
