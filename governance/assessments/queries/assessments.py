"""Reading assessments: the list, what they inherit from, who wrote in them."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length

from accounts.models import Unit, User
from frameworks.models import Node, ProfileItem
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries.answers import finished, stated
from ledger.actions import actor_key
from ledger.models import Event

WITH_NAMES = ("system", "model_version__model", "unit", "framework_version__framework", "owner")
# Whoever did one of these wrote what is approved: he cannot approve it.
WRITING = (
    "governance.answer.saved",
    "governance.answer.confirmed",
    "governance.assessment.submitted",
)


def assessments(user: Any) -> QuerySet[Assessment]:
    """What ``user`` may see, each with ``total`` and ``done``, counted for shown rows only."""
    here = Answer.objects.filter(
        stated(), assessment_id=OuterRef(OuterRef("pk")), node_id=OuterRef("node_id")
    )
    done = Answer.objects.filter(finished(), assessment_id=OuterRef("pk"))
    asked = ProfileItem.objects.filter(
        profile_id=OuterRef(OuterRef("profile_id")), node_id=OuterRef("node_id")
    )
    whole = ExpressionWrapper(OuterRef("profile_id"), output_field=BigIntegerField())
    inherited = Answer.objects.annotate(of_profile=whole).filter(
        finished(),
        Q(of_profile__isnull=True) | Exists(asked),
        ~Exists(here),
        assessment_id=OuterRef("inherits_from_id"),
        node__scope=Node.Scope.ORGANISATION,
    )
    found: QuerySet[Assessment] = (
        Assessment.objects.select_related(*WITH_NAMES)
        .visible_to(user)
        .annotate(
            total=_total(),
            done=_count(done, "assessment_id") + _count(inherited, "assessment_id"),
        )
    )
    return found


def organisation_assessments(unit: Unit, framework_version_id: int) -> QuerySet[Assessment]:
    """Assessments of ``unit`` itself or of a unit above it: nearest first, signed first, newest.

    What the organisation answers holds for every system in it, whoever may open its pages.
    """
    above = [int(part) for part in (unit.path or "").split("/") if part]
    signed = Case(When(state=Assessment.State.SIGNED, then=Value(0)), default=Value(1))
    found: QuerySet[Assessment] = Assessment.objects.filter(
        subject=Assessment.Subject.ORGANISATION,
        framework_version_id=framework_version_id,
        unit_id__in=above,
    ).order_by(Length("unit__path").desc(), signed, "-pk")
    return found


def has_written(user: User, assessment: Assessment, answer: Answer | None = None) -> bool:
    """Whether ``user`` ever wrote the answer; without one, anything that the assessment says.

    Asked of the ledger: a later save by somebody else does not wash an author clean.
    """
    answers = [answer] if answer else assessment.answers.only("pk")
    subjects = [one.key for one in answers]
    if answer is None:
        subjects.append(assessment.key)
    return Event.objects.filter(
        actor=actor_key(user), subject__in=subjects, action__in=WRITING
    ).exists()


def _total() -> Case:
    """How many items each assessment asks: those of its profile, or all of its framework."""
    nodes = Node.objects.filter(
        framework_version_id=OuterRef("framework_version_id"), assessable=True
    )
    organisation = nodes.exclude(scope=Node.Scope.SYSTEM).exclude(scope="")
    held = ProfileItem.objects.filter(profile_id=OuterRef("profile_id"), node__assessable=True)
    of_organisation = held.exclude(node__scope__in=("", Node.Scope.SYSTEM))
    is_organisation = Q(subject=Assessment.Subject.ORGANISATION)
    return Case(
        When(
            is_organisation & Q(profile__isnull=False), then=_count(of_organisation, "profile_id")
        ),
        When(profile__isnull=False, then=_count(held, "profile_id")),
        When(
            subject=Assessment.Subject.ORGANISATION,
            then=_count(organisation, "framework_version_id"),
        ),
        default=_count(nodes, "framework_version_id"),
        output_field=IntegerField(),
    )


def _count(matching: QuerySet[Any], by: str) -> Coalesce:
    """A correlated count: no join, so that nothing multiplies."""
    counted = matching.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
