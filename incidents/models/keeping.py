"""Entries that matter most, and the files that show what happened."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents.models.incidents import Incident, OfIncident, OfIncidentQuerySet
from incidents.models.timeline import TimelineEntry
from vault.models import StoredFile


class OfEntryQuerySet(OfIncidentQuerySet):
    """Seen with the incident of the entry."""

    UNIT_PATH = "entry__incident__unit"
    INCIDENT = "entry__incident"


class Pin(OfIncident):
    """An entry that the picture of the timeline names. The entry itself never changes."""

    entry = models.OneToOneField(TimelineEntry, on_delete=models.PROTECT, related_name="pin")
    pinned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfEntryQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.entry_id}"

    def unit_of(self) -> int | None:
        """As of the incident."""
        unit: int | None = self.entry.unit_of()
        return unit


class Attachment(OfIncident):
    """A file that shows what happened: where it comes from, its digest, and who handled it.

    The bytes lie in the vault, which keeps custody; this row never changes.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    digest = models.CharField(_("SHA-256"), max_length=64)
    source = models.TextField(_("where it comes from, and how it was taken"), max_length=2_000)
    acquired_at = models.DateTimeField(_("taken"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def purpose(self) -> str:
        """What the custody of its bytes says of it; the same bytes may serve others, too."""
        return f"evidence of {self.incident.reference}"

    def get_absolute_url(self) -> str:
        """Where its bytes are handed out."""
        return reverse("incidents:attachment-file", kwargs={"pk": self.pk})
