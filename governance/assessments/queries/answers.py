"""Reading answers: rows of the questions, progress, score, where to go on, who may own one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.queries import colleagues
from frameworks.identifiers import key_forms
from frameworks.models import Node
from frameworks.queries import migration_between
from governance.assessments.models import Answer, Assessment, EvidenceLink, Progress, Review
from governance.assessments.models.evidence import in_force

APPLIES = Answer.Applicability.APPLICABLE
DOES_NOT = Answer.Applicability.NOT_APPLICABLE
FINISHED = frozenset({Progress.ANSWERED, Progress.INHERITED, Progress.NOT_APPLICABLE})
# Where the words of a row come from when nobody answered it here.
INHERITED, CARRIED_OVER = "inherited", "carried_over"
# The highest level that counts without any evidence, with some, and with some of two periods.
CAP_BARE, CAP_SHOWN, CAP_TWICE = 2, 3, 4
_ORGANISATION, _BOTH = Node.Scope.ORGANISATION, Node.Scope.BOTH
_WORDS = frozenset({"applicability", "level", "text"})


@dataclass(frozen=True)
class Part:
    """Progress of one function, or of the whole."""

    name: str
    total: int
    done: int
    returned: int = 0
    keys: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """How many are not finished."""
        return self.total - self.done


@dataclass(frozen=True)
class Score:
    """Mean of the levels that count, always with how much of the whole it speaks of.

    ``rated`` answers apply and have a level; ``capped`` of them claim more than is shown.
    """

    mean: float | None
    rated: int
    capped: int
    done: int
    total: int

    @property
    def coverage(self) -> int:
        """Finished questions, in percent of all."""
        return round(100 * self.done / self.total) if self.total else 0


def finished(prefix: str = "") -> Q:
    """Answers that are finished: a level where it applies, a reason where it does not.

    The same rule as ``Answer.progress``; a test holds the two together.
    """
    return Q(**{f"{prefix}applicability": APPLIES, f"{prefix}level__isnull": False}) | (
        Q(**{f"{prefix}applicability": DOES_NOT}) & ~Q(**{f"{prefix}reason": ""})
    )


def stated(prefix: str = "") -> Q:
    """Answers that say anything, beyond who is to give it until when."""
    return Q(**{f"{prefix}pk__isnull": False}) & (
        Q(**{f"{prefix}applicability": DOES_NOT})
        | Q(**{f"{prefix}level__isnull": False})
        | ~Q(**{f"{prefix}text": ""})
        | ~Q(**{f"{prefix}reason": ""})
    )


def as_of(assessment: Assessment) -> dt.date:
    """The day on which evidence must hold: today, or the day of the signature."""
    return (assessment.signed_at or timezone.now()).date()


def questions(assessment: Assessment) -> Any:
    """What the assessment asks: the items of its profile, or all of its framework.

    Of the organisation only what is not about one system.
    """
    nodes: Any = Node.objects.filter(
        framework_version_id=assessment.framework_version_id, assessable=True
    )
    if assessment.profile_id:
        nodes = nodes.filter(profile_items__profile=assessment.profile_id)
    if assessment.subject == Assessment.Subject.ORGANISATION:
        nodes = nodes.filter(scope__in=(_ORGANISATION, _BOTH))
    return nodes


def rows(assessment: Assessment) -> QuerySet[Any]:
    """One row for each question, answered or not, in reading order; one query.

    Each is a ``Node`` with ``title`` and, from the answer, ``answer_id``, ``applicability``,
    ``reason``, ``level`` (as claimed), ``stored_level``, ``text``, ``owner_id``, ``owner_name``,
    ``due_date``, ``saved_at``, ``stated_at`` (when it was last given or confirmed),
    ``saved_by_id``, ``saved_by_name`` and ``answer_version``; with ``origin``, ``progress``,
    ``said`` (the words that stand, own or inherited), ``cap`` and ``counted`` (the level that its
    evidence allows), ``review`` (the verdict on this version of the answer),
    ``organisation_answer_id`` and ``last_answer_id``.
    """
    found = _joined(assessment).annotate(origin=_origin(assessment)).annotate(progress=_progress())
    day, inherited = as_of(assessment), Q(progress=Progress.INHERITED)
    every: QuerySet[Any] = (
        found.annotate(
            level=_level(inherited),
            said=_said(inherited),
            cap=Case(
                When(inherited, then=_cap("_org__pk", day)),
                default=_cap("_answer__pk", day),
                output_field=IntegerField(),
            ),
            review=_review(),
        )
        .annotate(
            counted=Case(
                When(level__gt=F("cap"), then=F("cap")),
                default=F("level"),
                output_field=IntegerField(),
            )
        )
        .order_by("order")
    )
    return every


def _level(inherited: Q) -> Case:
    """The level that is claimed, here or by the organisation."""
    return Case(
        When(inherited & Q(_org__applicability=APPLIES), then=F("_org__level")),
        When(_answer__applicability=APPLIES, then=F("_answer__level")),
        output_field=IntegerField(),
    )


def _said(inherited: Q) -> Case:
    """The words that stand: the text, or why it does not apply."""
    return Case(
        When(inherited & Q(_org__applicability=APPLIES), then=F("_org__text")),
        When(inherited, then=F("_org__reason")),
        When(_answer__applicability=DOES_NOT, then=F("_answer__reason")),
        default=F("text"),
        output_field=TextField(),
    )


def _joined(assessment: Assessment) -> Any:
    """Questions with their answer here, the organisation's, and that of the period before."""
    here, organisation = (
        FilteredRelation("answers", condition=Q(answers__assessment=pk or 0))
        for pk in (assessment.pk, assessment.inherits_from_id)
    )
    return (
        _with_last(assessment, questions(assessment).with_title())
        .annotate(_answer=here, _org=organisation)
        .annotate(
            assessment_id=Value(assessment.pk),
            answer_id=F("_answer__pk"),
            organisation_answer_id=F("_org__pk"),
            last_answer_id=F("_last__pk"),
            answer_version=Coalesce(F("_answer__version"), Value(0)),
            applicability=Coalesce(F("_answer__applicability"), Value(str(APPLIES))),
            reason=Coalesce(F("_answer__reason"), Value(""), output_field=TextField()),
            stored_level=F("_answer__level"),
            text=Coalesce(F("_answer__text"), Value(""), output_field=TextField()),
            owner_id=F("_answer__owner_id"),
            owner_name=F("_answer__owner__name"),
            due_date=F("_answer__due_date"),
            saved_at=F("_answer__updated_at"),
            stated_at=Coalesce(F("_answer__stated_at"), F("_answer__updated_at")),
            saved_by_id=F("_answer__saved_by_id"),
            saved_by_name=F("_answer__saved_by__name"),
        )
    )


