"""Incidents."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from evaluations.models import CheckRun
from incidents import states
from ledger.models import Record
from models_registry.models import AISystem, ModelVersion

TITLE_LENGTH = 160


class Severity(models.TextChoices):
    """How bad it is. Ours; other schemes are mapped, never converted silently."""

    SEV1 = "sev1", _("SEV1 Critical")
    SEV2 = "sev2", _("SEV2 High")
    SEV3 = "sev3", _("SEV3 Medium")
    SEV4 = "sev4", _("SEV4 Low")


# What each severity means, said to the person who has to choose in a minute.
SEVERITY_MEANING: dict[str, Any] = {
    Severity.SEV1: _("People are being harmed or a law is being broken now."),
    Severity.SEV2: _("Decisions are wrong for many, or harm is likely."),
    Severity.SEV3: _("Quality is clearly worse than promised; nobody is harmed yet."),
    Severity.SEV4: _("A small defect, or a near miss worth keeping."),
}
SEVERITY_LOOK = {"sev1": "critical", "sev2": "high", "sev3": "medium", "sev4": "low"}


class IncidentQuerySet(UnitScopedQuerySet):
    """Incidents belong to a unit."""

    UNIT_PATH = "unit"

    def still_open(self) -> "IncidentQuerySet":
        """Everything that has not been closed; a resolved incident still waits for that."""
        return self.exclude(state=states.CLOSED)


class Incident(Record):
    """Something went wrong with an AI system, from the first sign to the closing.

    ``fingerprint`` names what failed (version and check family); it is empty when a person
    declared the incident. At most one incident that is not closed bears a fingerprint.
    """

    class State(models.TextChoices):
        OPEN = states.OPEN, _("Open")
        INVESTIGATING = states.INVESTIGATING, _("Investigating")
        MITIGATED = states.MITIGATED, _("Mitigated")
        RESOLVED = states.RESOLVED, _("Resolved")
        CLOSED = states.CLOSED, _("Closed")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="incidents"
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    summary = models.TextField(_("what happened"), max_length=20_000)
    severity = models.CharField(_("severity"), max_length=4, choices=Severity.choices)
    severity_reason = models.TextField(_("why this severity"), max_length=4_000, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    model_version = models.ForeignKey(
        ModelVersion,
        verbose_name=_("model version"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
    )
    system = models.ForeignKey(
        AISystem,
        verbose_name=_("system"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
    )
    check_run = models.OneToOneField(
        CheckRun,
        verbose_name=_("check run that opened it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="incident",
    )
    fingerprint = models.CharField(max_length=120, blank=True, editable=False, db_index=True)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("earlier incident of the same kind"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="later",
    )
    detected_at = models.DateTimeField(_("noticed"))
    occurred_at = models.DateTimeField(_("began"), null=True, blank=True)
    last_failed_at = models.DateTimeField(_("last failed"), null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    declared_by = models.ForeignKey(
        User,
        verbose_name=_("declared by"),
        on_delete=models.PROTECT,
        related_name="declared_incidents",
    )
    commander = models.ForeignKey(
        User,
        verbose_name=_("commander"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commanded_incidents",
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("fingerprint",),
                condition=~Q(state=states.CLOSED) & ~Q(fingerprint=""),
                name="incidents_one_open_per_fingerprint",
                violation_error_message=_("An open incident exists for the same check already."),
            ),
            models.CheckConstraint(
                condition=Q(model_version__isnull=False) | Q(system__isnull=False),
                name="incidents_about_something",
                violation_error_message=_("Name the model version or the system concerned."),
            ),
        )
        indexes = (models.Index(fields=("unit", "state"), name="incidents_unit_state"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """The number as people say it, such as ``INC-0001``."""
        return f"INC-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        """The page of the incident."""
        return reverse("incidents:incident-detail", kwargs={"pk": self.pk})

    @property
    def is_open(self) -> bool:
        """Not closed yet."""
        return self.state != states.CLOSED

    @property
    def details(self) -> str:
        """The summary without the first line, when the title says all of that."""
        first, _newline, rest = self.summary.partition("\n")
        return rest.strip() if first.strip() == self.title else self.summary

    @property
    def severity_look(self) -> str:
        """The entry of web.looks for this severity."""
        return SEVERITY_LOOK[self.severity]
