"""Reading comments and notices, and finding what somebody must be reminded of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Membership, Unit, User
from accounts.permissions import Permission
from accounts.roles import roles_with
from governance.assessments.models import Answer, Assessment
from governance.assessments.queries.work import unfinished
from governance.assessments.states import DRAFT
from governance.comments.mentions import people_in
from governance.comments.models import Comment, Notice
from governance.risks.models import Risk, Treatment

SOON = dt.timedelta(days=3)


@dataclass(frozen=True)
class Duty:
    """Something that somebody owes on a day."""

    subject: str
    part: str
    unit_id: int
    person: User
    title: str
    due_date: dt.date
    notice_kind: str


def comments(user: Any) -> QuerySet[Any]:
    """Those that ``user`` may see, the newest first."""
    found: QuerySet[Any] = Comment.objects.all().visible_to(user).select_related("author", "unit")
    return found.order_by("-pk")


def comments_on(user: Any, subject: str, part: str) -> list[Comment]:
    """What was said about a record, in order; one query."""
    return list(comments(user).filter(subject=subject, part=part).order_by("pk"))


def names_in(texts: Iterable[str]) -> dict[int, str]:
    """Names of people who are named in stored texts, by their number; at most one query."""
    wanted = people_in(texts)
    if not wanted:
        return {}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


def readers(unit: Unit) -> QuerySet[User]:
    """Active people who may see the records of ``unit``."""
    held = (
        Membership.objects.current()
        .filter(role__in=roles_with(Permission.RECORD_VIEW))
        .annotate(below=Value(unit.path, output_field=CharField()))
        .filter(below__startswith=F("unit__path"))
    )
    found: QuerySet[User] = User.objects.filter(
        is_active=True, pk__in=held.order_by().values("user_id")
    )
    return found.order_by("name", "pk")


def notices(user: Any) -> QuerySet[Any]:
    """What ``user`` is told, the newest first; not of comments that were withdrawn."""
    found: QuerySet[Any] = Notice.objects.all().visible_to(user)
    return (
        found.exclude(comment__withdrawn_at__isnull=False)
        .select_related("comment__author")
        .order_by("-pk")
    )


def waiting_notices(user: Any) -> QuerySet[Any]:
    """Those that were not put away."""
    return notices(user).filter(seen_at=None)


def duties_to_tell(today: dt.date, most: int) -> list[Duty]:
    """What is due within three days or overdue and whose owner was not told yet.

    Answers that are not finished, draft assessments and open measures; at most ``most`` of each
    and of both kinds, in six queries.
    """
    found: list[Duty] = []
    for kind, more in (
        (Notice.Kind.OVERDUE, {"due_date__lt": today}),
        (Notice.Kind.DUE_SOON, {"due_date__gte": today, "due_date__lte": today + SOON}),
    ):
        found += [_of_answer(one, kind) for one in _answers(kind, more)[:most]]
        found += [_of_assessment(one, kind) for one in _assessments(kind, more)[:most]]
        found += [_of_measure(one, kind) for one in _measures(kind, more)[:most]]
    return found


def _answers(kind: str, more: dict[str, Any]) -> QuerySet[Any]:
    rows = unfinished(Answer.objects.filter(owner__is_active=True, **more))
    told = _told(kind, "assessments.assessment:", "assessment", part=OuterRef("node__key"))
    return rows.filter(~told).select_related("owner", "assessment", "node").order_by("pk")


def _assessments(kind: str, more: dict[str, Any]) -> QuerySet[Any]:
    rows = Assessment.objects.filter(state=DRAFT, owner__is_active=True, **more)
    told = _told(kind, "assessments.assessment:", "pk", part=Value(""))
    found: QuerySet[Any] = rows.filter(~told).select_related("owner").order_by("pk")
    return found


def _measures(kind: str, more: dict[str, Any]) -> QuerySet[Any]:
    rows = Treatment.objects.filter(done_on=None, risk__state=Risk.State.OPEN, **more)
    told = _told(kind, "risks.risk:", "risk", part=_numbered("measure ", "pk"))
    found: QuerySet[Any] = rows.filter(~told, owner__is_active=True)
    return found.select_related("owner", "risk").order_by("pk")


def _told(kind: str, prefix: str, number: str, *, part: Any) -> Exists:
    return Exists(
        Notice.objects.filter(
            person=OuterRef("owner"),
            notice_kind=kind,
            due_date=OuterRef("due_date"),
            subject=_numbered(prefix, number),
            part=part,
        )
    )


def _numbered(prefix: str, name: str) -> Concat:
    number = Cast(OuterRef(name), output_field=CharField())
    return Concat(Value(prefix), number, output_field=CharField())


def _of_answer(one: Any, kind: str) -> Duty:
    title = f"{one.node.key} · {one.assessment}"
    return Duty(
        one.assessment.key, one.node.key, one.assessment.unit_id, one.owner, title, one.due_date,
        kind,
    )  # fmt: skip


def _of_assessment(one: Any, kind: str) -> Duty:
    return Duty(one.key, "", one.unit_id, one.owner, str(one), one.due_date, kind)


def _of_measure(one: Any, kind: str) -> Duty:
    title = f"{one.title} · {one.risk}"
    part = f"measure {one.pk}"
    return Duty(one.risk.key, part, one.risk.unit_id, one.owner, title, one.due_date, kind)
