"""Reading risks: each with its standing, the cells of the heat map, what is done."""

import json
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

from accounts.models import Unit
from frameworks.queries import current_version
from governance.risks.models import (
    RATINGS,
    Acceptance,
    Risk,
    RiskMatrix,
    RiskSheet,
    standard_matrix,
)
from incidents.models import Incident
from ledger.models import Event, Op


@dataclass(frozen=True)
class HeatCell:
    """One field of the heat map: how many open risks there are."""

    likelihood: int
    impact: int
    count: int


@dataclass(frozen=True)
class HeatMap:
    """The open risks that one matrix rates, most likely first and from least to most impact."""

    matrix: RiskMatrix
    cells: list[HeatCell]


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
        .select_related("unit", "system", "owner", "matrix")
        .annotate(
            incident_seen=Case(When(incident__in=shown, then=F("incident_id"))),
            likelihood=Coalesce("residual_likelihood", "inherent_likelihood"),
            impact=Coalesce("residual_impact", "inherent_impact"),
        )
        .annotate(score=F("likelihood") * F("impact"))
        .annotate(
            band_name=_level(),
            standing=_standing(today),
            measures=Count("treatments"),
            measures_left=Count("treatments", filter=Q(treatments__done_on=None)),
        )
    )
    return found


def heat(rows: QuerySet[Any]) -> list[HeatMap]:
    """How many open risks stand in each field, one map for each matrix that rates them.

    Two queries. Without any risk, the standard matrix with nothing in it.
    """
    counted = (
        rows.filter(state=Risk.State.OPEN)
        .order_by()
        .values_list("matrix_id", "likelihood", "impact")
        .annotate(n=Count("pk", distinct=True))
    )
    numbers = {(pk, y, x): n for pk, y, x, n in counted}
    used = {pk for pk, _y, _x in numbers}
    known = RiskMatrix.objects.select_related("unit").filter(pk__in=used - {None})
    found = list(known.order_by("unit__path", "-pk")) if used - {None} else []
    if None in used or not found:
        found.append(standard_matrix())
    return [HeatMap(matrix, _cells(matrix, numbers)) for matrix in found]


def empty_map(matrix: RiskMatrix) -> HeatMap:
    """The fields of a matrix with nothing in them."""
    return HeatMap(matrix, _cells(matrix, {}))


def _cells(matrix: RiskMatrix, numbers: dict[tuple[int | None, int, int], int]) -> list[HeatCell]:
    steps = range(1, len(matrix.impacts) + 1)
    return [
        HeatCell(y, x, numbers.get((matrix.pk, y, x), 0))
        for y in range(len(matrix.likelihoods), 0, -1)
        for x in steps
    ]


def matrix_for(unit: Unit) -> RiskMatrix | None:
    """The one that the unit, or the nearest unit above it, set last; None for the standard one."""
    above = [int(pk) for pk in (unit.path or "").split("/") if pk]
    found: RiskMatrix | None = (
        RiskMatrix.objects.filter(unit__in=above).order_by("-unit__path", "-pk").first()
    )
    return found


def matrices(user: Any) -> QuerySet[Any]:
    """Those that hold or held for what ``user`` may see, with ``rated``: open risks of each."""
    found: QuerySet[Any] = (
        RiskMatrix.objects.all()
        .visible_to(user)
        .select_related("unit", "set_by")
        .annotate(
            rated=Count("risks", filter=Q(risks__state=Risk.State.OPEN)),
            replaced=Exists(
                RiskMatrix.objects.filter(unit=OuterRef("unit"), pk__gt=OuterRef("pk"))
            ),
        )
    )
    return found


def sheets(user: Any) -> QuerySet[Any]:
    """Tables of risks of the units that ``user`` may see."""
    found: QuerySet[Any] = (
        RiskSheet.objects.all()
        .visible_to(user)
        .select_related("unit", "file", "uploaded_by", "closed_by")
    )
    return found


def raters(risk: Risk) -> set[str]:
    """Who rated the risk since it was last accepted, as the ledger names them; two queries."""
    last = risk.acceptances.order_by("-pk").first()
    since = Event.objects.filter(subject=last.key, op=Op.INSERT).first() if last else None
    written = Event.objects.filter(subject=risk.key, pk__gt=since.pk if since else 0)
    rating = {*RATINGS, "matrix_id"}
    return {
        actor
        for actor, body in written.values_list("actor", "body")
        if rating & set(json.loads(body).get("new", {}))
    }


def valid_acceptance(risk: Risk) -> Acceptance | None:
    """The acceptance that holds today for the risk as it is rated now."""
    likelihood, impact = risk.now
    return _holding(timezone.localdate()).filter(
        risk=risk, likelihood=likelihood, impact=impact, matrix=risk.matrix_id
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
    # No matrix is the standard one; NULL equals nothing in SQL.
    mine = Acceptance.objects.annotate(by_matrix=Coalesce("matrix", 0)).filter(
        risk=OuterRef("pk"),
        likelihood=OuterRef("likelihood"),
        impact=OuterRef("impact"),
        by_matrix=Coalesce(OuterRef("matrix"), 0),
    )
    return Case(
        When(state=Risk.State.CLOSED, then=Value("closed")),
        When(Exists(mine.filter(expires_on__gte=today, withdrawn_on=None)), then=Value("accepted")),
        When(Exists(Acceptance.objects.filter(risk=OuterRef("pk"))), then=Value("expired")),
        default=Value("open"),
        output_field=CharField(),
    )


def _level() -> Case:
    standard = standard_matrix()
    return Case(
        *(
            When(
                score__gte=Coalesce(f"matrix__{name}_from", least) if least > 1 else 1,
                then=Value(name),
            )
            for least, name in standard.bounds
        ),
        output_field=CharField(),
    )
