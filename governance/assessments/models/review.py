"""What a reviewer said about an answer, and the signature under an assessment."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from governance.assessments.models.assessments import Answer, Assessment
from ledger.models import Record
from vault.models import StoredFile


class ReviewQuerySet(UnitScopedQuerySet):
    """Reviews belong to the unit of the assessment."""

    UNIT_PATH: ClassVar[str] = "answer__assessment__unit"


class Review(Record):
    """The verdict of one reviewer on one answer as it stood. A later one takes its place."""

    class Verdict(models.TextChoices):
        """What the reviewer found."""

        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        NOT_MET = "not_met", _("Not met")
        RETURNED = "returned", _("Returned")

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    remark = models.TextField(_("remark"), max_length=4_000, blank=True)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    answer_version = models.PositiveIntegerField(_("of version"))

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.verdict} {self.answer_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.answer.assessment.refuse_if_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.answer.assessment.refuse_if_signed()
        return super().delete(*args, **kwargs)


class SignOffQuerySet(UnitScopedQuerySet):
    """Signatures belong to the unit of the assessment."""

    UNIT_PATH: ClassVar[str] = "assessment__unit"


class SignOff(Record):
    """Who signed what, meaning what, and when.

    ``digest`` is the SHA-256 of the canonical snapshot in ``file``. ``binding`` is the SHA-256
    of the canonical JSON of digest, name, signer, meaning and time: none of them can be changed
    without the other.
    """

    class Meaning(models.TextChoices):
        """What the signature says."""

        APPROVED = "approved", _("I have read it and approve it")
        QUALIFIED = "qualified", _("I have read it and approve it with the remarks below")

    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, related_name="signature"
    )
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(_("name"), max_length=120)
    meaning = models.CharField(_("meaning"), max_length=12, choices=Meaning.choices)
    remarks = models.TextField(_("remarks"), max_length=4_000, blank=True)
    signed_at = models.DateTimeField(_("signed"))
    digest = models.CharField(_("digest of the snapshot"), max_length=64)
    binding = models.CharField(_("binding"), max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    # A name must not enter the ledger, where nothing is erased; ``binding`` covers it.
    LEDGER_EXCLUDE = frozenset({"signer_name"})

    objects: ClassVar[Any] = SignOffQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.assessment_id} signed"


class AnswerSheetQuerySet(UnitScopedQuerySet):
    """Workbooks belong to the unit of the assessment."""

    UNIT_PATH: ClassVar[str] = "assessment__unit"


class AnswerSheet(Record):
    """A workbook of an assessment that came back. What it would change is worked out each time."""

    class State(models.TextChoices):
        """What became of it."""

        PLANNED = "planned", _("Planned")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sheets")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file name"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False
    )
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="answer_sheets")
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    written = models.PositiveIntegerField(_("cells written"), default=0)
    refused = models.PositiveIntegerField(_("cells refused"), default=0)

    objects: ClassVar[Any] = AnswerSheetQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.assessment.refuse_if_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.assessment.refuse_if_signed()
        return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of what it would change."""
        return reverse("assessments:sheet-detail", kwargs={"pk": self.pk})