def _with_last(assessment: Assessment, nodes: Any) -> Any:
    """Join the answer of the period before, where the item stood in the edition before."""
    before = assessment.previous
    if before is None or before.framework_version_id == assessment.framework_version_id:
        last = FilteredRelation(
            "answers", condition=Q(answers__assessment=assessment.previous_id or 0)
        )
        return nodes.annotate(_last=last)
    settled = migration_between(before.framework_version_id, assessment.framework_version_id)
    change = FilteredRelation(
        "changes_in",
        condition=Q(changes_in__carries=True, changes_in__migration=settled.pk if settled else 0),
    )
    answer = FilteredRelation(
        "_change__source__answers",
        condition=Q(_change__source__answers__assessment=assessment.previous_id),
    )
    return nodes.annotate(_change=change).annotate(_last=answer)


def row_for(assessment: Assessment, written: str) -> Any | None:
    """The row of an item, named in any known form; None when there is no such."""
    return rows(assessment).filter(key__in=key_forms(written)).first()


def row_values(row: Any) -> dict[str, Any]:
    """What a person filled in, by the names of ``Answer.FIELDS``, from a row."""
    names = {name: name for name in Answer.FIELDS} | {"level": "stored_level"}
    return {name: getattr(row, source) for name, source in names.items()}


def parts(assessment: Assessment) -> list[Part]:
    """Finished answers of each function, in reading order; one query, nothing counted twice."""
    return parts_of(
        rows(assessment).values_list("function", "progress", "review", "key", named=True)
    )


def parts_of(found: Iterable[Any]) -> list[Part]:
    """The same from rows that are read already."""
    functions: dict[str, list[Any]] = {}
    for row in found:
        functions.setdefault(row.function, []).append(row)
    return [
        Part(
            name,
            len(held),
            sum(row.progress in FINISHED for row in held),
            sum(row.review == Review.Verdict.RETURNED for row in held),
            tuple(row.key for row in held),
        )
        for name, held in functions.items()
    ]


def whole(found: Iterable[Part]) -> Part:
    """All functions together."""
    every = list(found)
    return Part("", sum(part.total for part in every), sum(part.done for part in every))


