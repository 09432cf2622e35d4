"""Evidence, and what it is said to show about an answer."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from governance.assessments.models.assessments import Answer
from ledger.models import Record
from vault.models import StoredFile


class EvidenceQuerySet(UnitScopedQuerySet):
    """Evidence belongs to the unit in which it was collected."""

    UNIT_PATH: ClassVar[str] = "unit"

    def standing(self, day: dt.date) -> "EvidenceQuerySet":
        """What is neither expired nor withdrawn on ``day``."""
        return self.filter(in_force(day))


def in_force(day: dt.date, prefix: str = "") -> Q:
    """Evidence that has not expired before ``day`` and was not withdrawn on or before it."""
    expiry, withdrawn = f"{prefix}expires_on", f"{prefix}withdrawn_on"
    return (Q(**{f"{expiry}__isnull": True}) | Q(**{f"{expiry}__gte": day})) & (
        Q(**{f"{withdrawn}__isnull": True}) | Q(**{f"{withdrawn}__gt": day})
    )


class Evidence(Record):
    """A file in the vault, an address, or another record of the register.

    What it says never changes: another file is other evidence. It can only be withdrawn. The
    effective period is the time that it speaks of, which is not when it was uploaded.
    """

    class Kind(models.TextChoices):
        """What sort of thing it is."""

        POLICY = "policy", _("Policy or procedure")
        MINUTES = "minutes", _("Minutes or decision")
        REPORT = "report", _("Report")
        TEST = "test", _("Test or check result")
        LOG = "log", _("Log or extract of records")
        SCREENSHOT = "screenshot", _("Screenshot")
        TRAINING = "training", _("Training record")
        CONTRACT = "contract", _("Contract or supplier paper")
        OTHER = "other", _("Other")

    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="evidence"
    )
    title = models.CharField(_("title"), max_length=200)
    kind_of = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=1_000, blank=True)
    record = models.CharField(_("record"), max_length=100, blank=True)
    effective_from = models.DateField(_("speaks of the time from"))
    effective_to = models.DateField(_("to"))
    expires_on = models.DateField(_("good until"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=4_000, blank=True)
    collected_by = models.ForeignKey(
        User,
        verbose_name=_("collected by"),
        on_delete=models.PROTECT,
        related_name="collected_evidence",
    )
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(effective_to__gte=models.F("effective_from")),
                name="evidence_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=models.F("effective_to")),
                name="evidence_expires_after_its_period",
                violation_error_message=_("It cannot expire before the period it speaks of ends."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(file__isnull=False, url="", record="")
                    | (Q(file__isnull=True) & ~Q(url="") & Q(record=""))
                    | (Q(file__isnull=True) & Q(url="") & ~Q(record=""))
                ),
                name="evidence_is_one_thing",
                violation_error_message=_("Choose a file, an address or a record: one of them."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this evidence."""
        return reverse("assessments:evidence-detail", kwargs={"pk": self.pk})


class LinkQuerySet(UnitScopedQuerySet):
    """Links belong to the unit of the assessment that they serve."""

    UNIT_PATH: ClassVar[str] = "answer__assessment__unit"


class EvidenceLink(Record):
    """Somebody offers evidence for an answer; somebody else accepts or rejects it."""

    class Verdict(models.TextChoices):
        """What the reviewer said."""

        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="links")
    shows = models.CharField(_("what it shows"), max_length=500, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OFFERED
    )
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="linked_evidence")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_evidence"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=1_000, blank=True)

    objects: ClassVar[Any] = LinkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "evidence"),
                name="evidence_once_for_an_answer",
                violation_error_message=_("This evidence is offered for the answer already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence_id} for {self.answer_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.answer.assessment.refuse_if_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.answer.assessment.refuse_if_signed()
        return super().delete(*args, **kwargs)
