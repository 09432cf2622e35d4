"""Models, their versions and where these come from."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from ledger.models import Record
from models_registry import states


def _person(related_name: str, verbose_name: Any) -> Any:
    return models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name=related_name,
        verbose_name=verbose_name,
        null=True,
        blank=True,
    )


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

    class Determination(models.TextChoices):
        """Whether it counts as a model at all; SR 26-2 asks for a recorded determination."""

        UNDETERMINED = "undetermined", _("Not determined")
        MODEL = "model", _("A model")
        NON_MODEL = "non_model", _("Not a model")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="models", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=120, allow_unicode=True)
    model_type = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ML)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    vendor = models.CharField(_("vendor"), max_length=200, blank=True)
    determination = models.CharField(
        _("model or not"),
        max_length=20,
        choices=Determination.choices,
        default=Determination.UNDETERMINED,
    )
    determination_reason = models.TextField(
        _("reason for the determination"), max_length=4_000, blank=True
    )
    external_id = models.CharField(_("id in the source system"), max_length=200, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="owned_models", verbose_name=_("owner")
    )
    developer = _person("developed_models", _("developer"))
    validator = _person("validated_models", _("validator"))
    approver = _person("approved_models", _("approver"))

    objects: ClassVar = ModelQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "slug"),
                name="model_slug_in_unit",
                violation_error_message=_("This unit has a model of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(determination="undetermined") | ~Q(determination_reason=""),
                name="model_determination_has_reason",
                violation_error_message=_("Say why it is a model, or why not."),
            ),
            models.CheckConstraint(
                condition=Q(validator=None)
                | Q(developer=None)
                | ~Q(validator=models.F("developer")),
                name="model_validator_is_not_developer",
                violation_error_message=_("Whoever develops a model cannot validate it."),
            ),
        )

    def get_absolute_url(self) -> str:
        """The page of the model."""
        return reverse("models_registry:model-detail", kwargs={"pk": self.pk})

    def __str__(self) -> str:
        return self.name


class ModelVersionQuerySet(UnitScopedQuerySet):
    """Model versions."""

    UNIT_PATH: ClassVar[str] = "model__unit"

    def of_system(self, system: Record) -> "ModelVersionQuerySet":
        """Versions of the models that ``system`` uses."""
        return self.filter(model__uses__system=system)


class ModelVersion(Record):
    """One version of a model. Frozen when submitted; ``content_digest`` then names its content."""

    class State(models.TextChoices):
        """Where the version is in its life."""

        DRAFT = states.DRAFT, _("Draft")
        SUBMITTED = states.SUBMITTED, _("Submitted")
        IN_VALIDATION = states.IN_VALIDATION, _("In validation")
        APPROVED = states.APPROVED, _("Approved")
        RESTRICTED = states.RESTRICTED, _("Approved with restrictions")
        SUSPENDED = states.SUSPENDED, _("Suspended")
        REJECTED = states.REJECTED, _("Rejected")
        SUPERSEDED = states.SUPERSEDED, _("Superseded")
        RETIRED = states.RETIRED, _("Retired")
        WITHDRAWN = states.WITHDRAWN, _("Withdrawn")

    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(_("version number"), max_length=60)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    source_system = models.CharField(_("source system"), max_length=120, blank=True)
    external_id = models.CharField(_("id in the source system"), max_length=200, blank=True)
    run_id = models.CharField(_("training run"), max_length=200, blank=True)
    git_commit = models.CharField(_("git commit"), max_length=64, blank=True)
    io_schema = models.JSONField(_("input and output schema"), default=dict, blank=True)
    environment_lock = models.TextField(_("environment lock"), max_length=200_000, blank=True)
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    registered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="registered_versions"
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    artifact_set_digest = models.CharField(
        _("digest of the artifact set"), max_length=64, blank=True
    )
    content_digest = models.CharField(_("content digest"), max_length=64, blank=True)

    objects: ClassVar = ModelVersionQuerySet.as_manager()

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


class VersionParentQuerySet(UnitScopedQuerySet):
    """Parents of versions."""

    UNIT_PATH: ClassVar[str] = "child__model__unit"


class VersionParent(Record):
    """What a version was made from: another version of the registry, or a name outside it."""

    class Relation(models.TextChoices):
        """How the child was made from the parent."""

        FINETUNE = "finetune", _("Fine-tuned from")
        ADAPTER = "adapter", _("Adapter of")
        MERGE = "merge", _("Merged from")
        QUANTISED = "quantised", _("Quantised from")
        DISTILLED = "distilled", _("Distilled from")
        RETRAIN = "retrain", _("Retrained from")

    child = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="parent_links")
    parent = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="child_links", null=True, blank=True
    )
    outside = models.CharField(_("name outside the registry"), max_length=300, blank=True)
    relation = models.CharField(_("relation"), max_length=20, choices=Relation.choices)

    objects: ClassVar = VersionParentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("child", "parent"),
                name="version_parent_once",
                violation_error_message=_("That parent is named already."),
            ),
            models.UniqueConstraint(
                fields=("child", "outside"),
                condition=~Q(outside=""),
                name="version_outside_parent_once",
                violation_error_message=_("That parent is named already."),
            ),
            models.CheckConstraint(
                condition=(Q(parent=None) & ~Q(outside=""))
                | (Q(parent__isnull=False) & Q(outside="")),
                name="version_parent_inside_or_outside",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("child")),
                name="version_parent_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.child_id} {self.relation} {self.outside or self.parent_id}"
