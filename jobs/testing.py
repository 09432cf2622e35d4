"""Doing queued jobs in this process, on the code path of a worker."""

from jobs import actions
from jobs.models import Job, JobState


def run_all(limit: int = 100) -> int:
    """Run queued jobs, oldest first, until none is left. Returns how many were run.

    Tests do not wait: an attempt that was put off is made at once.
    """
    for done in range(limit):
        Job.objects.filter(state=JobState.QUEUED).update(not_before=None)
        job = Job.objects.filter(state=JobState.QUEUED).order_by("pk").first()
        if job is None:
            return done
        actions.run(job.pk)
    raise AssertionError(f"More than {limit} jobs: do they start each other?")
