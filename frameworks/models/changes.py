"""What became of each item from one edition of a framework to the next."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frameworks.models.catalogue import CatalogueQuerySet, FrameworkVersion, Node
from frameworks.models.crosswalks import RowQuerySet
from ledger.models import Record


class MigrationSet(Record):
    """The changes from one edition to another; ``digest`` is over their canonical JSON."""

    from_version = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        related_name="migrations_from",
    )
    to_version = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="migrations_to",
    )
    counts = models.JSONField(_("counts"), default=dict)
    digest = models.CharField(_("digest"), max_length=64)

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("from_version", "to_version"), name="frameworks_one_migration_per_pair"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_version} → {self.to_version}"

    def get_absolute_url(self) -> str:
        """The page of the two editions."""
        return reverse(
            "frameworks:migration-detail", args=(self.from_version_id, self.to_version_id)
        )


class NodeChange(models.Model):
    """One item before and after. ``carries``: its answer is offered at the new place.

    At most one change carries to a target, so that a merged item is offered one answer.
    """

    class Change(models.TextChoices):
        UNCHANGED = "unchanged", _("Unchanged")
        REWORDED = "reworded", _("Reworded")
        MOVED = "moved", _("Moved")
        SPLIT = "split", _("Split")
        MERGED = "merged", _("Merged")
        NEW = "new", _("New")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    migration = models.ForeignKey(MigrationSet, on_delete=models.CASCADE, related_name="changes")
    change = models.CharField(_("change"), max_length=12, choices=Change.choices)
    source = models.ForeignKey(
        Node, on_delete=models.PROTECT, null=True, blank=True, related_name="changes_out"
    )
    target = models.ForeignKey(
        Node, on_delete=models.PROTECT, null=True, blank=True, related_name="changes_in"
    )
    carries = models.BooleanField(_("answer is offered"), default=False)
    also_reworded = models.BooleanField(_("also reworded"), default=False)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("migration", "target"),
                condition=Q(carries=True),
                name="frameworks_one_answer_carried_per_target",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.change} {self.target_id}"
