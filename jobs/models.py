"""Long work as rows: the row decides, a Celery message is only a hint to look at it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """One piece of long work.

    A worker owns it while ``lease_until`` lies ahead; ``fence`` grows with each claim, so that a
    worker that lost its lease can no longer write. ``not_before`` puts off another attempt.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    key = models.CharField(max_length=160, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    hinted_at = models.DateTimeField(null=True, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    message = models.CharField(_("doing"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.CharField(_("result"), max_length=200, blank=True)
    cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    created_at = models.DateTimeField(_("requested"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("state", "lease_until"), name="job_state_lease"),)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"),
                condition=~models.Q(key="") & models.Q(state__in=("queued", "running")),
                name="job_open_key",
            ),
            models.CheckConstraint(
                condition=models.Q(progress__lte=100), name="job_progress_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in OPEN_STATES
