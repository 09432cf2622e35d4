"""Obligation packs: what a law asks from when, as dated and sourced data."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from frameworks.models.catalogue import CatalogueQuerySet, Node
from frameworks.models.crosswalks import RowQuerySet
from ledger.models import Record


class ObligationPack(Record):
    """The duties of one law as known on one day, in our own words. No legal advice."""

    slug = models.SlugField(_("short name"), unique=True)
    edition = models.CharField(_("edition"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=100)
    publisher = models.CharField(_("publisher"), max_length=200)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)
    checked_on = models.DateField(_("checked on"))
    note = models.TextField(_("note"), blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    objects: ClassVar[Any] = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Obligation(models.Model):
    """One duty with its dates, and where each date comes from."""

    class Certainty(models.TextChoices):
        PRIMARY = "primary", _("Read in the official text")
        SECONDARY = "secondary", _("Reported by others")

    pack = models.ForeignKey(ObligationPack, on_delete=models.CASCADE, related_name="obligations")
    key = models.SlugField(_("key"))
    order = models.PositiveIntegerField(_("order"))
    title = models.CharField(_("duty"), max_length=200)
    summary = models.TextField(_("what it asks"), blank=True)
    who = models.CharField(_("who"), max_length=200)
    applies_from = models.DateField(_("applies from"))
    applies_to = models.DateField(_("applies until"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty.choices)
    basis = models.CharField(_("where the date comes from"), max_length=300)
    records = models.JSONField(_("records that show it"), default=list)
    nodes = models.ManyToManyField(Node, related_name="obligations", blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering = ("applies_from", "pack_id", "order")
        constraints = (
            models.UniqueConstraint(
                fields=("pack", "key"), name="frameworks_one_obligation_per_key"
            ),
        )

    def __str__(self) -> str:
        return self.title
