"""Monitors: checks that run by themselves, window after window."""

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from evaluations import states
from ledger.models import Record
from models_registry.models import DatasetVersion, Deployment, ModelVersion


def _money(label: Any) -> Any:
    return models.DecimalField(
        label, max_digits=18, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip


class MonitorQuerySet(UnitScopedQuerySet):
    """Monitors."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class Monitor(Record):
    """Checks with their columns and limits, a source of tables, and a schedule.

    The schedule cuts time into half-open windows; ``cursor`` is where the next one starts. A
    window is looked at when ``watermark_minutes`` have passed since its end, and again when
    its data change within ``late_hours``.
    """

    class State(models.TextChoices):
        """Whether it runs."""

        ACTIVE = states.ACTIVE, _("Active")
        PAUSED = states.PAUSED, _("Paused")

    class Measure(models.TextChoices):
        """What a budget counts."""

        ROWS = "rows", _("Rows")
        SIZE = "size", _("Bytes")
        SECONDS = "seconds", _("Seconds")
        MONEY = "money", _("Money")

    class Source(models.TextChoices):
        """Where the tables come from."""

        UPLOADS = "uploads", _("Uploaded tables")
        FOLDER = "folder", _("Files in a folder or object store")
        CONNECTION = "connection", _("A table of a database")

    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="monitors"
    )
    deployment = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, related_name="monitors", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    checks = models.JSONField(_("checks"), default=list)
    roles = models.JSONField(_("roles of the columns"), default=dict, blank=True)
    params = models.JSONField(_("limits"), default=dict, blank=True)
    reference = models.ForeignKey(
        DatasetVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    place = models.CharField(_("dataset, folder or connection"), max_length=400)
    pattern = models.CharField(_("pattern of the window"), max_length=200)
    time_column = models.CharField(_("column with the time of a row"), max_length=120, blank=True)
    cron = models.CharField(_("cron"), max_length=120, blank=True)
    every_minutes = models.PositiveIntegerField(_("every, in minutes"), null=True, blank=True)
    watermark_minutes = models.PositiveIntegerField(_("wait for late rows, in minutes"), default=60)
    late_hours = models.PositiveIntegerField(_("late data count for, in hours"), default=72)
    cursor = models.DateTimeField(_("start of the next window"))
    next_at = models.DateTimeField(_("next run"), db_index=True)
    baseline_days = models.PositiveIntegerField(
        _("reference is too old after, in days"), null=True, blank=True, default=365
    )
    detect_days = models.PositiveSmallIntegerField(
        _("must show a fall within, in days"), default=28
    )
    price_hour = _money(_("price of an hour of computing"))
    price_gb = _money(_("price of a gigabyte read"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    budget = _money(_("budget for 30 days"))
    budget_of = models.CharField(
        _("budget is in"), max_length=10, choices=Measure.choices, default=Measure.SECONDS
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="monitors")

    objects: ClassVar = MonitorQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(cron="") & Q(every_minutes__gte=1))
                | (~Q(cron="") & Q(every_minutes=None)),
                name="monitor_has_one_schedule",
            ),
            models.CheckConstraint(
                condition=~Q(source="connection") | ~Q(time_column=""),
                name="monitor_of_connection_has_time",
                violation_error_message=_("Name the column that holds the time of a row."),
            ),
            models.UniqueConstraint(
                fields=("model_version", "name"),
                name="monitor_name_of_version",
                violation_error_message=_("This version has a monitor of that name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the monitor."""
        return reverse("evaluations:monitor-detail", kwargs={"pk": self.pk})


class MonitorWindowQuerySet(UnitScopedQuerySet):
    """Windows."""

    UNIT_PATH: ClassVar[str] = "monitor__model_version__model__unit"


class MonitorWindow(Record):
    """One half-open stretch of time, ``start`` in and ``end`` out.

    ``stamp`` says which data its current runs looked at; other data make superseding runs.
    ``merged`` windows span others and are judged from the stored aggregates of these.
    ``weighed`` is the family of the runs from which triggers were last read.
    """

    monitor = models.ForeignKey(Monitor, on_delete=models.PROTECT, related_name="windows")
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    merged = models.BooleanField(_("merged"), default=False)
    stamp = models.CharField(_("data"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    weighed = models.UUIDField(_("weighed runs"), null=True, blank=True)

    objects: ClassVar = MonitorWindowQuerySet.as_manager()

    class Meta:
        ordering = ("-start", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("monitor", "start", "end", "merged"), name="window_once"
            ),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="window_is_half_open"),
        )

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} – {self.end:%Y-%m-%d %H:%M}"
