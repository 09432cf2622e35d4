"""Duties to notify: facts, clocks, what was sent, and reminders."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.clocks.rules import Rule, rule_from
from incidents.models.incidents import Incident, OfIncident, OfIncidentQuerySet
from ledger.errors import DirectWrite
from vault.models import StoredFile


class OfClockQuerySet(OfIncidentQuerySet):
    """Seen with the clock."""

    UNIT_PATH = "clock__incident__unit"
    INCIDENT = "clock__incident"


class NoticeQuerySet(OfClockQuerySet):
    """Seen with the clock of its reminder."""

    UNIT_PATH = "reminder__clock__incident__unit"
    INCIDENT = "reminder__clock__incident"


class OfClock(OfIncident):
    """What belongs to a clock is as visible as its incident, and so are its events."""

    clock: Any

    objects: ClassVar[Any] = OfClockQuerySet.as_manager()

    class Meta:
        abstract = True

    def unit_of(self) -> int | None:
        """As of the clock's incident."""
        unit: int | None = self.clock.unit_of()
        return unit


class Fact(models.TextChoices):
    """What a period counts from."""

    OCCURRED = "occurred", _("It happened")
    AWARE = "aware", _("We became aware")
    CLASSIFIED = "classified", _("It was classified as major")
    DETERMINED = "determined", _("It was determined that it must be notified")
    MATERIAL = "material", _("It was determined to be material")
    PAYMENT = "payment", _("A ransom was paid")
    FIX_AVAILABLE = "fix_available", _("A corrective measure is available")
    RESOLVED = "resolved", _("It is resolved")


class IncidentFact(OfIncident):
    """A moment from which periods count, stated by a person."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="facts")
    fact = models.CharField(_("fact"), max_length=20, choices=Fact.choices)
    at = models.DateTimeField(_("when"))
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    note = models.TextField(_("how do you know?"), max_length=4_000, blank=True)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("incident", "fact"), name="incidents_fact_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_fact_display()} {self.at:%Y-%m-%d %H:%M}"


class NotificationClock(OfIncident):
    """One duty for one incident. ``rule`` is frozen with it: new law does not move an old clock.

    ``due_at`` is the strict reading, ``lenient_at`` the later one, for information.
    """

    class State(models.TextChoices):
        NOT_ASSESSED = "not_assessed", _("Not assessed")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")
        RUNNING = "running", _("Running")
        SENT = "sent", _("Sent")
        LATE = "late", _("Late")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="clocks")
    rule_id = models.CharField(_("rule"), max_length=60)
    rule = models.JSONField(_("rule as it was"))
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.NOT_ASSESSED
    )
    reason = models.TextField(_("reason"), max_length=4_000, blank=True)
    zone = models.CharField(_("time zone"), max_length=60, blank=True)
    start_fact = models.CharField(_("counts from"), max_length=20, blank=True)
    started_at = models.DateTimeField(_("start"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    lenient_at = models.DateTimeField(_("lenient reading"), null=True, blank=True)
    basis = models.JSONField(_("basis"), default=dict, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    assessed_by = models.ForeignKey(
        User, verbose_name=_("assessed by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "rule_id"),
                name="incidents_clock_once",
                violation_error_message=_("This duty is assessed already. Load the page again."),
            ),
        )
        indexes = (models.Index(fields=("state", "due_at"), name="incidents_clock_due"),)

    def __str__(self) -> str:
        return f"{self.rule['law']} {self.rule['article']}"

    def get_absolute_url(self) -> str:
        """The page of the clock."""
        return reverse("incidents:clock-detail", kwargs={"pk": self.pk})

    @property
    def frozen(self) -> Rule:
        """The rule as it was when the clock was assessed."""
        return rule_from(self.rule)

    @property
    def title(self) -> str:
        """What is to be notified, in words."""
        return str(self.rule["title"])

    @property
    def is_ticking(self) -> bool:
        """Neither sent nor withdrawn, and it has a deadline."""
        return self.state in (self.State.RUNNING, self.State.LATE)

    @property
    def look(self) -> str:
        """The state to show: late as soon as the deadline has passed, not only after a sweep."""
        overdue = self.state == self.State.RUNNING and self.due_at and self.due_at < timezone.now()
        return self.State.LATE if overdue else self.state

    @property
    def look_word(self) -> Any:
        """The word for ``look``."""
        return self.State(self.look).label


class Submission(OfClock):
    """A notice as it was sent: content and digest never change. A further one is a new row."""

    APPEND_ONLY: ClassVar[bool] = True

    clock = models.ForeignKey(
        NotificationClock, on_delete=models.PROTECT, related_name="submissions"
    )
    number = models.PositiveIntegerField(_("number"))
    sent_at = models.DateTimeField(_("sent"))
    recipient = models.CharField(_("recipient"), max_length=300)
    reference = models.CharField(_("their reference"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=4_000, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("SHA-256"), max_length=64)
    was_late = models.BooleanField(_("after the deadline"), default=False)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("clock", "number"), name="incidents_submission_once"),
        )

    def __str__(self) -> str:
        return f"{self.clock_id} #{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse_change()


class Reminder(OfClock):
    """One reminder of one deadline. ``once`` names clock, deadline and point."""

    clock = models.ForeignKey(NotificationClock, on_delete=models.PROTECT, related_name="reminders")
    point = models.CharField(_("point"), max_length=10)
    once = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(_("remind at"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("sent_at", "at"), name="incidents_reminder_due"),)

    def __str__(self) -> str:
        return self.once


class Notice(OfIncident):
    """What a reminder tells one person inside Assay, until that person puts it away."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="clock_notices")
    seen_at = models.DateTimeField(_("put away"), null=True, blank=True)

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("reminder", "person"), name="incidents_notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.reminder_id} → {self.person_id}"

    def unit_of(self) -> int | None:
        """As of the reminder."""
        unit: int | None = self.reminder.unit_of()
        return unit


def _refuse_change() -> NoReturn:
    raise DirectWrite("What was sent is written once; record another submission")
