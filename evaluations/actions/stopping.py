"""Ends of runs that no engine gave: cancelled by a person, given up by their job, overdue."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from evaluations import states
from evaluations.actions.runs import break_run
from evaluations.models import CheckRun
from jobs.actions import cancel
from jobs.models import JobState
from ledger.actions import action
from ledger.errors import Refused
from ledger.transitions import NoTransition

# A run that nobody has worked on for so long shall not look as if it were still coming.
OVERDUE = dt.timedelta(hours=6)
ENDED = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)
MAX_CLOSED = 100


def cancel_run(*, by: User, run: CheckRun, reason: str) -> CheckRun:
    """Stop a run, with a reason: at once while it waits, at its next sign of life else.

    A cancelled run is an error, never a pass. Raises Refused for one that has ended.
    """
    require(by, Permission.CHECK_RUN, run.model_version.model.unit_id)
    if not reason.strip():
        raise Refused(_("Say why."), code="no-reason", field="reason")
    if not run.is_open or run.job is None:
        raise Refused(_("This run has ended already."), code="ended", status=409)
    with action("evaluations.run.cancel-asked", by=by, reason=reason.strip()) as act:
        act.note(run.key, {"job": str(run.job.public_id)}, unit=run.unit_of())
        cancel(run.job)
        run.job.refresh_from_db()
        if run.job.state == JobState.CANCELLED:
            why = _("Cancelled by %(name)s: %(why)s") % {"name": by, "why": reason.strip()}
            return break_run(by=by, run=run, reason=why)
    return run


def close_abandoned(*, by: User) -> int:
    """Mark runs whose job ended without them, and overdue ones, as errors. Returns how many.

    A job that was interrupted too often ends in the job's row; the run learns it here.
    """
    now = timezone.now()
    idle = Q(job__state=JobState.QUEUED) | Q(job__lease_until__lt=now)
    overdue = Q(created_at__lt=now - OVERDUE) & idle
    lost = CheckRun.objects.filter(Q(job__state__in=ENDED) | overdue, state__in=states.OPEN)
    closed = 0
    for run in lost.select_related("job", "model_version__model").order_by("pk")[:MAX_CLOSED]:
        told = run.job.error if run.job else ""
        if run.job and run.job.state not in ENDED:
            cancel(run.job)
            told = _("No worker took this run within %(n)s hours.") % {"n": OVERDUE.seconds // 3600}
        try:
            break_run(by=by, run=run, reason=told or _("The check was stopped before it finished."))
        except (Refused, NoTransition):
            continue  # it ended meanwhile
        closed += 1
    return closed
