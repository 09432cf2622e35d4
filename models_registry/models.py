"""AI systems, the models that they use, their versions, cards and tables."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from ledger.models import Record
from models_registry import states
from vault.models import StoredFile


class AISystemQuerySet(UnitScopedQuerySet):
    """AI systems."""


class AISystem(Record):
    """A use of AI: what it is for and whom it affects. The unit of governance."""

    class State(models.TextChoices):
        """Where the system is in its life."""

        PROPOSED = states.PROPOSED, _("Proposed")
        IN_USE = states.IN_USE, _("In use")
        RETIRED = states.RETIRED, _("Retired")

    class DecisionRole(models.TextChoices):
        """How much of a decision about people the system makes."""

        NONE = "none", _("No part in decisions about people")
        INFORMS = "informs", _("Informs a person who decides")
        RECOMMENDS = "recommends", _("Recommends; a person decides")
        DECIDES_REVIEWED = "decides_reviewed", _("Decides; a person can overrule")
        DECIDES = "decides", _("Decides alone")

    class Tier(models.IntegerChoices):
        """Materiality: tier 1 gets the most scrutiny."""

        ONE = 1, _("Tier 1: high")
        TWO = 2, _("Tier 2: medium")
        THREE = 3, _("Tier 3: low")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="systems", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=10_000)
    people_affected = models.TextField(_("people affected"), max_length=10_000, blank=True)
    decision_role = models.CharField(
        _("part in decisions"), max_length=20, choices=DecisionRole.choices
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    tier_reason = models.TextField(_("reason for the tier"), max_length=4_000, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="owned_systems", verbose_name=_("owner")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.PROPOSED
    )

    objects = AISystemQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("AI system")
        verbose_name_plural = _("AI systems")
        constraints = (
            models.UniqueConstraint(
                "unit",
                Lower("name"),
                name="aisystem_name_in_unit",
                violation_error_message=_("This unit has a system of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(tier=None) | (Q(tier__range=(1, 3)) & ~Q(tier_reason="")),
                name="aisystem_tier_has_reason",
                violation_error_message=_("Say why the system belongs to that tier."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """The number that people quote, such as SYS-0001."""
        return f"SYS-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        """The page of the system."""
        return reverse("models_registry:system-detail", kwargs={"pk": self.pk})


class ModelQuerySet(UnitScopedQuerySet):
    """Models."""


class Model(Record):
    """A model in the widest sense, of which there are versions; one may serve many systems."""

    class Kind(models.TextChoices):
        """What sort of model."""

        ML = "ml", _("Machine learning")
        LLM = "llm", _("Language model")
        RULES = "rules", _("Rules")
        VENDOR_API = "vendor_api", _("Vendor service")
        AGENT = "agent", _("Agent")
        ADAPTER = "adapter", _("Adapter")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="models", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=120, allow_unicode=True)
    model_type = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ML)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="owned_models", verbose_name=_("owner")
    )

    objects = ModelQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "slug"),
                name="model_slug_in_unit",
                violation_error_message=_("This unit has a model of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ModelUseQuerySet(UnitScopedQuerySet):
    """Uses of models in systems."""

    UNIT_PATH: ClassVar[str] = "system__unit"


class ModelUse(Record):
    """A system uses a model: the pair that is governed."""

    system = models.ForeignKey(AISystem, on_delete=models.PROTECT, related_name="uses")
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="uses")

    objects = ModelUseQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("system", "model"), name="model_use_once"),)

    def __str__(self) -> str:
        return f"{self.system_id} × {self.model_id}"


class ModelVersionQuerySet(UnitScopedQuerySet):
    """Model versions."""

    UNIT_PATH: ClassVar[str] = "model__unit"

    def of_system(self, system: AISystem) -> "ModelVersionQuerySet":
        """Versions of the models that ``system`` uses."""
        return self.filter(model__uses__system=system)


class ModelVersion(Record):
    """One version of a model. Frozen when submitted; ``content_digest`` then names its content."""

    class State(models.TextChoices):
        """Where the version is in its life."""

        DRAFT = states.DRAFT, _("Draft")
        SUBMITTED = states.SUBMITTED, _("Submitted")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")

    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version number"), max_length=60)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    source_system = models.CharField(_("source system"), max_length=120, blank=True)
    external_id = models.CharField(_("id in the source system"), max_length=200, blank=True)
    git_commit = models.CharField(_("git commit"), max_length=64, blank=True)
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    registered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="registered_versions"
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    content_digest = models.CharField(_("content digest"), max_length=64, blank=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("model", "number"),
                name="model_version_number",
                violation_error_message=_("This model has a version of that number already."),
            ),
            models.UniqueConstraint(
                fields=("model", "source_system", "external_id"),
                condition=~Q(external_id=""),
                name="model_version_external_id",
                violation_error_message=_("That id of the source system is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(state=states.DRAFT) | Q(state=states.WITHDRAWN) | ~Q(content_digest=""),
                name="model_version_frozen_has_digest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.model} {self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it may still change."""
        return self.state == self.State.DRAFT

    def get_absolute_url(self) -> str:
        """The page of the version."""
        return reverse("models_registry:version-detail", kwargs={"pk": self.pk})


class CardRevisionQuerySet(UnitScopedQuerySet):
    """Card revisions."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class CardRevision(Record):
    """A model card as it was imported: the original bytes and what was read from them.

    Never changed: an edit is a new revision. What was read is derived from the bytes that
    ``digest`` names, so the ledger holds the digest only.
    """

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"parsed", "extra", "report"})

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField(_("revision"))
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("SHA-256 of the original"), max_length=64)
    file_name = models.CharField(_("file name"), max_length=200)
    format = models.CharField(_("format"), max_length=20)
    media_type = models.CharField(_("media type"), max_length=120)
    parsed = models.JSONField(default=dict)
    extra = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict)
    completeness = models.PositiveSmallIntegerField(_("completeness in percent"))
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="imported_cards")

    objects = CardRevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("model_version", "number"), name="card_revision_number"
            ),
            models.CheckConstraint(
                condition=Q(completeness__lte=100), name="card_completeness_is_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name}, revision {self.number}"

    def texts(self, key: str) -> list[str]:
        """What the card says under the merged field ``key``, in its order."""
        found: list[dict[str, Any]] = self.parsed.get("fields", {}).get(key, [])
        return [entry["text"] for entry in found]

    @property
    def figures(self) -> list[dict[str, Any]]:
        """The figures of the card's ``model-index``; see cards.figures for their keys."""
        found: list[dict[str, Any]] = self.parsed.get("figures", [])
        return found

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The Markdown sections, verbatim: level, title, line, text, fields."""
        found: list[dict[str, Any]] = self.parsed.get("sections", [])
        return found


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
        REFERENCE = "reference", _("Reference")
        PRODUCTION = "production", _("Production")

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
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="uploaded_datasets"
    )

    objects = DatasetVersionQuerySet.as_manager()

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
    """A table belongs to a model version, in the role that the table has."""

    dataset = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="uses")
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="dataset_uses"
    )

    objects = DatasetUseQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("dataset", "model_version"), name="dataset_use_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset_id} × {self.model_version_id}"
