"""Asking for long work, doing it, and picking up what was dropped."""

import datetime as dt
import logging
import random
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.context import JobContext
from jobs.errors import Cancelled, JobFailed, LostLease
from jobs.hints import line
from jobs.models import OPEN_STATES, Job, JobState
from jobs.registry import Handler, UnknownKind, handler_for
from ledger.context import correlated
from ledger.errors import Refused

log = logging.getLogger(__name__)

_FIRST_HINT = dt.timedelta(seconds=2)
_HINT_AGAIN = dt.timedelta(seconds=15)
_SWEEP_LIMIT = 100
_BACK_OFF = dt.timedelta(seconds=5)
_ATTEMPTS_OF_UNKNOWN = 3


def enqueue(kind: str, arguments: dict[str, Any], *, by: AbstractBaseUser, key: str = "") -> Job:
    """A row for the work, in the current transaction; a worker hears of it after the commit.

    While a job of the same ``kind`` and non-empty ``key`` is open, that one is returned.
    """
    handler_for(kind)
    job = _open_job(kind, key) or _new_job(kind, arguments, by, key)
    transaction.on_commit(lambda: hint(job.pk))
    return job


def _open_job(kind: str, key: str) -> Job | None:
    return Job.objects.filter(kind=kind, key=key, state__in=OPEN_STATES).first() if key else None


def _new_job(kind: str, arguments: dict[str, Any], by: AbstractBaseUser, key: str) -> Job:
    try:
        with transaction.atomic():
            return Job.objects.create(
                kind=kind, key=key, arguments=arguments, requested_by_id=by.pk
            )
    except IntegrityError:
        # Somebody else was faster; if that job has even ended meanwhile, make one after all.
        return _open_job(kind, key) or _new_job(kind, arguments, by, key)


def hint(job_id: int) -> bool:
    """Tell the workers about a job, unless it waits for its time or somebody works on it.

    Returns ``False`` while the queue is away; the sweeper tells again.
    """
    now = timezone.now()
    due = Job.objects.filter(_free(now), pk=job_id)
    kind = due.values_list("kind", flat=True).first()
    if kind is None:
        return True
    due.update(hinted_at=now)
    handler = _handler_or_none(kind)
    return line.tell(job_id, handler) if handler else True


def run(job_id: int) -> None:
    """Claim the job and do it; whoever comes second finds nothing to do."""
    job = claim(job_id)
    if job is None:
        return
    with correlated(f"job:{job.public_id}"):
        try:
            handler = handler_for(job.kind)
            handler.work(JobContext(job, handler.lease_seconds))
        except LostLease:
            log.warning("Job %s was taken over by another worker", job.public_id)
        except Cancelled:
            _end(job, JobState.CANCELLED, "")
        except (JobFailed, Refused, PermissionDenied) as error:
            _end(job, JobState.FAILED, str(error))
        except SoftTimeLimitExceeded:
            _end(job, JobState.FAILED, _("This took too long and was stopped. Ask for less."))
        except Exception:
            log.exception("Job %s (%s) failed", job.public_id, job.kind)
            _retry(job)


def claim(job_id: int) -> Job | None:
    """Take the lease of a job that is due, or whose lease ran out, else ``None``."""
    now = timezone.now()
    job = Job.objects.filter(_free(now), pk=job_id).first()
    if job is None:
        return None
    handler = _handler_or_none(job.kind)
    claimed = Job.objects.filter(_free(now), pk=job_id, fence=job.fence).update(
        state=JobState.RUNNING,
        fence=F("fence") + 1,
        attempt=F("attempt") + 1,
        lease_until=now + dt.timedelta(seconds=handler.lease_seconds if handler else 60),
        started_at=now,
        progress=0,
        message=_("Starting"),
    )
    if not claimed:
        return None
    job = Job.objects.select_related("requested_by").get(pk=job_id)
    if job.cancel_requested:
        _end(job, JobState.CANCELLED, "")
        return None
    if handler and job.attempt > handler.max_attempts:
        _end(job, JobState.FAILED, _("The work was interrupted too often. Start it again."))
        return None
    return job


def _free(now: dt.datetime) -> Q:
    """Jobs that anybody may take at ``now``."""
    waiting = Q(state=JobState.QUEUED) & (Q(not_before=None) | Q(not_before__lte=now))
    return waiting | Q(state=JobState.RUNNING, lease_until__lt=now)


def cancel(job: Job) -> None:
    """Stop a job: at once when queued, at its next sign of life when running."""
    stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=timezone.now()
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)


def sweep() -> int:
    """Tell the workers again about jobs that nobody works on, oldest first. Returns how many.

    A bounded number at a time: hints to a busy queue must not pile up in it.
    """
    now = timezone.now()
    told_long_ago = Q(hinted_at=None, created_at__lt=now - _FIRST_HINT) | Q(
        hinted_at__lt=now - _HINT_AGAIN
    )
    lost = Q(state=JobState.RUNNING)
    dropped = Job.objects.filter(_free(now)).filter(lost | told_long_ago)
    told = 0
    for job_id in dropped.order_by("pk").values_list("pk", flat=True)[:_SWEEP_LIMIT]:
        if not hint(job_id):
            break
        told += 1
    return told


def _handler_or_none(kind: str) -> Handler | None:
    try:
        return handler_for(kind)
    except UnknownKind:
        return None


def _end(job: Job, state: JobState, error: str) -> None:
    Job.objects.filter(pk=job.pk, fence=job.fence, state=JobState.RUNNING).update(
        state=state, error=error, lease_until=None, finished_at=timezone.now(), message=""
    )


def _retry(job: Job) -> None:
    """Queue the job for another attempt, later each time, unless it had its last one."""
    handler = _handler_or_none(job.kind)
    if job.attempt >= (handler.max_attempts if handler else _ATTEMPTS_OF_UNKNOWN):
        _end(job, JobState.FAILED, _("Something went wrong on our side. The log has the details."))
        return
    wait = _BACK_OFF * 2 ** (job.attempt - 1) * random.uniform(1, 1.5)  # noqa: S311  no secret
    Job.objects.filter(pk=job.pk, fence=job.fence, state=JobState.RUNNING).update(
        state=JobState.QUEUED,
        lease_until=None,
        message=_("Waiting for another attempt"),
        not_before=timezone.now() + wait,
        hinted_at=None,
    )
