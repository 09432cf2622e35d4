"""Reports of others: case studies, vulnerabilities and exercises that one can learn from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from incidents.models.incidents import Incident, OfIncident
from ledger.models import Record
from vault.models import StoredFile

CASE_TITLE_LENGTH = 300


class CaseReportQuerySet(UnitScopedQuerySet):
    """Reports belong to the unit that imported them."""

    UNIT_PATH = "unit"


class CaseImport(Record):
    """Files to be imported: first a plan with a report, then applied or discarded.

    ``lookup`` holds the names for placeholders that came with the files.
    """

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"plan", "lookup"})

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="case_imports"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False
    )
    licence = models.CharField(_("licence of the reports"), max_length=200, blank=True)
    files = models.JSONField(_("files"), default=list, editable=False)
    plan = models.JSONField(_("plan"), default=dict, blank=True, editable=False)
    lookup = models.JSONField(default=dict, blank=True, editable=False)
    asked_by = models.ForeignKey(
        User, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="case_imports"
    )

    objects: ClassVar = CaseReportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{_('Import')} {self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the import."""
        return reverse("incidents:case-import-detail", kwargs={"pk": self.pk})


class CaseReport(Record):
    """One report of others, as read into the neutral record; the original lies in the vault.

    A report is known by unit, source and the number it has there, so importing it again updates
    it. The ledger holds the digests; text and record stay out of it.
    """

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"record", "summary"})

    class Source(models.TextChoices):
        AVID = "avid", _("AVID")
        ATLAS = "atlas", _("MITRE ATLAS")
        ASSAY = "assay", _("Assay")

    class Kind(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        NEAR_MISS = "near_miss", _("Near miss")
        HAZARD = "hazard", _("Hazard")
        EXERCISE = "exercise", _("Exercise")
        VULNERABILITY = "vulnerability", _("Vulnerability")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="case_reports"
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    external_id = models.CharField(_("number"), max_length=120)
    case_kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=CASE_TITLE_LENGTH)
    summary = models.TextField(_("what happened"), blank=True)
    dated = models.DateField(_("date"), null=True, blank=True)
    identifiers = models.JSONField(_("identifiers"), default=list, blank=True)
    record = models.JSONField(_("record"), default=dict)
    record_digest = models.CharField(_("digest of the record"), max_length=64)
    original = models.ForeignKey(
        StoredFile, verbose_name=_("original"), on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=200)
    position = models.PositiveIntegerField(_("place in the file"), default=1)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    batch = models.ForeignKey(
        CaseImport, verbose_name=_("import"), on_delete=models.PROTECT, related_name="reports"
    )

    objects: ClassVar = CaseReportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "source", "external_id"),
                name="incidents_case_once",
                violation_error_message=_("This report is imported already. Plan it again."),
            ),
        )
        indexes = (models.Index(fields=("unit", "case_kind"), name="incidents_case_unit"),)

    def __str__(self) -> str:
        return f"{self.external_id} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the report."""
        return reverse("incidents:case-detail", kwargs={"pk": self.pk})

    @property
    def reference(self) -> str:
        """The number that the source gave, or the start of its digest."""
        return self.external_id[:40]


class NotSimilar(OfIncident):
    """A person says that a found incident or report does not resemble this one."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="not_similar")
    other = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        CaseReport, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("incident", "other"), name="incidents_unlike_incident"),
            models.UniqueConstraint(fields=("incident", "case"), name="incidents_unlike_case"),
            models.CheckConstraint(
                condition=Q(other__isnull=True) ^ Q(case__isnull=True),
                name="incidents_unlike_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.other_id or self.case_id}"
