"""Risks, what is done about them, and who accepted what is left."""

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from governance.risks.models.matrix import MOST_STEPS, RiskMatrix, standard_matrix
from incidents.models import Incident
from ledger.models import Record
from models_registry.models import AISystem

STAGES = ("inherent", "residual", "target")
RATINGS = tuple(f"{stage}_{side}" for stage in STAGES for side in ("likelihood", "impact"))


class Harm(models.TextChoices):
    """What may happen to whom."""

    SAFETY = "safety", _("Health and safety")
    RIGHTS = "rights", _("Rights and freedoms")
    UNFAIRNESS = "unfairness", _("Unequal treatment")
    PRIVACY = "privacy", _("Privacy")
    MONEY = "money", _("Loss of money or livelihood")
    SOCIETY = "society", _("Society and public trust")
    ENVIRONMENT = "environment", _("Environment")
    ORGANISATION = "organisation", _("The organisation itself")


def _step(label: Any, **more: Any) -> Any:
    limits = [MinValueValidator(1), MaxValueValidator(MOST_STEPS)]
    return models.PositiveSmallIntegerField(label, validators=limits, **more)


class RiskQuerySet(UnitScopedQuerySet):
    """Risks belong to a unit."""


class Risk(Record):
    """Something that may go wrong: before anything is done, as it is now, and as it shall be."""

    class State(models.TextChoices):
        """Whether it is still looked after."""

        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Strategy(models.TextChoices):
        """What is done about it in the main."""

        REDUCE = "reduce", _("Reduce it")
        AVOID = "avoid", _("Avoid it: stop what causes it")
        SHARE = "share", _("Share it with somebody else")
        KEEP = "keep", _("Keep it: an approver accepts what is left")

    # What a person fills in, in the order of the form.
    FIELDS: ClassVar[tuple[str, ...]] = (
        "title", "description", "system", "incident", "harms", "subcategories", "strategy",
        "owner", "review_on", "inherent_likelihood", "inherent_impact", "residual_likelihood",
        "residual_impact", "target_likelihood", "target_impact",
    )  # fmt: skip

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="risks"
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(
        _("what may happen, why, and to whom"),
        max_length=10_000,
        validators=[MaxLengthValidator(10_000)],
    )
    system = models.ForeignKey(
        AISystem, verbose_name=_("system"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="risks",
    )  # fmt: skip
    incident = models.ForeignKey(
        Incident, verbose_name=_("incident"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="risks",
    )  # fmt: skip
    harms = models.JSONField(_("harms"), default=list, blank=True)
    subcategories = models.JSONField(_("subcategories"), default=list, blank=True)
    strategy = models.CharField(
        _("strategy"), max_length=10, choices=Strategy.choices, default=Strategy.REDUCE
    )
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="owned_risks"
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    matrix = models.ForeignKey(
        RiskMatrix, verbose_name=_("matrix"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="risks", editable=False,
    )  # fmt: skip
    inherent_likelihood = _step(_("likelihood before measures"))
    inherent_impact = _step(_("impact before measures"))
    residual_likelihood = _step(_("likelihood now"), null=True, blank=True)
    residual_impact = _step(_("impact now"), null=True, blank=True)
    target_likelihood = _step(_("likelihood aimed at"), null=True, blank=True)
    target_impact = _step(_("impact aimed at"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    registered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="registered_risks", editable=False
    )

    objects: ClassVar[Any] = RiskQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(residual_likelihood__isnull=True, residual_impact__isnull=True)
                | Q(residual_likelihood__isnull=False, residual_impact__isnull=False),
                name="risks_residual_rated_whole",
                violation_error_message=_("Rate likelihood and impact now, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(target_likelihood__isnull=True, target_impact__isnull=True)
                | Q(target_likelihood__isnull=False, target_impact__isnull=False),
                name="risks_target_rated_whole",
                violation_error_message=_("Rate likelihood and impact aimed at, or neither."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """The number that people quote, such as RSK-0001."""
        return f"RSK-{self.pk:04d}"

    @property
    def now(self) -> tuple[int, int]:
        """Likelihood and impact as they are: residual where rated, else inherent."""
        if self.residual_likelihood is None:
            return self.inherent_likelihood, self.inherent_impact
        return self.residual_likelihood, self.residual_impact

    @property
    def scale(self) -> RiskMatrix:
        """The matrix by which it is rated."""
        return self.matrix or standard_matrix()

    @property
    def band(self) -> str:
        """The level that it is of now."""
        return self.scale.level(*self.now)

    def get_absolute_url(self) -> str:
        """The page of the risk."""
        return reverse("risks:risk-detail", kwargs={"pk": self.pk})


class OfRiskQuerySet(UnitScopedQuerySet):
    """Parts of a risk belong to its unit."""

    UNIT_PATH: ClassVar[str] = "risk__unit"


class Treatment(Record):
    """One measure against a risk: who does it until when."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="treatments")
    title = models.CharField(_("measure"), max_length=300)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="treatments"
    )
    due_date = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)

    objects: ClassVar[Any] = OfRiskQuerySet.as_manager()

    class Meta:
        ordering = ("due_date", "pk")

    def __str__(self) -> str:
        return self.title


class Acceptance(Record):
    """An approver takes the risk as it is, until a day. It lapses when the rating changes."""

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="acceptances")
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="accepted_risks")
    reason = models.TextField(_("reason"), max_length=4_000)
    expires_on = models.DateField(_("until"))
    likelihood = _step(_("likelihood"))
    impact = _step(_("impact"))
    matrix = models.ForeignKey(
        RiskMatrix, verbose_name=_("matrix"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+", editable=False,
    )  # fmt: skip
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[Any] = OfRiskQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.risk_id} until {self.expires_on}"
