"""Runs of checks, and the figures that they found."""

import math
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet
from evaluations import states
from evaluations.checks.catalogue import CATALOGUE
from evaluations.checks.spec import CheckSpec
from evaluations.engine.findings import DETECTABLE
from evaluations.models.external import ExternalResult
from evaluations.models.monitors import MonitorWindow
from jobs.models import Job
from ledger.models import Record
from models_registry.models import DatasetVersion, ModelVersion
from vault.models import StoredFile

MOST_ROWS = 10**12  # beyond it a figure stands on its limit, and no table decides it


class Verdict(models.TextChoices):
    """What a run or a figure says."""

    PASS = "pass", _("Pass")
    WARN = "warn", _("Warn")
    FAIL = "fail", _("Fail")
    INCONCLUSIVE = "inconclusive", _("Inconclusive")
    ERROR = "error", _("Error")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class CheckRunQuerySet(UnitScopedQuerySet):
    """Runs of checks."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class CheckRun(Record):
    """One check on one model version: inputs with digests, verdict, reasons.

    ``results_digest`` is the SHA-256 over the canonical form of all figures, so that the rows
    of ``MetricResult`` can be held against the ledger. ``aggregates`` keeps what the verdict
    was made of; ``replay_run`` judges it again without the tables. ``due_at`` and ``valid_until``
    say how long it counts as evidence (``evaluations.freshness``).
    """

    Verdict = Verdict

    class State(models.TextChoices):
        """How far the run is."""

        QUEUED = states.QUEUED, _("Queued")
        RUNNING = states.RUNNING, _("Running")
        DONE = states.DONE, _("Done")
        ERROR = states.ERROR, _("Error")

    model_version = models.ForeignKey(
        ModelVersion,
        on_delete=models.PROTECT,
        related_name="check_runs",
        verbose_name=_("model version"),
    )
    # "check" is a method of every Django model.
    check_name = models.CharField(_("check"), max_length=60)
    check_version = models.PositiveSmallIntegerField(_("version of the check"), default=1)
    code_hash = models.CharField(_("SHA-256 of the code"), max_length=64, blank=True)
    current = models.ForeignKey(
        DatasetVersion,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("table"),
    )
    reference = models.ForeignKey(
        DatasetVersion,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("reference table"),
    )
    roles = models.JSONField(_("roles of the columns"), default=dict, blank=True)
    params = models.JSONField(_("limits"), default=dict, blank=True)
    seed = models.PositiveBigIntegerField(_("seed"), default=0)
    family = models.UUIDField(_("family"), default=uuid.uuid4, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices, blank=True)
    headline = models.CharField(_("in one sentence"), max_length=500, blank=True)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    engine = models.JSONField(_("engine"), default=dict, blank=True)
    n_rows = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    aggregates = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    external = models.ForeignKey(
        ExternalResult, on_delete=models.PROTECT, related_name="runs", null=True, blank=True
    )
    results_digest = models.CharField(_("SHA-256 of the figures"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    due_at = models.DateTimeField(_("next one due"), null=True, blank=True)
    valid_until = models.DateTimeField(_("counts as evidence until"), null=True, blank=True)
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, related_name="check_runs", null=True, blank=True
    )

    window = models.ForeignKey(
        MonitorWindow, on_delete=models.PROTECT, related_name="runs", null=True, blank=True
    )
    superseded = models.BooleanField(_("superseded"), default=False)

    objects: ClassVar = CheckRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("check run")
        verbose_name_plural = _("check runs")
        indexes = (
            models.Index(fields=("model_version", "check_name", "-created_at"), name="run_latest"),
            models.Index(fields=("verdict", "-created_at"), name="run_verdict"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("window", "check_name"),
                condition=Q(window__isnull=False, superseded=False),
                name="window_has_one_current_run",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.DONE) | ~Q(verdict=""), name="run_done_has_verdict"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.ERROR) | Q(verdict="error"), name="run_error_is_error"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference_number} {self.check_name}"

    @property
    def reference_number(self) -> str:
        """The number that people quote, such as RUN-0001."""
        return f"RUN-{self.pk:04d}" if self.pk else "RUN"

    @property
    def spec(self) -> CheckSpec | None:
        """What the catalogue says of the check; None for a check that was taken out."""
        return CATALOGUE.get(self.check_name)

    @property
    def title(self) -> str:
        """The check's name for people, in the reader's language."""
        return str(_(self.spec.title)) if self.spec else self.check_name

    @property
    def reads_reference(self) -> bool:
        """Whether the check looks at a reference table at all."""
        return self.spec is not None and self.spec.reference != "unused"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in states.OPEN

    @property
    def shown_state(self) -> str:
        """The verdict once there is one, before that how far the run is."""
        return self.verdict or self.state

    def get_absolute_url(self) -> str:
        """The page of the run."""
        return reverse("evaluations:run-detail", kwargs={"pk": self.pk})


class MetricResult(models.Model):
    """One figure of a run: metric × slice with its uncertainty and its verdict.

    Derived from the run's stored aggregates and bound to the ledger by the run's
    ``results_digest``; written once, with the run's conclusion, and reached through the run,
    whose visibility is its own. ``verdict`` is empty for a
    figure that is recorded but not judged.
    """

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveIntegerField()
    metric = models.CharField(_("metric"), max_length=60)
    slice = models.CharField(_("column or slice"), max_length=300, blank=True)
    estimate = models.FloatField(_("estimate"), null=True)
    low = models.FloatField(_("from"), null=True)
    high = models.FloatField(_("to"), null=True)
    n = models.PositiveBigIntegerField(_("n"))
    method = models.CharField(_("method"), max_length=200)
    warn = models.FloatField(_("warn limit"), null=True)
    fail = models.FloatField(_("fail limit"), null=True)
    worse = models.CharField(max_length=5, blank=True)
    p = models.FloatField(_("p"), null=True)
    p_adjusted = models.FloatField(_("adjusted p"), null=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("run", "position")
        constraints = (models.UniqueConstraint(fields=("run", "position"), name="result_position"),)

    def __str__(self) -> str:
        return f"{self.metric} {self.slice}".strip()

    @property
    def detectable(self) -> float | None:
        """The smallest change that the rows would show with a chance of 80 %; None when unknown.

        From the width of the 95 % interval, as in ``engine.findings``.
        """
        if self.low is None or self.high is None or self.high <= self.low:
            return None
        return DETECTABLE * (self.high - self.low)

    @property
    def n_needed(self) -> int | None:
        """About how many rows would decide an inconclusive figure; None when that is unknown.

        The side of the interval that spans the warn limit shrinks with 1 / √n; it must end there.
        """
        if self.verdict != Verdict.INCONCLUSIVE or None in (self.estimate, self.warn):
            return None
        estimate, warn = float(self.estimate or 0), float(self.warn or 0)
        end = self.high if warn > estimate else self.low
        if end is None or estimate == warn or not self.n:
            return None
        needed = self.n * ((end - estimate) / (warn - estimate)) ** 2
        return math.ceil(needed) if self.n < needed < MOST_ROWS else None

    def facts(self) -> dict[str, Any]:
        """What ``CheckRun.results_digest`` covers."""
        names = (
            "metric", "slice", "estimate", "low", "high", "n", "method", "warn", "fail", "worse",
            "p", "p_adjusted", "verdict", "reason", "detail",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}
