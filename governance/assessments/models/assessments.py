"""Assessments against a framework version, and their answers."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitScopedQuerySet, User
from frameworks.models import FrameworkVersion, Node, Profile
from governance.assessments import states
from ledger.errors import Refused
from ledger.models import Record
from models_registry.models import AISystem, ModelVersion


class Level(models.IntegerChoices):
    """How far the outcome is reached. The AI RMF itself has no levels; these are ours."""

    ABSENT = 0, _("Absent")
    AD_HOC = 1, _("Ad hoc")
    DEFINED = 2, _("Defined")
    OPERATING = 3, _("Operating")
    IMPROVED = 4, _("Measured and improved")


LEVEL_MEANING: dict[int, Any] = {
    Level.ABSENT: _("Nothing is done, or nobody knows of it."),
    Level.AD_HOC: _("Somebody does it now and then; it depends on the person."),
    Level.DEFINED: _("It is written down who does what and when."),
    Level.OPERATING: _("It is done as written, and there are records to show it."),
    Level.IMPROVED: _("Its effect is measured, and what is learnt changes how it is done."),
}


class Progress(models.TextChoices):
    """How far an answer has come. Computed, never stored."""

    NOT_STARTED = "not_started", _("Not started")
    IN_PROGRESS = "in_progress", _("In progress")
    TO_CONFIRM = "to_confirm", _("To confirm")
    ANSWERED = "answered", _("Answered")
    INHERITED = "inherited", _("Inherited")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class AssessmentQuerySet(UnitScopedQuerySet):
    """Assessments belong to a unit: that of their system, or the one that is assessed."""

    UNIT_PATH: ClassVar[str] = "unit"


class Assessment(Record):
    """One subject, one framework version, one period.

    The subject is an organisation unit, a system, or one version in a system. What the
    organisation answers once is read from ``inherits_from``; what was said the last time from
    ``previous``. Neither is copied: an answer row appears when somebody answers or confirms.
    """

    class State(models.TextChoices):
        DRAFT = states.DRAFT, _("Draft")
        SUBMITTED = states.SUBMITTED, _("Submitted")
        SIGNED = states.SIGNED, _("Signed")

    class Subject(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        SYSTEM = "system", _("AI system")
        VERSION = "version", _("Model version")

    # What a new period may take over from the last one.
    CARRIED: ClassVar[tuple[str, ...]] = (
        "applicability",
        "level",
        "text",
        "owner",
        "evidence",
    )

    subject = models.CharField(
        _("what is assessed"), max_length=20, choices=Subject.choices, default=Subject.SYSTEM
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="assessments"
    )
    system = models.ForeignKey(
        AISystem,
        verbose_name=_("system"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    model_version = models.ForeignKey(
        ModelVersion,
        verbose_name=_("model version"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    inherits_from = models.ForeignKey(
        "self",
        verbose_name=_("inherits from"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="heirs",
    )
    previous = models.ForeignKey(
        "self",
        verbose_name=_("period before"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
    )
    carried = models.JSONField(_("taken over"), default=list, blank=True)
    framework_version = models.ForeignKey(
        FrameworkVersion,
        verbose_name=_("framework"),
        on_delete=models.PROTECT,
        related_name="assessments",
    )
    # Asked is only what the profile holds; it is published, so that the list stays as it is.
    profile = models.ForeignKey(
        Profile,
        verbose_name=_("profile"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    title = models.CharField(_("title"), max_length=200)
    period_start = models.DateField(_("period from"), null=True, blank=True)
    period_end = models.DateField(_("period to"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False
    )
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="owned_assessments"
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(period_end__isnull=True)
                | Q(period_start__isnull=True)
                | Q(period_end__gte=models.F("period_start")),
                name="assessments_period_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(subject="organisation", system__isnull=True, model_version__isnull=True)
                | Q(subject="system", system__isnull=False, model_version__isnull=True)
                | Q(subject="version", system__isnull=False, model_version__isnull=False),
                name="assessments_subject_is_named",
                violation_error_message=_("Name the one thing that is assessed."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether answers may change."""
        return self.state == self.State.DRAFT

    @property
    def is_signed(self) -> bool:
        """Whether nothing of it may change any more."""
        return self.state == self.State.SIGNED

    @property
    def about(self) -> Any:
        """What is assessed: a unit, a system or a model version."""
        return self.model_version or self.system or self.unit

    def refuse_if_signed(self) -> None:
        """Raises Refused (409) for a signed assessment: nothing of it is ever written again."""
        if self.is_signed:
            raise self._signed()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._stored_state() == self.State.SIGNED:
            raise self._signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_if_signed()
        return super().delete(*args, **kwargs)

    def _stored_state(self) -> str:
        """The state that this record was read with; empty for one that is not stored yet."""
        names = [field.attname for field in self._meta.concrete_fields]
        return str(self._loaded[names.index("state")]) if self._loaded else ""

    @staticmethod
    def _signed() -> Refused:
        return Refused(
            _now("This assessment is signed and stays as it is. Open a new period instead."),
            code="signed",
            status=409,
        )

    def get_absolute_url(self) -> str:
        """The page of the assessment."""
        return reverse("assessments:assessment-detail", kwargs={"pk": self.pk})


