"""Corrective actions: who does what until when, and who or what shows that it works."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from accounts.permissions import Permission
from evaluations.models import CheckRun
from incidents import states
from incidents.models.incidents import Incident
from ledger.models import Record
from models_registry.models import Model


class CorrectiveActionQuerySet(UnitScopedQuerySet):
    """Actions belong to a unit; those of a private incident are as private as it."""

    UNIT_PATH = "unit"

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Only what ``user`` may see."""
        rows = super().visible_to(user, permission)
        seen = Incident.objects.all().visible_to(user).order_by().values("pk")
        return rows.filter(Q(incident=None) | Q(incident__in=seen))

    def unfinished(self) -> "CorrectiveActionQuerySet":
        """What somebody still has to do or to verify."""
        return self.filter(state__in=states.ACTION_UNFINISHED)


class CorrectiveAction(Record):
    """Something to be done because of an incident, or of another record such as a risk.

    ``subject`` is the ledger key of that other record. It is closed by a passing run of ``check``
    that began after the owner said that it is done, or by a second person.
    """

    class State(models.TextChoices):
        OPEN = states.ACTION_OPEN, _("Open")
        READY = states.ACTION_READY, _("To verify")
        CLOSED = states.ACTION_CLOSED, _("Closed")
        DROPPED = states.ACTION_DROPPED, _("Dropped")

    class Priority(models.TextChoices):
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    class Aim(models.TextChoices):
        PREVENT = "prevent", _("Prevent")
        DETECT = "detect", _("Detect sooner")
        MITIGATE = "mitigate", _("Limit the harm")
        PROCESS = "process", _("Improve the process")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="corrective_actions"
    )
    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="corrective_actions",
    )  # fmt: skip
    subject = models.CharField(_("about"), max_length=100, blank=True, db_index=True)
    subject_title = models.CharField(_("about"), max_length=200, blank=True)
    title = models.CharField(_("what"), max_length=300)
    text = models.TextField(_("how, and how one sees that it works"), max_length=4_000, blank=True)
    aim = models.CharField(_("aim"), max_length=10, choices=Aim.choices)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="corrective_actions"
    )
    due_on = models.DateField(_("due"))
    check_name = models.CharField(_("verifying check"), max_length=60, blank=True)
    checked_model = models.ForeignKey(
        Model, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ready_at = models.DateTimeField(_("said to be done"), null=True, blank=True)
    ready_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closing_run = models.ForeignKey(
        CheckRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), max_length=4_000, blank=True)

    objects: ClassVar[Any] = CorrectiveActionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(incident__isnull=True) ^ Q(subject=""),
                name="incidents_action_has_one_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.ACTION_CLOSED)
                | Q(closing_run__isnull=False)
                | (Q(closed_by__isnull=False) & ~Q(closed_by=models.F("owner"))),
                name="incidents_action_not_closed_by_its_owner",
                violation_error_message=_("Somebody other than the owner has to verify it."),
            ),
        )
        indexes = (models.Index(fields=("state", "due_on"), name="incidents_action_due"),)

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """The number that people quote, such as ACT-0001."""
        return f"ACT-{self.pk:04d}"

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(self.incident) if self.incident else self.subject_title

    def get_absolute_url(self) -> str:
        """The page of the action."""
        return reverse("incidents:action-detail", kwargs={"pk": self.pk})

    def unit_of(self) -> int | None:
        """As of its incident, which may be private."""
        unit: int = self.unit_id
        return self.incident.unit_of() if self.incident else unit

    @property
    def is_overdue(self) -> bool:
        """Its day has passed and nobody said that it is done."""
        return self.state == self.State.OPEN and self.due_on < today()


class OfActionQuerySet(UnitScopedQuerySet):
    """Seen with the action."""

    UNIT_PATH = "corrective__unit"

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Rows whose action ``user`` may see."""
        seen = CorrectiveAction.objects.all().visible_to(user, permission)
        return self.filter(corrective__in=seen.order_by().values("pk"))


class ActionNotice(Record):
    """One reminder of one due day to one person. Uniqueness makes that it is given once."""

    corrective = models.ForeignKey(
        CorrectiveAction, on_delete=models.PROTECT, related_name="notices"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="action_notices")
    due_on = models.DateField(_("due"))
    point = models.CharField(_("point"), max_length=10)
    seen_at = models.DateTimeField(_("put away"), null=True, blank=True)

    objects: ClassVar[Any] = OfActionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("corrective", "person", "due_on", "point"),
                name="incidents_action_notice_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.corrective_id} {self.point} → {self.person_id}"

    def unit_of(self) -> int | None:
        """As of the action."""
        return self.corrective.unit_of()


def today() -> dt.date:
    """The day in UTC, by which due days are counted."""
    return timezone.now().astimezone(dt.UTC).date()
