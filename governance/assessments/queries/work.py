"""What a person still has to do in assessments."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from frameworks.models import LANGUAGE, NodeText
from governance.assessments import states
from governance.assessments.models import Answer, Assessment, Review
from governance.assessments.queries.answers import finished


def my_answers(user: Any) -> QuerySet[Any]:
    """Answers that wait for ``user``: his own that are unfinished or returned, in drafts.

    Each with ``title`` of its question and ``standing``: returned, late or in_progress.
    """
    title = NodeText.objects.filter(
        node=OuterRef("node"), kind="title", origin="own", language=LANGUAGE
    )
    found: QuerySet[Any] = (
        unfinished(Answer.objects.all().visible_to(user))
        .filter(owner=user)
        .select_related("node", "assessment__system", "assessment__unit")
        .annotate(
            title=Subquery(title.values("text")[:1]),
            standing=Case(
                When(Exists(_returned()), then=Value("returned")),
                When(due_date__lt=timezone.localdate(), then=Value("late")),
                default=Value("in_progress"),
                output_field=CharField(),
            ),
        )
        .order_by("due_date", "assessment", "node__order")
    )
    return found


def unfinished(answers: QuerySet[Any]) -> QuerySet[Any]:
    """Those of drafts that are not finished, or returned."""
    drafts = answers.filter(assessment__state=states.DRAFT)
    return drafts.filter(~Q(finished()) | Exists(_returned()))


def answers_to_hand(by: User, leaver: User) -> QuerySet[Any]:
    """Unfinished answers of ``leaver`` that ``by`` may give to somebody else."""
    may = Answer.objects.all().visible_to(by, Permission.ASSESSMENT_OPEN)
    found: QuerySet[Any] = unfinished(may).filter(owner=leaver)
    return found.select_related("node", "assessment__unit").order_by("assessment", "node__order")


def assessments_to_hand(by: User, leaver: User) -> QuerySet[Any]:
    """Draft assessments of ``leaver`` that ``by`` may give to somebody else."""
    may = Assessment.objects.all().visible_to(by, Permission.ASSESSMENT_OPEN)
    found: QuerySet[Any] = may.filter(owner=leaver, state=states.DRAFT).select_related("unit")
    return found.order_by("pk")


def leavers(by: User) -> QuerySet[User]:
    """Whoever still has something to do that ``by`` may give to somebody else."""
    may = Permission.ASSESSMENT_OPEN
    answers = unfinished(Answer.objects.all().visible_to(by, may)).order_by()
    drafts = Assessment.objects.all().visible_to(by, may).filter(state=states.DRAFT).order_by()
    found: QuerySet[User] = User.objects.filter(
        Q(pk__in=answers.values("owner_id")) | Q(pk__in=drafts.values("owner_id"))
    ).order_by("name", "pk")
    return found


def _returned() -> QuerySet[Review]:
    """The verdict "returned" on the answer as it stands, unless a later one took its place."""
    later = Review.objects.filter(answer=OuterRef("answer"), pk__gt=OuterRef("pk"))
    return Review.objects.filter(
        ~Exists(later),
        answer=OuterRef("pk"),
        answer_version=OuterRef("version"),
        verdict=Review.Verdict.RETURNED,
    )
