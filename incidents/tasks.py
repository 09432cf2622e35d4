"""Celery's view of incidents."""

from celery import shared_task

from incidents import actions
from incidents.actions.corrective import close_proven_actions, remind_of_actions
from incidents.actions.observing import sweep_monitors
from incidents.actions.reminders import sweep_reminders


@shared_task(name="incidents.sweep", ignore_result=True)
def sweep() -> None:
    actions.sweep_failed_runs()
    sweep_monitors()


@shared_task(name="incidents.reread", ignore_result=True)
def reread() -> None:
    sweep_monitors(everything=True)


@shared_task(name="incidents.remind", ignore_result=True)
def remind() -> None:
    sweep_reminders()
    remind_of_actions()
    close_proven_actions()
