"""Reading risks: each with its standing, the cells of the heat map, what is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from frameworks.queries import current_version
from governance.risks.models import BANDS, STEPS, Acceptance, Risk
from incidents.models import Incident


@dataclass(frozen=True)
class HeatCell:
    """One field of the heat map: how many open risks there are."""

    likelihood: int
    impact: int
    count: int


def risks(user: Any) -> QuerySet[Any]:
    """What ``user`` may see, each as it stands today.

    With ``likelihood``, ``impact``, ``score`` and ``band_name`` as they are now, ``standing``
    (open, accepted, expired, closed), ``incident_seen`` (its incident, unless that is private),
    and counts of measures.
    """
    today = timezone.localdate()
    shown = Incident.objects.all().visible_to(user).order_by().values("pk")
    found: QuerySet[Any] = (
        Risk.objects.all()
        .visible_to(user)
        .select_related("unit", "system", "owner")
        .annotate(
            incident_seen=Case(When(incident__in=shown, then=F("incident_id"))),
            likelihood=Coalesce("residual_likelihood", "inherent_likelihood"),
            impact=Coalesce("residual_impact", "inherent_impact"),
        )
        .annotate(score=F("likelihood") * F("impact"))
        .annotate(
            band_name=Case(
                *(When(score__gte=least, then=Value(name)) for least, name in BANDS),
                output_field=CharField(),
            ),
            standing=_standing(today),
            measures=Count("treatments"),
            measures_left=Count("treatments", filter=Q(treatments__done_on=None)),
        )
    )
    return found


def heat(rows: QuerySet[Any]) -> list[HeatCell]:
    """How many open risks stand in each field, those without any too; one query."""
    counted = (
        rows.filter(state=Risk.State.OPEN)
        .order_by()
        .values_list("likelihood", "impact")
        .annotate(n=Count("pk", distinct=True))
    )
    found = {(likelihood, impact): n for likelihood, impact, n in counted}
    steps = range(1, STEPS + 1)
    return [HeatCell(y, x, found.get((y, x), 0)) for y in reversed(steps) for x in steps]


def valid_acceptance(risk: Risk) -> Acceptance | None:
    """The acceptance that holds today for the risk as it is rated now."""
    likelihood, impact = risk.now
    return _holding(timezone.localdate()).filter(
        risk=risk, likelihood=likelihood, impact=impact
    ).select_related("accepted_by").first()  # fmt: skip


def incidents_for(user: Any) -> QuerySet[Any]:
    """Incidents that ``user`` may link: private ones only where he is admitted."""
    found: QuerySet[Any] = Incident.objects.all().visible_to(user).order_by("-pk")
    return found


def unknown_subcategories(keys: Iterable[str]) -> list[str]:
    """Those that the AI RMF does not have."""
    wanted = list(keys)
    nodes = current_version().nodes.filter(key__in=wanted, assessable=True)
    known = set(nodes.values_list("key", flat=True))
    return [key for key in wanted if key not in known]


def _holding(today: Any) -> QuerySet[Acceptance]:
    found: QuerySet[Acceptance] = Acceptance.objects.filter(
        expires_on__gte=today, withdrawn_on=None
    )
    return found


def _standing(today: Any) -> Case:
    mine = Acceptance.objects.filter(
        risk=OuterRef("pk"), likelihood=OuterRef("likelihood"), impact=OuterRef("impact")
    )
    return Case(
        When(state=Risk.State.CLOSED, then=Value("closed")),
        When(Exists(mine.filter(expires_on__gte=today, withdrawn_on=None)), then=Value("accepted")),
        When(Exists(Acceptance.objects.filter(risk=OuterRef("pk"))), then=Value("expired")),
        default=Value("open"),
        output_field=CharField(),
    )
