"""Files by content: one store for every byte that Assay keeps."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """Bytes named by their SHA-256. Never overwritten, never changed."""

    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("media type"), max_length=120)
    storage_key = models.CharField(max_length=200)
    stored_at = models.DateTimeField(_("stored"), auto_now_add=True)

    def __str__(self) -> str:
        return self.digest


class CustodyEntry(models.Model):
    """Who handled a file, when and why; append-only."""

    APPEND_ONLY: ClassVar[bool] = True

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField(_("time"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="custody"
    )
    act = models.CharField(_("act"), max_length=40)
    why = models.CharField(_("why"), max_length=200)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.act} {self.file_id}"
