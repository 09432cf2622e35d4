"""The checklist of an incident, whom it harmed, and how it was rolled back."""

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models.incidents import Incident, OfIncident, OfIncidentQuerySet
from incidents.playbooks import Playbook, playbook_from
from models_registry.models import Deployment, ModelVersion


class ChosenPlaybook(OfIncident):
    """A playbook that an incident follows, frozen as it was: later words do not move the steps."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="playbooks")
    playbook_id = models.CharField(_("playbook"), max_length=40)
    playbook = models.JSONField(_("playbook as it was"))
    chosen_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("incident", "playbook_id"),
                name="incidents_playbook_once",
                violation_error_message=_("This playbook is chosen already. Load the page again."),
            ),
        )

    def __str__(self) -> str:
        return str(self.playbook["title"])

    @property
    def frozen(self) -> Playbook:
        """The playbook as it was when it was chosen."""
        return playbook_from(self.playbook)


class OfPlaybookQuerySet(OfIncidentQuerySet):
    """Seen with the incident of the playbook."""

    UNIT_PATH = "chosen__incident__unit"
    INCIDENT = "chosen__incident"


class StepTick(OfIncident):
    """A step of a playbook that was done, or that is not needed and why."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    chosen = models.ForeignKey(ChosenPlaybook, on_delete=models.PROTECT, related_name="ticks")
    step = models.CharField(_("step"), max_length=20)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = models.TextField(_("note"), max_length=4_000, blank=True)
    ticked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfPlaybookQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("chosen", "step"),
                name="incidents_tick_once",
                violation_error_message=_("Somebody ticked this step already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.chosen_id}: {self.step}"

    def unit_of(self) -> int | None:
        """As of the incident."""
        unit: int | None = self.chosen.unit_of()
        return unit


class Harm(OfIncident):
    """Whom it harmed, how, how many, and how sure that is. A wrong one is withdrawn, not edited."""

    class Kind(models.TextChoices):
        SAFETY = "safety", _("Health and safety")
        RIGHTS = "rights", _("Rights and freedoms")
        UNFAIRNESS = "unfairness", _("Unequal treatment")
        PRIVACY = "privacy", _("Privacy")
        MONEY = "money", _("Loss of money or livelihood")
        SOCIETY = "society", _("Society and public trust")
        ENVIRONMENT = "environment", _("Environment")
        ORGANISATION = "organisation", _("The organisation itself")

    class Certainty(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        LIKELY = "likely", _("Likely")
        POSSIBLE = "possible", _("Possible")
        RULED_OUT = "ruled_out", _("Ruled out")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="harms")
    harm_kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    group = models.CharField(_("who"), max_length=300)
    text = models.TextField(_("how"), max_length=4_000, validators=[MaxLengthValidator(4_000)])
    count = models.PositiveBigIntegerField(_("how many"), null=True, blank=True)
    certainty = models.CharField(_("how sure"), max_length=10, choices=Certainty.choices)
    reversible = models.BooleanField(_("can be made good"), null=True, blank=True)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_because = models.TextField(_("withdrawn because"), max_length=4_000, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_harm_kind_display()}: {self.group}"


class Exposure(OfIncident):
    """How many decisions the bad version served between two moments, and how that is known."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="exposures")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    per_day = models.PositiveBigIntegerField(_("decisions a day"), null=True, blank=True)
    count = models.PositiveBigIntegerField(_("decisions"))
    estimated = models.BooleanField(_("estimated"), default=False)
    method = models.TextField(_("how it is known"), max_length=4_000)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="incidents_exposure_ends_later",
                violation_error_message=_("The end lies before the beginning."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} {self.model_version_id}"


class RollbackRecord(OfIncident):
    """A rollback for an incident: from, to, and what the rule said about the target then."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="rollbacks")
    ended = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    started = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    fits = models.BooleanField(_("the rule chose it"))
    reasons = models.JSONField(_("reasons"), default=list)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.ended_id} → {self.started_id}"
