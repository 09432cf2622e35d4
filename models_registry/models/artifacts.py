"""The files of a model version, their scans, waivers and signatures."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from ledger.models import Record
from models_registry.models.versions import ModelVersion
from vault.models import StoredFile


class ArtifactQuerySet(UnitScopedQuerySet):
    """Artifacts."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class Artifact(Record):
    """A file that belongs to a model version, named by its SHA-256.

    ``file`` is empty for a file that is registered by digest and address only; such a file is
    never scanned and therefore never clean.
    """

    class Role(models.TextChoices):
        """What the file is for."""

        WEIGHTS = "weights", _("Weights")
        TOKENIZER = "tokenizer", _("Tokenizer")
        CONFIG = "config", _("Configuration")
        CHAT_TEMPLATE = "chat_template", _("Chat template")
        ADAPTER = "adapter", _("Adapter")
        PROMPT = "prompt", _("Prompt")
        CODE = "code", _("Code")
        ENVIRONMENT = "environment", _("Environment")
        OTHER = "other", _("Other")

    class Loading(models.TextChoices):
        """What happens when somebody loads the file."""

        DATA = "data", _("Data only")
        CODE = "code", _("May run code")
        UNKNOWN = "unknown", _("Unknown")

    class Verdict(models.TextChoices):
        """The verdict of the newest scans, the worst of the scanners; see ``ScanResult``."""

        UNSCANNED = "unscanned", _("Unscanned")
        CLEAN = "clean", _("No findings")
        FINDINGS = "findings", _("Findings")
        ERROR = "error", _("Scan failed")

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="artifacts"
    )
    path = models.CharField(_("path"), max_length=500)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    uri = models.CharField(_("address"), max_length=1_000, blank=True)
    digest = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    format = models.CharField(_("format"), max_length=40, blank=True)
    loading = models.CharField(
        _("when loaded"), max_length=10, choices=Loading.choices, default=Loading.UNKNOWN
    )
    verdict = models.CharField(
        _("scan"), max_length=12, choices=Verdict.choices, default=Verdict.UNSCANNED
    )
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="added_artifacts")

    objects: ClassVar = ArtifactQuerySet.as_manager()

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("model_version", "path"),
                name="artifact_path_in_version",
                violation_error_message=_("This version has an artifact of that path already."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="clean") | Q(file__isnull=False),
                name="artifact_clean_needs_file",
            ),
        )

    def __str__(self) -> str:
        return self.path

    def get_absolute_url(self) -> str:
        """The page of the artifact."""
        return reverse("models_registry:artifact-detail", kwargs={"pk": self.pk})


class ScanResultQuerySet(UnitScopedQuerySet):
    """Scan results."""

    UNIT_PATH: ClassVar[str] = "artifact__model_version__model__unit"


class ScanResult(Record):
    """What one scanner said about one artifact, with the version of its rules."""

    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="scans")
    scanner = models.CharField(_("scanner"), max_length=60)
    scanner_version = models.CharField(_("version"), max_length=60)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Artifact.Verdict.choices)
    findings = models.JSONField(default=list, blank=True)
    detail = models.CharField(_("detail"), max_length=500, blank=True)

    objects: ClassVar = ScanResultQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.scanner} {self.scanner_version}: {self.verdict}"


class ScanWaiverQuerySet(UnitScopedQuerySet):
    """Waivers."""

    UNIT_PATH: ClassVar[str] = "artifact__model_version__model__unit"


class ScanWaiver(Record):
    """Somebody accepts an artifact that is not clean, until a date, with a compensating control.

    It holds for the digest that it saw; other bytes need another waiver.
    """

    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="waivers")
    digest = models.CharField(_("SHA-256"), max_length=64)
    reason = models.TextField(_("reason"), max_length=4_000)
    control = models.TextField(_("compensating control"), max_length=4_000)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="scan_waivers")
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar = ScanWaiverQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Waiver of {self.artifact_id} until {self.expires_at:%Y-%m-%d}"


class SignatureQuerySet(UnitScopedQuerySet):
    """Signatures."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class Signature(Record):
    """A signature over the artifact set of a version, and what verifying it said."""

    class Verdict(models.TextChoices):
        """Whether the signature holds for the files as stored."""

        VERIFIED = "verified", _("Verified")
        FAILED = "failed", _("Does not hold")
        UNVERIFIED = "unverified", _("Not verified")

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="signatures"
    )
    bundle = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    key_fingerprint = models.CharField(_("SHA-256 of the public key"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    artifact_set_digest = models.CharField(_("digest of the artifact set"), max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="added_signatures")

    objects: ClassVar = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Signature of {self.model_version_id}: {self.verdict}"
