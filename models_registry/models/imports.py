"""Imports of many records at once: what was read, what was planned and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from jobs.models import Job
from ledger.models import Record
from models_registry import states
from vault.models import StoredFile


class RegistryImportQuerySet(UnitScopedQuerySet):
    """Imports."""


class RegistryImport(Record):
    """One reading of an outside inventory into ``unit``: a plan first, and nothing else is
    written until somebody applies it.

    The plan and the report are derived from the original and from the records as they stood, and
    they repeat what the records' own events hold; the ledger keeps ``plan_digest``, the SHA-256
    of the plan that was shown.
    """

    class Source(models.TextChoices):
        """What the import was read from."""

        MANIFEST = "manifest", _("Inventory manifest")
        CARDS = "cards", _("Folder or archive of model cards")
        MLFLOW_EXPORT = "mlflow_export", _("MLflow registry export")
        MLFLOW_SERVER = "mlflow_server", _("MLflow server")
        TABLE = "table", _("Table")

    class State(models.TextChoices):
        """How far the import is."""

        READING = states.READING, _("Being read")
        PLANNED = states.PLANNED, _("Planned")
        APPLIED = states.APPLIED, _("Applied")
        DISCARDED = states.DISCARDED, _("Discarded")

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"plan", "report", "job"})

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="registry_imports", verbose_name=_("unit")
    )
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    label = models.CharField(_("read from"), max_length=300)
    original = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.PLANNED
    )
    plan = models.JSONField(default=dict, blank=True)
    plan_digest = models.CharField(_("digest of the plan"), max_length=64, blank=True)
    report = models.JSONField(default=dict, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    started_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="registry_imports",
        verbose_name=_("started by"),
    )
    applied_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="applied_imports",
        verbose_name=_("applied by"),
        null=True,
        blank=True,
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    objects: ClassVar = RegistryImportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=states.APPLIED) | Q(applied_by__isnull=False),
                name="registry_import_applied_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def reference(self) -> str:
        """The number that people quote, such as IMP-0001."""
        return f"IMP-{self.pk:04d}"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the plan, in the order in which they are applied."""
        found: list[dict[str, Any]] = self.plan.get("lines", [])
        return found

    def get_absolute_url(self) -> str:
        """The page of the import; a table file has one of its own."""
        if self.source == self.Source.TABLE:
            return reverse("models_registry:table-plan", kwargs={"pk": self.pk})
        return reverse("models_registry:import-detail", kwargs={"pk": self.pk})