def next_unfinished(found: list[Any], after: int = 0) -> Any | None:
    """The first row after ``after`` (an order) that is not finished, going round; or None."""
    left = [row for row in found if row.progress not in FINISHED]
    later = [row for row in left if row.order > after]
    return next(iter(later + left), None)


def last_touched(found: Iterable[Any], user: User) -> Any | None:
    """The row that ``user`` saved last."""
    touched = [row for row in found if row.saved_by_id == user.pk]
    return max(touched, key=lambda row: row.saved_at, default=None)


def go_on(found: list[Any], user: User) -> Any | None:
    """Where ``user`` left off: the first unfinished row after the one he saved last."""
    last = last_touched(found, user)
    return next_unfinished(found, last.order if last else 0)


def possible_owners(user: User) -> QuerySet[User]:
    """People who can be given an answer, by name."""
    return colleagues(user).order_by("name", "pk")


def score(found: Iterable[Any]) -> Score:
    """The mean level that counts, from rows that are read already."""
    read = list(found)
    levels = [row.counted for row in read if row.progress in FINISHED and row.counted is not None]
    return Score(
        mean=sum(levels) / len(levels) if levels else None,
        rated=len(levels),
        capped=sum(is_capped(row) for row in read),
        done=sum(row.progress in FINISHED for row in read),
        total=len(read),
    )


def is_capped(row: Any) -> bool:
    """Whether the row claims a level that its evidence does not show."""
    return row.level is not None and row.level > row.counted


def verdicts(found: Iterable[Any]) -> Counter[str]:
    """How many rows have each verdict of a reviewer; rows without one are not counted."""
    return Counter(row.review for row in found if row.review)


def _origin(assessment: Assessment) -> Case:
    """Whose words stand: those given here, the organisation's, or those of the last period."""
    carries = bool(_WORDS & set(assessment.carried))
    last = finished("_last__") & Q(_last__pk__isnull=False)
    organisation = finished("_org__") & Q(_org__pk__isnull=False)
    whens = [When(stated("_answer__"), then=F("_answer__origin"))]
    if carries:
        whens.append(When(last & Q(scope=_BOTH), then=Value(CARRIED_OVER)))
    whens.append(When(organisation & Q(scope__in=(_ORGANISATION, _BOTH)), then=Value(INHERITED)))
    if carries:
        whens.append(When(last, then=Value(CARRIED_OVER)))
    return Case(*whens, default=Value(""), output_field=CharField())


def _progress() -> Case:
    own = stated("_answer__")
    done = own & finished("_answer__")
    given_out = Q(_answer__owner__isnull=False) | Q(_answer__due_date__isnull=False)
    return Case(
        When(done & Q(_answer__applicability=DOES_NOT), then=_as("NOT_APPLICABLE")),
        When(done, then=_as("ANSWERED")),
        When(own, then=_as("IN_PROGRESS")),
        When(origin=INHERITED, scope=_ORGANISATION, then=_as("INHERITED")),
        When(origin__in=(INHERITED, CARRIED_OVER), then=_as("TO_CONFIRM")),
        When(given_out, then=_as("IN_PROGRESS")),
        default=_as("NOT_STARTED"),
        output_field=CharField(),
    )


def _as(name: str) -> Value:
    return Value(str(Progress[name]))


def _cap(answer: str, day: dt.date) -> Coalesce:
    """The highest level that the accepted, unexpired evidence of an answer allows.

    Two periods are two pieces of evidence of which one ends before the other begins: that is so
    just when the earliest end lies before the latest beginning.
    """
    links = EvidenceLink.objects.filter(
        in_force(day, "evidence__"),
        answer=OuterRef(answer),
        verdict=EvidenceLink.Verdict.ACCEPTED,
    )
    shown = (
        links.order_by()
        .values("answer")
        .annotate(end=Min("evidence__effective_to"), begin=Max("evidence__effective_from"))
        .annotate(
            cap=Case(
                When(end__lt=F("begin"), then=Value(CAP_TWICE)),
                default=Value(CAP_SHOWN),
                output_field=IntegerField(),
            )
        )
    )
    return Coalesce(Subquery(shown.values("cap")), Value(CAP_BARE), output_field=IntegerField())


def _review() -> Coalesce:
    """The last verdict on the answer as it stands; empty when it changed since."""
    newest = Review.objects.filter(
        answer=OuterRef("_answer__pk"), answer_version=OuterRef("_answer__version")
    ).order_by("-pk")
    return Coalesce(Subquery(newest.values("verdict")[:1]), Value(""), output_field=CharField())
