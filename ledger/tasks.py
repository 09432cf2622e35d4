"""Celery's view of the ledger."""

from celery import shared_task

from ledger import actions


@shared_task(name="ledger.seal", ignore_result=True)
def seal() -> None:
    """Seal what was written since the last second."""
    actions.seal()
