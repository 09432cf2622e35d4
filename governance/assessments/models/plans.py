"""What is done so that an item reaches its target level: by whom, until when."""

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitScopedQuerySet, User
from frameworks.models import Node
from governance.assessments.models.assessments import Assessment
from ledger.models import Record


class PlanStepQuerySet(UnitScopedQuerySet):
    """Steps belong to the unit of their assessment."""

    UNIT_PATH: ClassVar[str] = "assessment__unit"


class PlanStep(Record):
    """The step that closes the gap of one item. It lives on after the signature."""

    # What a person fills in.
    FIELDS: ClassVar[tuple[str, ...]] = ("what", "owner", "due_date", "done_on")

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="plan_steps")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="plan_steps")
    what = models.TextField(
        _("what is done"), max_length=2_000, validators=[MaxLengthValidator(2_000)]
    )
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="plan_steps"
    )
    due_date = models.DateField(_("due"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects: ClassVar[Any] = PlanStepQuerySet.as_manager()

    class Meta:
        ordering = ("due_date", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "node"), name="assessments_one_step_per_item"
            ),
        )

    def __str__(self) -> str:
        return self.what[:80]
