"""Celery's view of jobs."""

from celery import shared_task

from jobs import actions


@shared_task(name="jobs.run", ignore_result=True)
def run(job_id: int) -> None:
    actions.run(job_id)


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep() -> None:
    actions.sweep()
