"""Tables of risks that came back."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from ledger.models import Record
from vault.models import StoredFile


class RiskSheetQuerySet(UnitScopedQuerySet):
    """Tables of a unit."""


class RiskSheet(Record):
    """A CSV or XLSX with risks for one unit: kept, compared, then applied whole or not at all."""

    class State(models.TextChoices):
        """What became of it."""

        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="risk_sheets"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    closed_by = models.ForeignKey(
        User, verbose_name=_("closed by"), on_delete=models.PROTECT, null=True, related_name="+",
        blank=True,
    )  # fmt: skip
    registered = models.PositiveIntegerField(_("registered"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)

    objects: ClassVar[Any] = RiskSheetQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The page of the file: its plan, or what became of it."""
        return reverse("risks:sheet-detail", kwargs={"pk": self.pk})
