"""Writes about proposals: reading triggers from windows, and what people decide."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations import states
from evaluations.models import CheckRun, Monitor, MonitorWindow, Proposal
from evaluations.triggers import QUALITY, Trigger, Verdicts, blocks, fired
from ledger.actions import Act, action
from ledger.errors import Refused, StaleWrite
from ledger.transitions import NoTransition, step
from models_registry.models import ModelVersion

MAX_WEIGHED = 100
# Nobody acts on what is older, and a look at all windows would grow with the years.
RECENT = dt.timedelta(days=92)
LONGEST_QUIET = dt.timedelta(days=180)


def weigh_windows(*, by: User) -> int:
    """Read the triggers of windows whose runs have all ended, oldest first.

    Returns how many windows were weighed. A window is weighed again when other data superseded
    its runs. Done twice at once, one of both is refused and nothing is doubled.
    """
    count = 0
    for window in _judged_windows()[:MAX_WEIGHED]:
        try:
            _weigh(by, window)
        except (StaleWrite, Refused):
            continue
        count += 1
    return count


def _judged_windows() -> QuerySet[Any]:
    current = CheckRun.objects.filter(window=OuterRef("pk"), superseded=False)
    others = current.filter(~Q(family=OuterRef("weighed")))
    return (
        MonitorWindow.objects.filter(merged=False, end__gte=timezone.now() - RECENT)
        .filter(Exists(others) | Q(Exists(current), weighed=None))
        .exclude(Exists(current.filter(state__in=states.OPEN)))
        .select_related("monitor__model_version__model", "monitor__reference")
        .order_by("start", "pk")
    )


def _weigh(by: User, window: MonitorWindow) -> None:
    runs = _runs(window)
    previous = (
        MonitorWindow.objects.filter(monitor=window.monitor_id, merged=False, end=window.start)
        .order_by("-pk")
        .first()
    )
    now = {name: run.verdict for name, run in runs.items()}
    before = {n: r.verdict for n, r in _runs(previous).items()} if previous else {}
    age = _age(window.monitor, window.end)
    found = {t.kind: t for t in fired(now, before, age=age, oldest=window.monitor.baseline_days)}
    with action("evaluations.window.weighed", by=by) as act:
        window.weighed = next(iter(runs.values())).family
        act.save(window)
        standing = {p.trigger: p for p in _standing(window.monitor)}
        for kind, trigger in found.items():
            if kind in standing:
                _again(act, standing[kind], window, runs, now)
            elif _is_new(window, kind):
                _open(act, window, trigger, runs, now)
        for kind, proposal in standing.items():
            if kind not in found and not blocks(now):
                _lapse(act, proposal, window)


def _runs(window: MonitorWindow) -> dict[str, CheckRun]:
    found = CheckRun.objects.filter(window=window, superseded=False).order_by("pk")
    return {run.check_name: run for run in found}


def _age(monitor: Monitor, at: dt.datetime) -> int | None:
    return (at - monitor.reference.created_at).days if monitor.reference else None


def _standing(monitor: Monitor) -> QuerySet[Proposal]:
    found: QuerySet[Proposal] = Proposal.objects.filter(
        monitor=monitor, state__in=states.STANDING
    ).select_related("window", "monitor__model_version__model")
    return found


def _is_new(window: MonitorWindow, kind: str) -> bool:
    """Whether nobody has decided about this trigger for this window or for longer."""
    decided = Proposal.objects.filter(monitor=window.monitor_id, trigger=kind)
    seen = Q(window__end__gte=window.end) | Q(quiet_until__gte=window.end.date())
    return not decided.exclude(state__in=states.STANDING).filter(seen).exists()


def _open(
    act: Act, window: MonitorWindow, trigger: Trigger, runs: dict[str, CheckRun], now: Verdicts
) -> None:
    why = [_(trigger.why) % trigger.values]
    if QUALITY not in runs:
        why.append(_("This monitor runs no data quality check: look at the data first."))
    blocker = runs[QUALITY] if blocks(now) else None
    act.save(
        Proposal(
            monitor=window.monitor, trigger=trigger.kind, why=" ".join(why), window=window,
            runs=[runs[name].pk for name in trigger.checks if name in runs], blocker=blocker,
            state=states.BLOCKED if blocker else states.OPEN_NOW,
        ),
        event="evaluations.proposal.opened",
    )  # fmt: skip


def _again(
    act: Act, proposal: Proposal, window: MonitorWindow, runs: dict[str, CheckRun], now: Verdicts
) -> None:
    """The same trigger in a later window: counted, and blocked or freed by that window's data."""
    if proposal.window.end > window.end:
        return
    proposal.times += proposal.window_id != window.pk
    proposal.window = window
    if proposal.state in states.UNDECIDED:
        faulty = blocks(now)
        if faulty != (proposal.state == states.BLOCKED):
            verb = "block" if faulty else "unblock"
            proposal.state = step(states.PROPOSAL, proposal.state, verb).target
        proposal.blocker = runs[QUALITY] if faulty else None
    act.save(proposal, event="evaluations.proposal.repeated")


