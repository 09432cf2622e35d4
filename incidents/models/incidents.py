"""Incidents and who may see those that are private."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, UnitScopedQuerySet, User
from accounts.permissions import Permission
from accounts.roles import TITLES, Role
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
    """Incidents belong to a unit; a private one only to the people and roles named for it."""

    UNIT_PATH = "unit"

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Only what ``user`` may see. The service account sees all."""
        rows = super().visible_to(user, permission)
        return rows if getattr(user, "is_service", False) else rows.filter(admitted(user))

    def still_open(self) -> "IncidentQuerySet":
        """Everything that has not ended; a resolved incident still waits for that."""
        return self.exclude(state__in=states.ENDED)

    def ongoing(self) -> "IncidentQuerySet":
        """Where work goes on: failures of the same fingerprint join it."""
        return self.filter(state__in=states.ONGOING)


def admitted(user: Any) -> Q:
    """Which incidents a private mark does not hide from ``user``."""
    pk = user.pk or 0
    held = (
        Membership.objects.current()
        .filter(user_id=pk, role=OuterRef("role"))
        .annotate(below=ExpressionWrapper(OuterRef("incident__unit__path"), models.CharField()))
        .filter(below__startswith=F("unit__path"))
    )
    named = IncidentReader.objects.filter(Q(user_id=pk) | Exists(held))
    part = Q(declared_by=pk) | Q(commander=pk) | Q(scribe=pk) | Q(liaison=pk)
    return Q(private=False) | part | Q(pk__in=named.order_by().values("incident"))


class Incident(Record):
    """Something went wrong with an AI system, from the first sign to the closing.

    ``fingerprint`` names what failed; it is empty when a person declared the incident. At most
    one incident on which work goes on bears a fingerprint.
    """

    class State(models.TextChoices):
        SUSPECTED = states.SUSPECTED, _("Suspected")
        TRIAGE = states.TRIAGE, _("Triage")
        DECLARED = states.DECLARED, _("Declared")
        CONTAINED = states.CONTAINED, _("Contained")
        RECOVERING = states.RECOVERING, _("Recovering")
        RESOLVED = states.RESOLVED, _("Resolved")
        IN_REVIEW = states.IN_REVIEW, _("In review")
        CLOSED = states.CLOSED, _("Closed")
        DISMISSED = states.DISMISSED, _("Dismissed")
        DUPLICATE = states.DUPLICATE, _("Duplicate")
        REOPENED = states.REOPENED, _("Reopened")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="incidents"
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    summary = models.TextField(_("what happened"), max_length=20_000)
    severity = models.CharField(_("severity"), max_length=4, choices=Severity.choices)
    severity_reason = models.TextField(_("why this severity"), max_length=4_000, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.DECLARED, editable=False
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
    fingerprint = models.CharField(max_length=250, blank=True, editable=False, db_index=True)
    previous = models.ForeignKey(
        "self",
        verbose_name=_("earlier incident of the same kind"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="later",
    )
    duplicate_of = models.ForeignKey(
        "self",
        verbose_name=_("duplicate of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="duplicates",
    )
    state_before = models.CharField(max_length=20, blank=True, editable=False)
    private = models.BooleanField(_("private"), default=False)
    recovery_checks = models.JSONField(
        _("checks to pass before it is resolved"), default=list, blank=True
    )
    override_reason = models.TextField(
        _("resolved or closed without proof because"), max_length=4_000, blank=True
    )
    detected_at = models.DateTimeField(_("noticed"))
    occurred_at = models.DateTimeField(_("began"), null=True, blank=True)
    last_failed_at = models.DateTimeField(_("last failed"), null=True, blank=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True, editable=False)
    contained_at = models.DateTimeField(_("contained"), null=True, blank=True, editable=False)
    fixed_at = models.DateTimeField(_("repaired"), null=True, blank=True, editable=False)
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
    scribe = models.ForeignKey(
        User,
        verbose_name=_("scribe"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    liaison = models.ForeignKey(
        User,
        verbose_name=_("liaison"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects: ClassVar = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("fingerprint",),
                condition=Q(state__in=states.ONGOING) & ~Q(fingerprint=""),
                name="incidents_one_open_per_fingerprint",
                violation_error_message=_("An open incident exists for the same check already."),
            ),
            models.CheckConstraint(
                condition=Q(model_version__isnull=False) | Q(system__isnull=False),
                name="incidents_about_something",
                violation_error_message=_("Name the model version or the system concerned."),
            ),
            models.CheckConstraint(
                condition=Q(state=states.DUPLICATE) ^ Q(duplicate_of__isnull=True),
                name="incidents_duplicate_names_the_other",
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

    def unit_of(self) -> int | None:
        """The unit whose auditors may read the events; those of a private incident nobody's."""
        unit: int = self.unit_id
        return None if self.private else unit

    @property
    def is_open(self) -> bool:
        """Not ended yet."""
        return self.state not in states.ENDED

    @property
    def details(self) -> str:
        """The summary without the first line, when the title says all of that."""
        first, _newline, rest = self.summary.partition("\n")
        return rest.strip() if first.strip() == self.title else self.summary

    @property
    def severity_look(self) -> str:
        """The entry of web.looks for this severity."""
        return SEVERITY_LOOK[self.severity]


class OfIncidentQuerySet(UnitScopedQuerySet):
    """Seen by whoever sees the incident, which may be closer than its unit."""

    UNIT_PATH = "incident__unit"
    INCIDENT: ClassVar[str] = "incident"

    def visible_to(self, user: Any, permission: str = Permission.RECORD_VIEW) -> Any:
        """Rows whose incident ``user`` may see."""
        seen = Incident.objects.all().visible_to(user, permission)
        return self.filter(**{f"{self.INCIDENT}__in": seen.order_by().values("pk")})


class OfIncident(Record):
    """A record that belongs to an incident and is exactly as visible."""

    incident: Any

    objects: ClassVar[Any] = OfIncidentQuerySet.as_manager()

    class Meta:
        abstract = True

    def unit_of(self) -> int | None:
        """As of the incident."""
        unit: int | None = self.incident.unit_of()
        return unit


class IncidentReader(OfIncident):
    """A person or a role in the unit to whom a private incident is open."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(
        _("role"), max_length=30, blank=True, choices=[(r.value, TITLES[r]) for r in Role]
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(role=""), name="incidents_reader_is_one"
            ),
            models.UniqueConstraint(
                fields=("incident", "user"),
                condition=Q(user__isnull=False),
                name="incidents_reader_person_once",
            ),
            models.UniqueConstraint(
                fields=("incident", "role"),
                condition=~Q(role=""),
                name="incidents_reader_role_once",
            ),
        )

    def __str__(self) -> str:
        return self.get_role_display() if self.role else f"{self.user}"