class AnswerQuerySet(UnitScopedQuerySet):
    """Answers belong to the unit of their assessment."""

    UNIT_PATH: ClassVar[str] = "assessment__unit"


class Answer(Record):
    """What is said about one subcategory. The row appears with the first save.

    The level stays stored while "not applicable" is chosen, so that changing one's mind loses
    nothing; ``effective_level`` is what counts.
    """

    class Applicability(models.TextChoices):
        APPLICABLE = "applicable", _("Applies")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    class Origin(models.TextChoices):
        """Where the stored words come from."""

        FRESH = "fresh", _("Fresh")
        CONFIRMED = "confirmed", _("Confirmed")

    # What makes up the statement; the rest says who does what until when.
    STATEMENT: ClassVar[frozenset[str]] = frozenset({"applicability", "reason", "level", "text"})

    # What a person fills in, in the order of the form; each is merged on its own.
    FIELDS: ClassVar[tuple[str, ...]] = (
        "applicability",
        "reason",
        "level",
        "text",
        "owner_id",
        "due_date",
    )

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="answers")
    applicability = models.CharField(
        _("applicability"),
        max_length=20,
        choices=Applicability.choices,
        default=Applicability.APPLICABLE,
    )
    reason = models.TextField(
        _("why it does not apply"),
        max_length=4_000,
        blank=True,
        validators=[MaxLengthValidator(4_000)],
    )
    level = models.PositiveSmallIntegerField(
        _("level"),
        null=True,
        blank=True,
        choices=Level.choices,
    )
    text = models.TextField(
        _("answer"), max_length=20_000, blank=True, validators=[MaxLengthValidator(20_000)]
    )
    owner = models.ForeignKey(
        User,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_answers",
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_answers")
    origin = models.CharField(
        _("origin"), max_length=12, choices=Origin.choices, default=Origin.FRESH, editable=False
    )
    confirms = models.ForeignKey(
        "self",
        verbose_name=_("confirms"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmed_by",
    )
    stated_at = models.DateTimeField(_("last stated"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = AnswerQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "node"), name="assessments_one_answer_per_node"
            ),
        )
        indexes = (
            models.Index(fields=("assessment", "saved_by", "updated_at"), name="answer_resume"),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.node_id}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the values, not the references: those the database holds, at no query each."""
        references = {f.name for f in self._meta.concrete_fields if f.is_relation}
        super().clean_fields(exclude={*(exclude or ()), *references})

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Left to the database, whose refusal the ledger turns into a sentence."""

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Left to the database, as above."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.assessment.refuse_if_signed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.assessment.refuse_if_signed()
        return super().delete(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """What a person filled in, by field."""
        return {name: getattr(self, name) for name in self.FIELDS}

    @property
    def effective_level(self) -> int | None:
        """The level that counts: none while the subcategory does not apply."""
        return self.level if self.applicability == self.Applicability.APPLICABLE else None

    @property
    def progress(self) -> Progress:
        """Answered needs a level; "does not apply" needs a reason."""
        if self.applicability == self.Applicability.NOT_APPLICABLE:
            return Progress.NOT_APPLICABLE if self.reason else Progress.IN_PROGRESS
        if self.level is not None:
            return Progress.ANSWERED
        started = bool(self.text or self.owner_id or self.due_date or self.reason)
        return Progress.IN_PROGRESS if started else Progress.NOT_STARTED
