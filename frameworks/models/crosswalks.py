"""Crosswalks: several sets of pairs for the same two frameworks, each with its source."""

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from frameworks.models.catalogue import CatalogueQuerySet, FrameworkVersion, Node
from ledger.models import Record
from vault.models import StoredFile


class RowQuerySet(models.QuerySet[Any]):
    """Rows that the digest of their record covers; everybody who is signed in may read them."""

    def visible_to(self, user: Any) -> Self:
        """Everything for a signed-in person, nothing for anybody else."""
        return self if user.is_authenticated else self.none()


class MappingSet(Record):
    """Pairs that one source states between two framework versions.

    Sets are never merged: two that disagree stand side by side. ``digest`` is over the canonical
    JSON of the pairs.
    """

    class Origin(models.TextChoices):
        PUBLISHED = "published", _("Published")
        OWN = "own", _("Own reading of the Assay project")
        ORGANISATION = "organisation", _("Of the organisation")

    slug = models.SlugField(_("short name"), max_length=100, unique=True)
    source_version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="mapping_sets"
    )
    target_version = models.ForeignKey(
        FrameworkVersion, on_delete=models.PROTECT, related_name="mapped_by"
    )
    title = models.CharField(_("title"), max_length=200)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices)
    author = models.CharField(_("author"), max_length=200)
    method = models.CharField(_("method"), max_length=300, blank=True)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    certainty_meaning = models.CharField(_("what the certainty means"), max_length=300, blank=True)
    notes = models.JSONField(_("notes"), default=list, blank=True)
    corrections = models.JSONField(_("corrections"), default=list, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="mapping_sets"
    )
    imported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="mapping_sets"
    )

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("source_version_id", "target_version_id", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the two frameworks."""
        pair = (self.source_version_id, self.target_version_id)
        return reverse("frameworks:crosswalk-detail", args=pair)


class Mapping(models.Model):
    """One pair. The relationships are those of NIST IR 8477."""

    class Relationship(models.TextChoices):
        EQUAL = "equal-to", _("Equal")
        EQUIVALENT = "equivalent-to", _("Equivalent")
        SUBSET = "subset-of", _("Narrower")
        SUPERSET = "superset-of", _("Wider")
        INTERSECTS = "intersects-with", _("Overlaps")

    class Certainty(models.TextChoices):
        PUBLISHED = "published", _("Published, no strength stated")
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")
        UNSTATED = "unstated", _("Not stated")

    mapping_set = models.ForeignKey(MappingSet, on_delete=models.CASCADE, related_name="mappings")
    source = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="mappings")
    target = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="mapped_by")
    relationship = models.CharField(_("relationship"), max_length=20, choices=Relationship.choices)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty.choices)
    published_id = models.CharField(_("as printed"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("source__order", "target__order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("mapping_set", "source", "target"), name="frameworks_one_mapping_per_pair"
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.relationship} {self.target_id}"
