"""Reports: which records were frozen, what was printed from them, and by whose wish."""

from typing import Any, ClassVar, cast

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from governance.assessments.models import Assessment
from jobs.models import Job, JobState
from ledger.models import Record
from models_registry.models import AISystem, CardRevision, ModelVersion
from reports.signing.order import CHOICES, seat
from vault.models import StoredFile

# Kinds that print the snapshot of a system.
OF_SYSTEM = ("rmf-system", "applicability", "technical-documentation")


class ReportQuerySet(UnitScopedQuerySet):
    """Reports belong to the unit of what they are about."""


class Report(Record):
    """One report: asked for once, printed by one job into one file.

    Where the printing stands is the state of `job` and is not kept twice. `snapshot` and `file`
    are set together, in the transaction that ends the job.
    """

    class Definition(models.TextChoices):
        """What kind of report."""

        RMF_SYSTEM = "rmf-system", _("AI RMF report of a system")
        MODEL_CARD = "model-card", _("Model card")
        APPLICABILITY = "applicability", _("Statement of applicability")
        TECHNICAL = "technical-documentation", _("Technical documentation (EU AI Act, Annex IV)")

    definition = models.CharField(
        _("kind"), max_length=40, choices=Definition.choices, default=Definition.RMF_SYSTEM
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="reports"
    )
    system = models.ForeignKey(
        AISystem,
        verbose_name=_("system"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    card = models.ForeignKey(
        CardRevision,
        verbose_name=_("model card"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    assessment = models.ForeignKey(
        Assessment,
        verbose_name=_("assessment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    requested_by = models.ForeignKey(
        User, verbose_name=_("requested by"), on_delete=models.PROTECT, related_name="reports"
    )
    mark = models.CharField(_("classification"), max_length=80, blank=True)
    left_out = models.JSONField(_("sections left out"), default=list, blank=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="report")
    snapshot = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    snapshot_digest = models.CharField(_("snapshot SHA-256"), max_length=64, blank=True)
    file_digest = models.CharField(_("file SHA-256"), max_length=64, blank=True)
    checkpoint_size = models.PositiveBigIntegerField(_("events sealed"), null=True, blank=True)
    checkpoint_root = models.CharField(_("Merkle root"), max_length=64, blank=True)
    as_of = models.DateTimeField(_("state of the records"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(file__isnull=True, snapshot__isnull=True, file_digest="")
                | (
                    Q(file__isnull=False, snapshot__isnull=False, as_of__isnull=False)
                    & ~Q(file_digest="")
                    & ~Q(snapshot_digest="")
                    & ~Q(checkpoint_root="")
                ),
                name="reports_file_comes_with_its_proof",
            ),
            models.CheckConstraint(
                condition=Q(definition__in=OF_SYSTEM, system__isnull=False, card__isnull=True)
                | Q(definition="model-card", system__isnull=True, card__isnull=False),
                name="reports_kind_has_its_subject",
            ),
        )
        indexes = (models.Index(fields=("system", "-id"), name="reports_of_system"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """The number that people quote, such as REP-0001."""
        return f"REP-{self.pk:04d}"

    @property
    def about(self) -> AISystem | ModelVersion:
        """The record that the report is about; its page leads to more reports."""
        return self.card.model_version if self.card else cast(AISystem, self.system)

    @property
    def subject(self) -> str:
        """What the report is about, by name."""
        if self.card is None:
            return str(self.system)
        return gettext("%(version)s, card revision %(number)s") % {
            "version": self.card.model_version,
            "number": self.card.number,
        }

    @property
    def state(self) -> str:
        """queued, running, done, failed or cancelled: the state of the job."""
        return str(self.job.state)

    @property
    def is_done(self) -> bool:
        """Whether there is a file."""
        return self.file_digest != "" and self.job.state == JobState.DONE

    @property
    def file_name(self) -> str:
        """How the PDF is called when it is downloaded."""
        return f"{self.reference}-{self.subject}.pdf"

    def get_absolute_url(self) -> str:
        """The page of the report."""
        return reverse("reports:report-detail", kwargs={"pk": self.pk})


class SignOffQuerySet(UnitScopedQuerySet):
    """Signatures belong to the unit of the report."""

    UNIT_PATH: ClassVar[str] = "report__unit"


class SignOff(Record):
    """One signature in the file of a report.

    It stands from the moment it is asked for; `job` puts it into the file. `base_digest` is the
    file that was signed, `file` the longer one that carries the signature. `certificate` is the
    SHA-256 of the certificate behind it.
    """

    # A name must not enter the ledger, where nothing is erased; the signed file carries it.
    LEDGER_EXCLUDE = frozenset({"signer_name"})

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="signoffs")
    seat = models.CharField(_("seat"), max_length=10, choices=CHOICES)
    signer = models.ForeignKey(
        User, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="report_signoffs"
    )
    signer_name = models.CharField(_("name"), max_length=120)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="signoff")
    base_digest = models.CharField(_("signed file, SHA-256"), max_length=64)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_digest = models.CharField(_("file SHA-256"), max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    certificate = models.CharField(_("certificate SHA-256"), max_length=64, blank=True)
    subject = models.CharField(_("certificate of"), max_length=300, blank=True)
    stamped = models.BooleanField(_("time-stamped"), default=False)
    asked_at = models.DateTimeField(_("asked"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    objects: ClassVar[Any] = SignOffQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("report", "seat"), name="reports_one_per_seat"),
            models.UniqueConstraint(fields=("report", "signer"), name="reports_one_seat_each"),
            models.CheckConstraint(
                condition=Q(file__isnull=True, file_digest="", signed_at__isnull=True)
                | (Q(file__isnull=False, signed_at__isnull=False) & ~Q(file_digest="")),
                name="reports_signature_comes_with_its_file",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report.reference} {self.seat}"

    @property
    def title(self) -> str:
        """The seat in words."""
        return str(seat(self.seat).title)

    @property
    def statement(self) -> str:
        """What the signature says."""
        return str(seat(self.seat).statement)
