"""An assessment beside others: the gap to a target profile, and the period before."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from frameworks.models import NodeChange, Profile
from frameworks.queries import profile_values
from governance.assessments.models import Assessment, PlanStep
from governance.assessments.queries.answers import rows

NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Gap:
    """One item of the target profile against the assessment.

    ``current`` is the level that counts (evidence caps it), None while nobody said. ``size`` is
    how many levels are missing: an item without a level lacks all of its target, one that does
    not apply lacks nothing. ``step`` is what is planned.
    """

    row: Any
    target: int
    reason: str
    current: int | None
    size: int
    step: PlanStep | None

    @property
    def known(self) -> bool:
        """Whether the level is known, or the item does not apply."""
        return self.current is not None or self.row.progress == NOT_APPLICABLE

    def late(self, day: dt.date) -> bool:
        """Whether the step should have been done before ``day``."""
        step = self.step
        return step is not None and step.done_on is None and step.due_date < day


@dataclass(frozen=True)
class GapSum:
    """The gaps together."""

    items: int
    open: int
    levels: int
    unknown: int
    planned: int


def target_profiles(assessment: Assessment, user: Any) -> QuerySet[Any]:
    """Published target profiles that an assessment can be held against.

    Of its framework version and its unit or one above it: its own profile first, then the
    nearest unit, then the newest.
    """
    above = [int(part) for part in (assessment.unit.path or "").split("/") if part]
    found: QuerySet[Any] = (
        Profile.objects.visible_to(user)
        .filter(
            Q(unit_id__in=above) | Q(unit__isnull=True),
            framework_version_id=assessment.framework_version_id,
            purpose=Profile.Purpose.TARGET,
            status=Profile.Status.PUBLISHED,
        )
        .annotate(
            own=Case(
                When(pk=assessment.profile_id or 0, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("own", "-unit__path", "-pk")
    )
    return found


def gaps(assessment: Assessment, profile: Profile) -> list[Gap]:
    """Every item that the assessment asks and the profile has a level for; three queries.

    The largest gap first, then in reading order.
    """
    wanted = profile_values(profile)
    steps = {
        step.node_id: step
        for step in PlanStep.objects.filter(assessment=assessment).select_related("owner")
    }
    found = []
    for row in rows(assessment):
        level, reason = wanted.get(row.key, (None, ""))
        if level is not None:
            found.append(_gap(row, level, reason, steps.get(row.pk)))
    return sorted(found, key=lambda gap: (-gap.size, gap.row.order))


def sum_of(found: Sequence[Gap]) -> GapSum:
    """How many items, how many lack something, how many levels in all, and what is planned."""
    lacking = [gap for gap in found if gap.size]
    return GapSum(
        items=len(found),
        open=len(lacking),
        levels=sum(gap.size for gap in lacking),
        unknown=sum(not gap.known for gap in found),
        planned=sum(gap.step is not None for gap in lacking),
    )


def rows_before(assessment: Assessment) -> dict[str, Any]:
    """Rows of the period before, by the identifier that each item has in this edition."""
    before = assessment.previous
    if before is None:
        return {}
    found = {row.pk: row for row in rows(before)}
    if before.framework_version_id == assessment.framework_version_id:
        return {row.key: row for row in found.values()}
    moved = NodeChange.objects.filter(
        carries=True,
        migration__from_version=before.framework_version_id,
        migration__to_version=assessment.framework_version_id,
    )
    return {
        key: found[source]
        for key, source in moved.values_list("target__key", "source_id")
        if source in found
    }


def _gap(row: Any, target: int, reason: str, step: PlanStep | None) -> Gap:
    if row.progress == NOT_APPLICABLE:
        return Gap(row, target, reason, None, 0, step)
    return Gap(row, target, reason, row.counted, max(0, target - (row.counted or 0)), step)
