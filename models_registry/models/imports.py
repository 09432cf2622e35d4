"""Inventories brought in from elsewhere."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from jobs.models import Job
from ledger.models import Record
from vault.models import StoredFile


class RegistryImportQuerySet(UnitScopedQuerySet):
    """Imports."""


class RegistryImport(Record):
    """An inventory brought in from elsewhere: its original bytes, the plan that was shown, what
    became of each line. A plan is computed first and applied only when somebody says so."""

    class Source(models.TextChoices):
        """Where the inventory comes from."""

        MANIFEST = "manifest", _("Inventory manifest")
        MLFLOW_EXPORT = "mlflow_export", _("MLflow registry export")
        MLFLOW_SERVER = "mlflow_server", _("MLflow server")
        CARDS = "cards", _("Folder or archive of cards")
        TABLE = "table", _("Table of systems")

    class State(models.TextChoices):
        """How far it came."""

        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"plan", "report"})

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="registry_imports")
    source = models.CharField(_("source"), max_length=20, choices=Source.choices)
    label = models.CharField(_("label"), max_length=300)
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.PLANNED
    )
    plan = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="registry_imports")

    objects: ClassVar = RegistryImportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The page of the import."""
        return reverse("models_registry:import-detail", kwargs={"pk": self.pk})
