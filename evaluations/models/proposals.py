"""Proposals: what a monitor's verdicts ask people to do. Nothing is retrained by itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from evaluations import states
from evaluations.models.monitors import Monitor, MonitorWindow
from evaluations.models.runs import CheckRun
from ledger.models import Record
from models_registry.models import ModelVersion


class Kind(models.TextChoices):
    """Which trigger fired."""

    PERFORMANCE = "performance", _("Realised performance failed")
    ESTIMATED = "estimated", _("Estimated performance fell and inputs drifted")
    CALIBRATION = "calibration", _("Scores lost their calibration")
    FAIRNESS = "fairness", _("Groups are treated unequally")
    BASELINE = "baseline", _("The reference is old")


STEPS: dict[str, str | Promise] = {
    Kind.PERFORMANCE: _("Look for the cause, then retrain the model or take it out of service."),
    Kind.ESTIMATED: _("Get labels for a sample, measure, then decide on retraining."),
    Kind.CALIBRATION: _("Fit the calibration of the scores anew; the ranking held."),
    Kind.FAIRNESS: _("Review the groups that are worse off before anything is trained."),
    Kind.BASELINE: _("Choose a newer reference table, and see whether the version still fits it."),
}


class ProposalQuerySet(UnitScopedQuerySet):
    """Proposals."""

    UNIT_PATH: ClassVar[str] = "monitor__model_version__model__unit"


class Proposal(Record):
    """A ticket that a trigger opened; a person decides.

    ``window`` is the newest one that fired, ``times`` how many did, ``blocker`` the run of a
    data quality check that failed in it. While one stands, the same trigger of the same monitor
    opens no other, and none before ``quiet_until`` after a dismissal.
    """

    Kind = Kind

    class State(models.TextChoices):
        """How far it is."""

        OPEN = states.OPEN_NOW, _("Open")
        BLOCKED = states.BLOCKED, _("Blocked")
        ACCEPTED = states.ACCEPTED, _("Accepted")
        DISMISSED = states.DISMISSED, _("Dismissed")
        DONE = states.FINISHED, _("Done")
        LAPSED = states.LAPSED, _("Lapsed")

    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="proposals")
    trigger = models.CharField(_("trigger"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    why = models.TextField(_("why"), max_length=2000)
    window = models.ForeignKey(MonitorWindow, on_delete=models.PROTECT, related_name="proposals")
    times = models.PositiveIntegerField(_("windows"), default=1)
    runs = models.JSONField(_("runs"), default=list)
    blocker = models.ForeignKey(
        CheckRun, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision = models.TextField(_("reason of the decision"), max_length=2000, blank=True)
    quiet_until = models.DateField(_("quiet until"), null=True, blank=True)
    outcome = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("monitor", "trigger"),
                condition=Q(state__in=states.STANDING),
                name="proposal_stands_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.BLOCKED) | Q(blocker__isnull=False),
                name="proposal_blocked_by_a_run",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.ACCEPTED, states.DISMISSED, states.FINISHED))
                | Q(decided_by__isnull=False),
                name="proposal_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference_number} {self.get_trigger_display()}"

    @property
    def reference_number(self) -> str:
        """The number that people quote, such as PRO-0001."""
        return f"PRO-{self.pk:04d}" if self.pk else "PRO"

    @property
    def step(self) -> str:
        """What is proposed, in the reader's language."""
        return str(STEPS[self.trigger])

    def get_absolute_url(self) -> str:
        """The page of the proposal."""
        return reverse("evaluations:proposal-detail", kwargs={"pk": self.pk})
