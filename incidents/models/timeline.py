"""What happened in an incident, minute by minute."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluations.models import CheckRun
from incidents.models.incidents import Incident, OfIncident
from ledger.errors import DirectWrite


class TimelineEntry(OfIncident):
    """One line of the timeline, written once. A mistake is corrected by another entry.

    ``happened_at`` is when it happened, ``recorded_at`` when it was written down here.
    """

    APPEND_ONLY: ClassVar[bool] = True

    class Kind(models.TextChoices):
        AUTOMATIC = "automatic", _("Recorded by Assay")
        NOTE = "note", _("Note")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries")
    entry_kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField(_("happened"))
    text = models.TextField(_("text"), max_length=20_000)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="timeline_entries")
    person = models.ForeignKey(
        User,
        verbose_name=_("person concerned"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    correction_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    check_run = models.OneToOneField(
        CheckRun,
        verbose_name=_("check run"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="incident_entry",
    )

    class Meta:
        ordering = ("happened_at", "pk")
        indexes = (models.Index(fields=("incident", "happened_at"), name="incidents_timeline"),)

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.text[:60]}"

    @property
    def recorded_at(self) -> Any:
        """When the entry was written down."""
        return self.created_at

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse_change()


def _refuse_change() -> NoReturn:
    raise DirectWrite("A timeline entry is written once; add another one that corrects it")
