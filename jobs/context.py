"""What a job's function holds while it works: the lease, the progress and the way to finish."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from jobs.errors import Cancelled, LostLease
from jobs.models import Job, JobState


@dataclass
class Finish:
    """Filled in inside ``JobContext.finish``: ``result`` is the address of what was made."""

    result: str = ""


class JobContext:
    """One attempt at one job. All writes hold only while the fence does."""

    def __init__(self, job: Job, lease_seconds: int) -> None:
        self.job = job
        self.fence = job.fence
        self.lease = dt.timedelta(seconds=lease_seconds)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the job was asked to do."""
        return dict(self.job.arguments)

    @property
    def by(self) -> Any:
        """The person who asked for the job; its writes are his."""
        user: AbstractBaseUser = self.job.requested_by
        return user

    def progress(self, percent: int, message: str) -> None:
        """Tell how far the work is and renew the lease.

        Raises ``LostLease`` when another worker took over and ``Cancelled`` when asked to stop.
        """
        self._write(
            progress=min(100, max(0, percent)),
            message=message[:200],
            lease_until=timezone.now() + self.lease,
        )
        if Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists():
            raise Cancelled

    @contextmanager
    def finish(self) -> Iterator[Finish]:
        """One transaction: the fence is checked first, then the body writes, then the job is done.

        Raises ``LostLease`` when another worker took over; nothing of the body is kept then.
        """
        with transaction.atomic():
            self._write(state=JobState.DONE)
            done = Finish()
            yield done
            self._mine().filter(state=JobState.DONE).update(
                progress=100,
                message="",
                error="",
                result=done.result,
                lease_until=None,
                finished_at=timezone.now(),
            )

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, fence=self.fence)

    def _write(self, **values: Any) -> None:
        if not self._mine().filter(state=JobState.RUNNING).update(**values):
            raise LostLease(f"Job {self.job.public_id} belongs to another worker now")