def _lapse(act: Act, proposal: Proposal, window: MonitorWindow) -> None:
    """Good data and no trigger: what only faulty data had shown falls away."""
    if proposal.state == states.BLOCKED and proposal.window.end <= window.end:
        proposal.state = step(states.PROPOSAL, proposal.state, "lapse").target
        act.save(proposal, event="evaluations.proposal.lapsed")


def decide_proposal(
    *,
    by: User,
    proposal: Proposal,
    verb: str,
    reason: str,
    quiet_until: dt.date | None = None,
    outcome: ModelVersion | None = None,
) -> Proposal:
    """Accept, dismiss or finish a proposal, with a reason.

    Whoever added the monitor does not dismiss what it found. ``quiet_until`` goes with a
    dismissal, ``outcome`` (a version of the same model) with the end of the work. Raises
    PermissionDenied, or Refused: a blocked proposal cannot be accepted.
    """
    monitor = proposal.monitor
    unit = monitor.model_version.model.unit_id
    for permission in {t.permission for t in states.PROPOSAL if t.verb == verb}:
        require(by, Permission(permission), unit)
    try:
        found = step(states.PROPOSAL, proposal.state, verb if verb in states.BY_PEOPLE else "")
    except NoTransition as error:
        raise Refused(_no_way(proposal), code="state", status=409) from error
    if verb == "dismiss" and by.pk == monitor.created_by_id:
        raise PermissionDenied(
            _("Somebody else dismisses a proposal than whoever added the monitor.")
        )
    if not reason.strip():
        raise Refused(_("Say why."), code="no-reason", field="reason")
    _check_decision(proposal, verb, quiet_until, outcome)
    proposal.state, proposal.decision = found.target, reason.strip()
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.quiet_until, proposal.outcome = quiet_until, outcome
    with action(f"evaluations.proposal.{verb}ed", by=by, reason=reason.strip()) as act:
        act.save(proposal)
    return proposal


def _no_way(proposal: Proposal) -> str:
    if proposal.state == states.BLOCKED and proposal.blocker:
        return _(
            "The data quality check %(run)s failed in the same window. Repair the data first; a "
            "later window with good data frees this proposal."
        ) % {"run": proposal.blocker.reference_number}
    return _("This is not possible in the present state. Load the page again.")


def _check_decision(
    proposal: Proposal, verb: str, quiet_until: dt.date | None, outcome: ModelVersion | None
) -> None:
    today = timezone.localdate()
    if quiet_until is not None and (
        verb != "dismiss" or not today < quiet_until <= today + LONGEST_QUIET
    ):
        raise Refused(
            _("A dismissal may keep the trigger quiet for at most 180 days."),
            code="quiet",
            field="quiet_until",
        )
    if outcome is not None and (
        verb != "finish" or outcome.model_id != proposal.monitor.model_version.model_id
    ):
        raise Refused(
            _("The outcome is a version of the same model."), code="outcome", field="outcome"
        )
