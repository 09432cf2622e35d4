"""Asking for long work, doing it, and picking up what was dropped."""

import datetime as dt
import logging
from typing import Any

from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from jobs.context import JobContext
from jobs.errors import Cancelled, JobFailed, LostLease
from jobs.models import OPEN_STATES, Job, JobState
from jobs.registry import Handler, UnknownKind, handler_for
from ledger.context import correlated
from ledger.errors import Refused

log = logging.getLogger(__name__)

_HINT_AGAIN = dt.timedelta(seconds=10)


def enqueue(kind: str, arguments: dict[str, Any], *, by: AbstractBaseUser, key: str = "") -> Job:
    """A row for the work, in the current transaction; a worker hears of it after the commit.

    While a job of the same ``kind`` and non-empty ``key`` is open, that one is returned.
    """
    handler_for(kind)
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, arguments=arguments, requested_by_id=by.pk)
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key, state__in=OPEN_STATES)
    transaction.on_commit(lambda: hint(job.pk))
    return job


def hint(job_id: int) -> None:
    """Tell the workers about a job. While the broker is down the sweeper tells again."""
    Job.objects.filter(pk=job_id).update(hinted_at=timezone.now())
    try:
        current_app.send_task("jobs.run", args=(job_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("Job %s waits for the sweeper, the broker is away: %s", job_id, error)


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
        except (JobFailed, UnknownKind, Refused) as error:
            _end(job, JobState.FAILED, str(error))
        except Exception:
            log.exception("Job %s (%s) failed", job.public_id, job.kind)
            _retry(job)


def claim(job_id: int) -> Job | None:
    """Take the lease of a job that is queued or whose lease ran out, else ``None``."""
    now = timezone.now()
    job = Job.objects.select_related("requested_by").filter(pk=job_id).first()
    if job is None or not job.is_open:
        return None
    handler = _handler_or_none(job.kind)
    lease = dt.timedelta(seconds=handler.lease_seconds if handler else 60)
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    claimed = Job.objects.filter(free, pk=job_id, fence=job.fence).update(
        state=JobState.RUNNING,
        fence=F("fence") + 1,
        attempt=F("attempt") + 1,
        lease_until=now + lease,
        started_at=now,
        progress=0,
        message=_("Starting"),
    )
    if not claimed:
        return None
    job.refresh_from_db()
    if handler and job.attempt > handler.max_attempts:
        _end(job, JobState.FAILED, _("The work was interrupted too often. Start it again."))
        return None
    return job


def cancel(job: Job) -> None:
    """Stop a job: at once when queued, at its next sign of life when running."""
    stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=timezone.now()
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)


def sweep() -> int:
    """Tell the workers again about every job that nobody works on. Returns how many."""
    now = timezone.now()
    dropped = Q(state=JobState.QUEUED) & (
        Q(hinted_at=None, created_at__lt=now - _HINT_AGAIN / 5) | Q(hinted_at__lt=now - _HINT_AGAIN)
    )
    lost = Q(state=JobState.RUNNING, lease_until__lt=now)
    ids = list(Job.objects.filter(dropped | lost).order_by("pk").values_list("pk", flat=True)[:500])
    for job_id in ids:
        hint(job_id)
    return len(ids)


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
    handler = handler_for(job.kind)
    if job.attempt >= handler.max_attempts:
        _end(job, JobState.FAILED, _("Something went wrong on our side. The log has the details."))
        return
    Job.objects.filter(pk=job.pk, fence=job.fence, state=JobState.RUNNING).update(
        state=JobState.QUEUED,
        lease_until=None,
        message=_("Waiting for another attempt"),
        hinted_at=timezone.now(),
    )
