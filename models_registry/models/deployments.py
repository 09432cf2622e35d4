"""Where versions serve, and the way back."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from ledger.models import Record
from models_registry.models.systems import AISystem
from models_registry.models.versions import ModelVersion


class DeploymentQuerySet(UnitScopedQuerySet):
    """Deployments."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"

    def at(self, moment: dt.datetime) -> "DeploymentQuerySet":
        """Those that served at ``moment``; a deployment lasts from its start up to its end, the
        end excluded."""
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class Deployment(Record):
    """A version served in an environment, in one stage, from one moment up to another.

    A change of stage is the end of one row and the start of the next, so that the question what
    was in production at a time is answered by the rows alone.
    """

    class Stage(models.TextChoices):
        """What part the version plays in its environment."""

        SHADOW = "shadow", _("Shadow")
        CANARY = "canary", _("Canary")
        PRODUCTION = "production", _("Production")

    class Ending(models.TextChoices):
        """Why it ended."""

        PROMOTED = "promoted", _("Promoted")
        REPLACED = "replaced", _("Replaced")
        ROLLED_BACK = "rolled_back", _("Rolled back")
        RETIRED = "retired", _("Retired")

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="deployments"
    )
    system = models.ForeignKey(
        AISystem, on_delete=models.PROTECT, related_name="deployments", null=True, blank=True
    )
    environment = models.SlugField(_("environment"), max_length=60)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage.choices)
    share = models.PositiveSmallIntegerField(_("share of the requests in percent"), default=100)
    since = models.DateTimeField(_("since"), db_index=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ending = models.CharField(_("ended as"), max_length=20, choices=Ending.choices, blank=True)
    reason = models.TextField(_("reason"), max_length=4_000, blank=True)
    reported_digest = models.CharField(
        _("digest reported by the runtime"), max_length=64, blank=True
    )
    rollback_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="rolled_back_by", null=True, blank=True
    )
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deployments")

    objects: ClassVar = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ("-since", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="deployment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(until=None) & Q(ending="")) | (Q(until__isnull=False) & ~Q(ending="")),
                name="deployment_end_has_kind",
            ),
            models.CheckConstraint(
                condition=Q(share__range=(0, 100)), name="deployment_share_is_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.model_version} in {self.environment}, {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        """The page of the deployment."""
        return reverse("models_registry:deployment-detail", kwargs={"pk": self.pk})


class RollbackCheckQuerySet(UnitScopedQuerySet):
    """Checks of rollback targets."""

    UNIT_PATH: ClassVar[str] = "deployment__model_version__model__unit"


class RollbackCheck(Record):
    """Whether one could go back from a deployment to ``target``, why or why not, and when that
    was looked at. The newest check of a deployment counts."""

    deployment = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, related_name="rollback_checks"
    )
    target = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="rollback_checks"
    )
    verified = models.BooleanField(_("verified"))
    reasons = models.JSONField(default=list)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rollback_checks")

    objects: ClassVar = RollbackCheckQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.deployment_id} → {self.target_id}"
