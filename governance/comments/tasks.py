"""Celery's view of reminders."""

from celery import shared_task

from governance.comments.actions import remind_owners


@shared_task(name="governance.remind", ignore_result=True)
def remind() -> None:
    remind_owners()
