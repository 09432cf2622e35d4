"""What can be commented on: questions of assessments, evidence, risks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from frameworks.identifiers import slug
from governance.assessments.models import Assessment, Evidence
from governance.assessments.queries import row_for
from governance.risks.models import Risk
from ledger.errors import Refused
from ledger.models import Record


@dataclass(frozen=True)
class Subject:
    """A record, or a piece of one, that is talked about."""

    record: Any
    part: str = ""

    @property
    def key(self) -> str:
        """Of the record, in the ledger."""
        found: str = self.record.key
        return found

    @property
    def is_open(self) -> bool:
        """Whether anything may still be said."""
        return _PLACES[self.record.kind()].is_open(self.record)

    @property
    def url(self) -> str:
        """Where it is read."""
        return url_of(self.key, self.part)

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.part} · {self.record}" if self.part else str(self.record)


@dataclass(frozen=True)
class _Place:
    rows: Callable[[], QuerySet[Any]]
    is_open: Callable[[Any], bool]
    url: Callable[[int, str], str]
    part: Callable[[Any, str], str] = lambda record, part: ""


_PLACES: dict[str, _Place] = {
    "assessments.assessment": _Place(
        lambda: Assessment.objects.select_related("unit"),
        lambda record: not record.is_signed,
        lambda pk, part: (
            reverse("assessments:answer-edit", args=[pk, slug(part)])
            if part
            else reverse("assessments:assessment-detail", args=[pk])
        ),
        lambda record, part: getattr(row_for(record, part), "key", "") if part else "",
    ),
    "assessments.evidence": _Place(
        lambda: Evidence.objects.select_related("unit"),
        lambda record: True,
        lambda pk, part: reverse("assessments:evidence-detail", args=[pk]),
    ),
    "risks.risk": _Place(
        lambda: Risk.objects.select_related("unit"),
        lambda record: bool(record.state == Risk.State.OPEN),
        lambda pk, part: reverse("risks:risk-detail", args=[pk]),
    ),
}


def find(user: Any, subject: str, part: str = "") -> Subject:
    """What ``subject`` and ``part`` name. Raises Refused (404) for what ``user`` may not see."""
    kind, _colon, number = subject.partition(":")
    place = _PLACES.get(kind)
    try:
        if place is None or not number.isdecimal() or len(number) > 18:
            raise ObjectDoesNotExist
        record: Record = place.rows().visible_to(user).get(pk=int(number))  # type: ignore[attr-defined]
        known = place.part(record, part)
        if part and not known:
            raise ObjectDoesNotExist
    except ObjectDoesNotExist as error:
        raise Refused(_("There is no such record."), code="subject", status=404) from error
    return Subject(record, known)


def url_of(subject: str, part: str) -> str:
    """The page of what a comment or a notice is about."""
    kind, _colon, number = subject.partition(":")
    return _PLACES[kind].url(int(number), part)
