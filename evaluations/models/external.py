"""Results of other tools, as they were imported."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from ledger.models import Record
from models_registry.models import ModelVersion
from vault.models import StoredFile


class ExternalResultQuerySet(UnitScopedQuerySet):
    """Imported results."""

    UNIT_PATH: ClassVar[str] = "model_version__model__unit"


class ExternalResult(Record):
    """One file of another evaluation tool about one model version.

    ``file`` keeps its bytes; what stands beside it is the normal form that the importer of
    ``importer_version`` read from them. ``metrics`` are figures as ``external.record.Metric``
    spells them; ``ignored`` is what was not understood; ``refused`` is why none of its figures
    may be judged. ``limits`` are lines as ``external.limits`` reads them.
    """

    LEDGER_EXCLUDE: ClassVar[frozenset[str]] = frozenset({"metrics", "ignored", "settings"})

    model_version = models.ForeignKey(
        ModelVersion,
        on_delete=models.PROTECT,
        related_name="external_results",
        verbose_name=_("model version"),
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file name"), max_length=200)
    importer_version = models.PositiveSmallIntegerField(_("version of the importer"))
    tool = models.CharField(_("tool"), max_length=60)
    tool_version = models.CharField(_("version of the tool"), max_length=60, blank=True)
    task = models.CharField(_("task"), max_length=200, blank=True)
    model = models.CharField(_("model in the file"), max_length=200, blank=True)
    dataset = models.CharField(_("data set in the file"), max_length=200, blank=True)
    status = models.CharField(_("how the run ended"), max_length=40)
    refused = models.CharField(_("why nothing is judged"), max_length=300, blank=True)
    started = models.CharField(_("started"), max_length=40, blank=True)
    finished = models.CharField(_("finished"), max_length=40, blank=True)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    metrics = models.JSONField(_("figures"), default=list, blank=True)
    ignored = models.JSONField(_("not understood"), default=list, blank=True)
    notes = models.JSONField(_("notes"), default=list, blank=True)
    left_out = models.PositiveIntegerField(_("figures left out"), default=0)
    limits = models.JSONField(_("limits"), default=list, blank=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ExternalResultQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("imported result")
        verbose_name_plural = _("imported results")
        constraints = (
            models.UniqueConstraint(
                fields=("model_version", "file", "importer_version"), name="external_result_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tool} {self.task}".strip()

    @property
    def figures(self) -> int:
        """How many figures the file holds that were read."""
        return len(self.metrics)

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """Settings in the order of their names, for the page."""
        return sorted(self.settings.items())

    def get_absolute_url(self) -> str:
        """The page of the imported result."""
        return reverse("evaluations:external-detail", kwargs={"pk": self.pk})
