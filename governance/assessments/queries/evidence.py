"""Reading evidence: what is offered for an answer, where one piece serves, custody."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from evaluations.models import CheckRun
from governance.assessments.models import Assessment, Evidence, EvidenceLink, Review
from governance.assessments.queries.answers import as_of
from incidents.models import Incident
from models_registry.models import AISystem, CardRevision, ModelVersion

SOON = dt.timedelta(days=30)
# Records that can be evidence, by the name that the ledger has for their kind.
RECORDS: dict[str, Any] = {
    model.kind(): model for model in (AISystem, ModelVersion, CardRevision, CheckRun, Incident)
}


def evidence_for_list(user: Any) -> QuerySet[Evidence]:
    """What ``user`` may see, each with ``standing`` and how many answers it serves."""
    today = timezone.now().date()
    accepted = EvidenceLink.objects.filter(
        evidence=OuterRef("pk"), verdict=EvidenceLink.Verdict.ACCEPTED
    )
    found: QuerySet[Evidence] = (
        Evidence.objects.select_related("unit", "collected_by", "file")
        .visible_to(user)
        .annotate(
            standing=standing(today),
            uses=Count("links", distinct=True),
            is_accepted=Exists(accepted),
        )
    )
    return found


def standing(day: dt.date) -> Case:
    """``withdrawn``, ``expired``, ``expiring`` (within 30 days) or ``current`` on ``day``."""
    return Case(
        When(withdrawn_on__lte=day, then=Value("withdrawn")),
        When(expires_on__lt=day, then=Value("expired")),
        When(expires_on__lte=day + SOON, then=Value("expiring")),
        default=Value("current"),
        output_field=CharField(),
    )


def links_of(assessment: Assessment, answer_ids: Iterable[int]) -> list[Any]:
    """The evidence offered for these answers, each with ``standing`` as of the assessment."""
    day = as_of(assessment)
    links = EvidenceLink.objects.filter(answer__in=list(answer_ids)).select_related(
        "evidence__file", "evidence__collected_by", "linked_by", "decided_by", "answer"
    )
    found = list(links.order_by("answer_id", "pk"))
    for link in found:
        link.standing = standing_of(link.evidence, day)
        link.counts = link.standing == "current" and link.verdict == EvidenceLink.Verdict.ACCEPTED
    return found


def standing_of(evidence: Evidence, day: dt.date) -> str:
    """The same as ``standing`` for one piece; evidence that expires soon is still current."""
    if evidence.withdrawn_on and evidence.withdrawn_on <= day:
        return "withdrawn"
    if evidence.expires_on and evidence.expires_on < day:
        return "expired"
    return "current"


def reviews_of(answer_id: int | None) -> list[Review]:
    """The verdicts on an answer, newest first, with names."""
    if answer_id is None:
        return []
    return list(Review.objects.filter(answer=answer_id).select_related("reviewer")[:10])


def uses_of(user: Any, evidence: Evidence) -> QuerySet[EvidenceLink]:
    """The answers that a piece of evidence serves, as far as ``user`` may see them."""
    found: QuerySet[EvidenceLink] = (
        EvidenceLink.objects.visible_to(user)
        .filter(evidence=evidence)
        .select_related("answer__assessment", "answer__node", "linked_by", "decided_by")
    )
    return found


def linkable(user: Any, assessment: Assessment, answer_id: int | None) -> QuerySet[Evidence]:
    """Evidence in force that ``user`` may see and that the answer does not have yet."""
    found: QuerySet[Evidence] = (
        Evidence.objects.visible_to(user)
        .filter(unit_id=assessment.unit_id)
        .standing(timezone.now().date())
        .exclude(links__answer=answer_id or 0)
    )
    return found.order_by("-pk")


def custody_of(evidence: Evidence) -> str:
    """Why a file was handled, as the custody names it; the same bytes may serve other units."""
    return f"evidence {evidence.pk}"


def custody(evidence: Evidence) -> list[Any]:
    """Who received and who took the file, oldest first."""
    if evidence.file is None:
        return []
    entries = evidence.file.custody.filter(why=custody_of(evidence))
    return list(entries.select_related("by")[:40])


def record_of(user: User, key: str) -> Any | None:
    """The record with this ledger key, if there is one that ``user`` may see."""
    kind, _colon, pk = key.partition(":")
    model = RECORDS.get(kind)
    if model is None or not pk.isdecimal() or len(pk) > 18:
        return None
    return model.objects.all().visible_to(user).filter(pk=pk).first()


Narrow = Callable[[Any], Any]
NARROW: dict[str, Narrow] = {
    "expiring": lambda rows: rows.filter(standing="expiring"),
    "expired": lambda rows: rows.filter(standing="expired"),
    "current": lambda rows: rows.filter(standing__in=("current", "expiring")),
    "withdrawn": lambda rows: rows.filter(standing="withdrawn"),
    "unaccepted": lambda rows: rows.filter(is_accepted=False),
    "unused": lambda rows: rows.filter(uses=0),
    "no_expiry": lambda rows: rows.filter(expires_on=None),
}
