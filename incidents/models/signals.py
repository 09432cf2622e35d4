"""What monitors saw, the signals that follow from it, and the terms of each unit."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from evaluations.models import CheckRun, Monitor
from incidents.models.incidents import Incident
from incidents.signals.deciding import LONGEST, Kind, Outcome, Terms
from ledger.models import Record
from models_registry.models import Deployment, Model

FAMILY_LENGTH = 60

KINDS = (
    (Kind.FAILED.value, _("Failed")),
    (Kind.ERRORED.value, _("Gave no result")),
    (Kind.NO_DATA.value, _("No data")),
)
OUTCOMES = (
    (Outcome.GOOD.value, _("Good")),
    (Outcome.FAILED.value, _("Failed")),
    (Outcome.ERRORED.value, _("Gave no result")),
    (Outcome.NO_DATA.value, _("No data")),
    (Outcome.UNCLEAR.value, _("Unclear")),
)


class Place(models.Model):
    """Where a check looks: a model as it serves in one place, or as a whole."""

    model = models.ForeignKey(
        Model, verbose_name=_("model"), on_delete=models.PROTECT, related_name="+"
    )
    deployment = models.ForeignKey(
        Deployment,
        verbose_name=_("deployment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    environment = models.CharField(_("environment"), max_length=60, blank=True)
    family = models.CharField(_("check family"), max_length=FAMILY_LENGTH)

    class Meta:
        abstract = True


class Observation(Place):
    """What one run of a monitor says, in our terms; written once, when the sweep reads the run.

    Derived from the run and reached through it, so whoever sees the run sees this. ``at`` is the
    end of its window, ``outcome`` what it says as a whole, and ``slices`` what it says of each
    slice. A run that was superseded keeps its observation and counts no more.
    """

    run = models.OneToOneField(CheckRun, on_delete=models.CASCADE, related_name="observation")
    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="observations")
    at = models.DateTimeField(_("window ended"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES)
    slices = models.JSONField(_("slices"), default=dict, blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=("monitor", "family", "at"), name="incidents_observed"),
            models.Index(fields=("model", "at"), name="incidents_observed_model"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"


class SignalQuerySet(UnitScopedQuerySet):
    """Signals are seen by whoever sees the model."""

    UNIT_PATH: ClassVar[str] = "model__unit"


class Signal(Record, Place):
    """Something that monitors keep telling about one place: the series that an incident is about.

    ``fingerprint`` names model, deployment, environment, check family, slice and kind; there is
    one signal of each. ``incident`` is the one that it opened or joined last.
    """

    slice = models.CharField(_("slice"), max_length=300, blank=True)
    kind_of = models.CharField(_("kind"), max_length=10, choices=KINDS)
    fingerprint = models.CharField(max_length=250, unique=True, editable=False)
    monitor = models.ForeignKey(
        Monitor,
        verbose_name=_("monitor"),
        on_delete=models.PROTECT,
        related_name="signals",
    )
    last_run = models.ForeignKey(
        CheckRun, verbose_name=_("last bad run"), on_delete=models.PROTECT, related_name="+"
    )
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signals",
    )
    first_bad_at = models.DateTimeField(_("first bad"))
    last_bad_at = models.DateTimeField(_("last bad"))
    bad_count = models.PositiveIntegerField(_("bad results"), default=0)
    opened_at = models.DateTimeField(_("opened an incident"), null=True, blank=True)
    recovered_at = models.DateTimeField(_("recovered"), null=True, blank=True)

    objects: ClassVar = SignalQuerySet.as_manager()

    class Meta:
        ordering = ("-last_bad_at", "-pk")
        indexes = (
            models.Index(fields=("model", "family"), name="incidents_signal_place"),
            models.Index(fields=("last_bad_at",), name="incidents_signal_last"),
        )

    def __str__(self) -> str:
        what = f"{self.get_kind_of_display()}: {self.family}"
        about = " · ".join(filter(None, (self.slice, self.environment)))
        return f"{what} · {self.model}" + (f" ({about})" if about else "")

    def get_absolute_url(self) -> str:
        """The page of the signal."""
        return reverse("incidents:signal-detail", kwargs={"pk": self.pk})

    @property
    def reference(self) -> str:
        """The number as people say it, such as ``SIG-0001``."""
        return f"SIG-{self.pk:04d}"


def _count(limit: int) -> list[Any]:
    return [MinValueValidator(1), MaxValueValidator(limit)]


class SignalRule(Record):
    """The terms by which a unit and those below it open incidents, in place of those shipped.

    An empty ``family`` means every family but security and privacy, whose first failure is told
    at once unless a rule names them. ``would_open`` is what the replay said when it was enabled.
    """

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="signal_rules"
    )
    family = models.CharField(_("check family"), max_length=FAMILY_LENGTH, blank=True)
    kind_of = models.CharField(_("kind"), max_length=10, choices=KINDS)
    k = models.PositiveSmallIntegerField(_("bad results"), validators=_count(LONGEST))
    n = models.PositiveSmallIntegerField(_("among the last"), validators=_count(LONGEST))
    close_after = models.PositiveSmallIntegerField(
        _("good results until it has recovered"), validators=_count(LONGEST)
    )
    reopen_hours = models.PositiveSmallIntegerField(
        _("hours in which it comes back as the same"), validators=[MaxValueValidator(24 * 90)]
    )
    active = models.BooleanField(_("in force"), default=True)
    would_open = models.PositiveIntegerField(_("would have opened"))
    replay_days = models.PositiveSmallIntegerField(_("days replayed"))
    enabled_by = models.ForeignKey(
        User, verbose_name=_("enabled by"), on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar = UnitScopedQuerySet.as_manager()

    class Meta:
        ordering = ("unit__path", "family", "kind_of")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "family", "kind_of"), name="incidents_one_rule_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(k__gte=1) & Q(k__lte=F("n")), name="incidents_rule_k_of_n"
            ),
        )

    def __str__(self) -> str:
        return f"{self.family or '*'} {self.kind_of}: {self.k}/{self.n}"

    def get_absolute_url(self) -> str:
        """The page on which it is changed."""
        return reverse("incidents:rule-detail", kwargs={"pk": self.pk})

    @property
    def terms(self) -> Terms:
        """What it says, for the deciding code."""
        return Terms(self.k, self.n, self.close_after, self.reopen_hours)
