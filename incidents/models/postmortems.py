"""What was learnt: the postmortem, its published forms, and each learning."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents import states
from incidents.models.incidents import Incident, OfIncident, OfIncidentQuerySet
from ledger.errors import DirectWrite
from vault.models import StoredFile

ANSWER_LENGTH = 20_000


class Postmortem(OfIncident):
    """The four answers that only people can give; everything else is read from the record.

    ``file`` and ``digest`` are the canonical snapshot that is under review or was published last.
    """

    class State(models.TextChoices):
        DRAFT = states.PM_DRAFT, _("Draft")
        IN_REVIEW = states.PM_IN_REVIEW, _("In review")
        PUBLISHED = states.PM_PUBLISHED, _("Published")
        WAIVED = states.PM_WAIVED, _("Waived")

    class Depth(models.TextChoices):
        SHORT = "short", _("Short note")
        FULL = "full", _("Full")

    # What people answer, in the order of the form; each is merged on its own.
    FIELDS: ClassVar[tuple[str, ...]] = ("impact", "factors", "helped", "changes")
    # What a postmortem of each depth may not lack.
    NEEDED: ClassVar[dict[str, tuple[str, ...]]] = {
        Depth.SHORT: ("impact", "changes"),
        Depth.FULL: FIELDS,
    }

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="postmortem")
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    depth = models.CharField(_("depth"), max_length=6, choices=Depth.choices)
    impact = models.TextField(_("Impact in plain words"), max_length=ANSWER_LENGTH, blank=True)
    factors = models.TextField(_("Contributing factors"), max_length=ANSWER_LENGTH, blank=True)
    helped = models.TextField(
        _("What helped, what surprised"), max_length=ANSWER_LENGTH, blank=True
    )
    changes = models.TextField(_("What changes"), max_length=ANSWER_LENGTH, blank=True)
    waived_reason = models.TextField(_("why none is written"), max_length=4_000, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("sent to review"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{_('Postmortem')} {self.incident_id}"

    @property
    def answers(self) -> dict[str, str]:
        """The answers by field."""
        return {name: getattr(self, name) for name in self.FIELDS}

    def get_absolute_url(self) -> str:
        """The page of the postmortem."""
        return reverse("incidents:postmortem-detail", kwargs={"pk": self.incident_id})


class OfPostmortemQuerySet(OfIncidentQuerySet):
    """Seen with the incident of the postmortem."""

    UNIT_PATH = "postmortem__incident__unit"
    INCIDENT = "postmortem__incident"


class PublishedPostmortem(OfIncident):
    """A postmortem as published: the digest of its snapshot, and who reviewed it. Never changes."""

    APPEND_ONLY: ClassVar[bool] = True

    postmortem = models.ForeignKey(Postmortem, on_delete=models.PROTECT, related_name="published")
    number = models.PositiveIntegerField(_("number"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("SHA-256"), max_length=64)
    note = models.TextField(_("note of the reviewer"), max_length=4_000, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfPostmortemQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("postmortem", "number"), name="incidents_published_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.postmortem_id} #{self.number}"

    def unit_of(self) -> int | None:
        """As of the incident."""
        unit: int | None = self.postmortem.unit_of()
        return unit

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse_change()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse_change()


class Learning(OfIncident):
    """One thing that contributed and what it teaches; it names the subcategories it speaks to.

    Once it is published, answers of assessments to these subcategories count as stale.
    """

    class Factor(models.TextChoices):
        DATA = "data", _("Data")
        MODEL = "model", _("Model")
        CODE = "code", _("Code or configuration")
        CHANGE = "change", _("Change or rollout")
        MONITORING = "monitoring", _("Monitoring and alerting")
        OVERSIGHT = "oversight", _("Human oversight")
        PROCESS = "process", _("Process or communication")
        SUPPLIER = "supplier", _("Supplier or third party")
        MISUSE = "misuse", _("Misuse or attack")

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="learnings")
    factor = models.CharField(_("factor"), max_length=12, choices=Factor.choices)
    text = models.TextField(_("what it teaches"), max_length=4_000)
    subcategories = models.JSONField(_("subcategories"), default=list)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:80]


def _refuse_change() -> NoReturn:
    raise DirectWrite("What was published is written once; revise it and publish again")
