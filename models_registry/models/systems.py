"""AI systems and the models that they use."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from ledger.models import Record
from models_registry import states
from models_registry.models.versions import Model


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

    class Autonomy(models.TextChoices):
        """How far a person stands between the system and what it does."""

        ASSISTS = "assists", _("Assists; a person does the work")
        APPROVES = "approves", _("Acts after a person has approved each act")
        SUPERVISED = "supervised", _("Acts alone; a person watches and can stop it")
        UNATTENDED = "unattended", _("Acts alone and unattended")

    class EUClass(models.TextChoices):
        """Classes of Regulation (EU) 2024/1689: Articles 5, 6, 50 and the rest."""

        PROHIBITED = "prohibited", _("Prohibited practice (Article 5)")
        HIGH_RISK = "high_risk", _("High-risk (Article 6)")
        TRANSPARENCY = "transparency", _("Transparency duties (Article 50)")
        MINIMAL = "minimal", _("No specific duties")
        OUT_OF_SCOPE = "out_of_scope", _("Outside the regulation")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="systems", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=10_000)
    people_affected = models.TextField(_("people affected"), max_length=10_000, blank=True)
    intended_users = models.TextField(_("users"), max_length=10_000, blank=True)
    jurisdictions = models.JSONField(_("jurisdictions"), default=list, blank=True)
    autonomy = models.CharField(_("autonomy"), max_length=20, choices=Autonomy.choices, blank=True)
    eu_class = models.CharField(
        _("class under the EU AI Act"), max_length=20, choices=EUClass.choices, blank=True
    )
    eu_class_reason = models.TextField(_("reason for the class"), max_length=4_000, blank=True)
    decision_role = models.CharField(
        _("part in decisions"), max_length=20, choices=DecisionRole.choices
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier.choices, null=True, blank=True)
    tier_reason = models.TextField(_("reason for the tier"), max_length=4_000, blank=True)
    intake = models.JSONField(_("answers of the intake"), default=dict, blank=True)
    tier_computed = models.PositiveSmallIntegerField(
        _("tier by the intake"), choices=Tier.choices, null=True, blank=True
    )
    external_id = models.CharField(_("id in the inventory file"), max_length=200, blank=True)
    accountable = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="accountable_systems",
        verbose_name=_("accountable executive"),
        null=True,
        blank=True,
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="duplicates", null=True, blank=True
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="owned_systems", verbose_name=_("owner")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.PROPOSED
    )

    objects: ClassVar = AISystemQuerySet.as_manager()

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
            models.UniqueConstraint(
                fields=("unit", "external_id"),
                condition=~Q(external_id=""),
                name="aisystem_external_id_in_unit",
                violation_error_message=_("This unit has a system of that external id already."),
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


class ModelUseQuerySet(UnitScopedQuerySet):
    """Uses of models in systems."""

    UNIT_PATH: ClassVar[str] = "system__unit"


class ModelUse(Record):
    """A system uses a model: the pair that is governed."""

    system = models.ForeignKey(AISystem, on_delete=models.PROTECT, related_name="uses")
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="uses")

    purpose = models.TextField(_("what for"), max_length=4_000, blank=True)
    limits = models.TextField(_("limits of use"), max_length=4_000, blank=True)
    tier = models.PositiveSmallIntegerField(
        _("tier of this use"), choices=AISystem.Tier.choices, null=True, blank=True
    )
    tier_reason = models.TextField(_("reason for the tier"), max_length=4_000, blank=True)

    objects: ClassVar = ModelUseQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("system", "model"), name="model_use_once"),
            models.CheckConstraint(
                condition=Q(tier=None) | (Q(tier__range=(1, 3)) & ~Q(tier_reason="")),
                name="model_use_tier_has_reason",
                violation_error_message=_("Say why this use belongs to that tier."),
            ),
        )

    @property
    def effective_tier(self) -> int | None:
        """The tier of this use, or that of the system where none was set."""
        return self.tier if self.tier is not None else self.system.tier

    def get_absolute_url(self) -> str:
        """The page of the use."""
        return reverse("models_registry:use-detail", kwargs={"pk": self.pk})

    def __str__(self) -> str:
        return f"{self.system_id} × {self.model_id}"
