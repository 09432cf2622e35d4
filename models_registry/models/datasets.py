"""Tables and what is known about them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from ledger.models import Record
from models_registry.models.versions import ModelVersion
from vault.models import StoredFile


class DatasetVersionQuerySet(UnitScopedQuerySet):
    """Dataset versions."""


class DatasetVersion(Record):
    """A table as it was uploaded, with its shape. The bytes never change; ``fingerprint`` is
    their SHA-256. The profile is derived from them and stays out of the ledger."""

    class Role(models.TextChoices):
        """What the table is for."""

        TRAIN = "train", _("Training")
        VALIDATE = "validate", _("Validation")
        TEST = "test", _("Test")
        CALIBRATE = "calibrate", _("Calibration")
        REFERENCE = "reference", _("Reference")
        PRODUCTION = "production", _("Production")

    class Sensitivity(models.TextChoices):
        """Who may see the rows."""

        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")
        RESTRICTED = "restricted", _("Restricted")

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"profile"})

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="datasets", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=200)
    label = models.CharField(_("version label"), max_length=60)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=120)
    rows = models.PositiveBigIntegerField(_("rows"))
    profile = models.JSONField(default=dict)
    fingerprint = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=20, choices=Sensitivity.choices, blank=True
    )
    personal_data = models.BooleanField(_("personal data"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="uploaded_datasets"
    )

    objects: ClassVar = DatasetVersionQuerySet.as_manager()

    class Meta:
        ordering = ("name", "-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                "unit",
                Lower("name"),
                "label",
                name="dataset_name_and_label_in_unit",
                violation_error_message=_("This unit has that version of the dataset already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.label}"

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns as ``reading.profile.ColumnProfile`` spells them."""
        found: list[dict[str, Any]] = self.profile.get("columns", [])
        return found

    def get_absolute_url(self) -> str:
        """The page of the table."""
        return reverse("models_registry:dataset-detail", kwargs={"pk": self.pk})


class DatasetUseQuerySet(UnitScopedQuerySet):
    """Uses of tables."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class DatasetUse(Record):
    """A table belongs to a model version, in the role that the table has for it."""

    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="uses")
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="dataset_uses"
    )
    role = models.CharField(
        _("role"), max_length=20, choices=DatasetVersion.Role.choices, blank=True
    )

    objects: ClassVar = DatasetUseQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "model_version"), name="dataset_use_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} × {self.model_version_id}"


class DatasheetQuerySet(UnitScopedQuerySet):
    """Datasheets."""

    UNIT_PATH: ClassVar[str] = "dataset__unit"


class Datasheet(Record):
    """What is known about a table: the seven themes of “Datasheets for Datasets” (Gebru et al.,
    2021), written here or read from a Croissant file whose bytes are kept."""

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"parsed", "report"})

    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="datasheets")
    number = models.PositiveIntegerField(_("revision"))
    themes = models.JSONField(default=dict, blank=True)
    original = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    parsed = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="datasheets")

    objects: ClassVar = DatasheetQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "number"), name="datasheet_number"),
        )

    def __str__(self) -> str:
        return f"Datasheet {self.number} of {self.dataset_id}"
