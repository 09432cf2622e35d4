"""Reading assessments: rows of the 72, progress, where to go on, who may own an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
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

from accounts.models import User
from accounts.queries import colleagues
from frameworks.identifiers import canonical_key
from frameworks.models import Node
from governance.assessments.models import Answer, Assessment, Progress

APPLIES = Answer.Applicability.APPLICABLE
DOES_NOT = Answer.Applicability.NOT_APPLICABLE
FINISHED = frozenset({Progress.ANSWERED, Progress.NOT_APPLICABLE})


@dataclass(frozen=True)
class Part:
    """Progress of one function, or of the whole."""

    name: str
    total: int
    done: int

    @property
    def left(self) -> int:
        """How many are not finished."""
        return self.total - self.done


def finished(prefix: str = "") -> Q:
    """Answers that are finished: a level where it applies, a reason where it does not.

    The same rule as ``Answer.progress``; a test holds the two together.
    """
    return Q(**{f"{prefix}applicability": APPLIES, f"{prefix}level__isnull": False}) | (
        Q(**{f"{prefix}applicability": DOES_NOT}) & ~Q(**{f"{prefix}reason": ""})
    )


def assessments(user: Any) -> QuerySet[Assessment]:
    """What ``user`` may see, each with ``total`` and ``done``, counted for shown rows only."""
    nodes = Node.objects.filter(
        framework_version_id=OuterRef("framework_version_id"), assessable=True
    )
    done = Answer.objects.filter(finished(), assessment_id=OuterRef("pk"))
    found: QuerySet[Assessment] = (
        Assessment.objects.select_related("system", "framework_version__framework", "owner")
        .visible_to(user)
        .annotate(total=_count(nodes, "framework_version_id"), done=_count(done, "assessment_id"))
    )
    return found


def rows(assessment: Assessment) -> QuerySet[Any]:
    """One row for each subcategory, answered or not, in reading order; one query.

    Each is a ``Node`` with ``title`` and, from the answer, ``answer_id``, ``applicability``,
    ``reason``, ``level`` (as it counts), ``stored_level``, ``text``, ``owner_id``,
    ``owner_name``, ``due_date``, ``saved_at``, ``saved_by_id``, ``saved_by_name``,
    ``answer_version`` and ``progress``.
    """
    mine = FilteredRelation("answers", condition=Q(answers__assessment=assessment.pk))
    nodes = Node.objects.filter(
        framework_version_id=assessment.framework_version_id, assessable=True
    )
    return (
        nodes.with_title()
        .annotate(_answer=mine)
        .annotate(
            assessment_id=Value(assessment.pk),
            answer_id=F("_answer__pk"),
            answer_version=Coalesce(F("_answer__version"), Value(0)),
            applicability=Coalesce(F("_answer__applicability"), Value(str(APPLIES))),
            reason=Coalesce(F("_answer__reason"), Value(""), output_field=TextField()),
            level=Case(
                When(_answer__applicability=APPLIES, then=F("_answer__level")),
                output_field=IntegerField(),
            ),
            stored_level=F("_answer__level"),
            text=Coalesce(F("_answer__text"), Value(""), output_field=TextField()),
            owner_id=F("_answer__owner_id"),
            owner_name=F("_answer__owner__name"),
            due_date=F("_answer__due_date"),
            saved_at=F("_answer__updated_at"),
            saved_by_id=F("_answer__saved_by_id"),
            saved_by_name=F("_answer__saved_by__name"),
            progress=_progress(),
        )
        .order_by("order")
    )


def row_for(assessment: Assessment, written: str) -> Any | None:
    """The row of a subcategory, named in any known form; None when there is no such."""
    try:
        return rows(assessment).filter(key=canonical_key(written)).first()
    except ValueError:
        return None


def row_values(row: Any) -> dict[str, Any]:
    """What a person filled in, by the names of ``Answer.FIELDS``, from a row."""
    names = {name: name for name in Answer.FIELDS} | {"level": "stored_level"}
    return {name: getattr(row, source) for name, source in names.items()}


def parts(assessment: Assessment) -> list[Part]:
    """Finished answers of each function, in reading order; one query, nothing counted twice."""
    nodes = Node.objects.filter(
        framework_version_id=assessment.framework_version_id, assessable=True
    ).annotate(
        _answer=FilteredRelation("answers", condition=Q(answers__assessment=assessment.pk)),
    )
    counted = nodes.values("function").annotate(
        total=Count("pk", distinct=True),
        done=Count("pk", filter=finished("_answer__"), distinct=True),
        first=Min("order"),
    )
    return [Part(r["function"], r["total"], r["done"]) for r in counted.order_by("first")]


def parts_of(found: Iterable[Any]) -> list[Part]:
    """The same from rows that are read already."""
    counts: dict[str, list[int]] = {}
    for row in found:
        count = counts.setdefault(row.function, [0, 0])
        count[0] += 1
        count[1] += row.progress in FINISHED
    return [Part(name, *count) for name, count in counts.items()]


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


def _count(matching: QuerySet[Any], by: str) -> Coalesce:
    """A correlated count: no join, so that nothing multiplies."""
    counted = matching.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _progress() -> Case:
    started = (
        ~Q(_answer__text="")
        | ~Q(_answer__reason="")
        | Q(_answer__owner__isnull=False)
        | Q(_answer__due_date__isnull=False)
        | Q(_answer__applicability=DOES_NOT)
    )
    return Case(
        When(_answer__pk__isnull=True, then=Value(str(Progress.NOT_STARTED))),
        When(
            Q(_answer__applicability=DOES_NOT) & ~Q(_answer__reason=""),
            then=Value(str(Progress.NOT_APPLICABLE)),
        ),
        When(
            _answer__applicability=APPLIES,
            _answer__level__isnull=False,
            then=Value(str(Progress.ANSWERED)),
        ),
        When(started, then=Value(str(Progress.IN_PROGRESS))),
        default=Value(str(Progress.NOT_STARTED)),
        output_field=CharField(),
    )
