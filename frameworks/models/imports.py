"""Files of frameworks that an organisation adds; the bytes are in the vault."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from frameworks.models.catalogue import CatalogueQuerySet, FrameworkVersion, Node
from ledger.models import Record
from vault.models import StoredFile


class FrameworkImport(Record):
    """An uploaded framework: looked at first, then added whole or not at all."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    class Format(models.TextChoices):
        OSCAL = "oscal", _("OSCAL catalog")
        TABLE = "table", _("Table")

    # What a person says about the framework; empty ones are taken from the file.
    ABOUT: ClassVar[tuple[str, ...]] = ("title", "edition", "publisher", "source", "licence")

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="framework_imports")
    file_name = models.CharField(_("file name"), max_length=200)
    format = models.CharField(_("format"), max_length=12, choices=Format.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.PLANNED, editable=False
    )
    title = models.CharField(_("title"), max_length=200)
    edition = models.CharField(_("edition"), max_length=40)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    scope = models.CharField(_("usual scope"), max_length=20, choices=Node.Scope.choices)
    follows = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("follows"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
    )
    made = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("framework"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="imports",
    )
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="framework_imports"
    )

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.title} {self.edition}"

    def get_absolute_url(self) -> str:
        """The page with the preview."""
        return reverse("frameworks:import-detail", kwargs={"pk": self.pk})
