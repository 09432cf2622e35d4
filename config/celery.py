"""Celery: carries hints to run jobs. Its options survive kill -9 of any process."""

import os

from celery import Celery
from django.conf import settings

from config.broker import celery_options

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("assay")
app.conf.update(
    **celery_options(settings.HOME, os.environ),
    task_default_queue="assay",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    # A task is gone from the queue only when it is done; a killed worker gives it back.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # The job's row knows who may go on, so a worker that lost the queue may finish its work.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_time_limit=600,
    worker_max_tasks_per_child=200,
    worker_max_memory_per_child=600_000,
    worker_hijack_root_logger=False,
    worker_proc_alive_timeout=30,
    beat_schedule={
        "seal the ledger": {"task": "ledger.seal", "schedule": 1.0, "options": {"expires": 5}},
        "tell again of dropped jobs": {
            "task": "jobs.sweep",
            "schedule": 5.0,
            "options": {"expires": 30},
        },
        "close runs whose job was given up": {
            "task": "evaluations.sweep",
            "schedule": 30.0,
            "options": {"expires": 60},
        },
        "look at the windows of monitors": {
            "task": "evaluations.dispatch",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "open incidents for failed checks": {
            "task": "incidents.sweep",
            "schedule": 5.0,
            "options": {"expires": 60},
        },
        "read runs of monitors that were left behind": {
            "task": "incidents.reread",
            "schedule": 3600.0,
            "options": {"expires": 3600},
        },
        "remind of deadlines": {
            "task": "incidents.remind",
            "schedule": 30.0,
            "options": {"expires": 60},
        },
        "remind owners of what is due": {
            "task": "governance.remind",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "scan files again when the rules changed": {
            "task": "models_registry.rescan",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
    },
)
app.autodiscover_tasks()
