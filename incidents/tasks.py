"""Celery's view of incidents."""

from celery import shared_task

from incidents import actions


@shared_task(name="incidents.sweep", ignore_result=True)
def sweep() -> None:
    actions.sweep_failed_runs()
