"""Reading corrective actions."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can, units_where
from evaluations.models import CheckRun
from incidents.models import ActionNotice, CorrectiveAction, Incident
from ledger.models import Record

# Who holds one of these in the unit may open and verify actions.
WORKING = (Permission.INCIDENT_EDIT, Permission.RISK_EDIT)
VERIFYING = (*WORKING, Permission.INCIDENT_REVIEW)
# Days before (positive) and after (negative) the due day at which the owner is reminded.
POINTS = (("soon", 3), ("due", 0), ("late", -7))
_WITH = ("unit", "incident", "owner", "opened_by", "ready_by", "closed_by", "checked_model",
         "closing_run")  # fmt: skip


def corrective_actions(by: Any) -> QuerySet[Any]:
    """Every action that ``by`` may see, with what a line shows."""
    found: QuerySet[Any] = CorrectiveAction.objects.all().visible_to(by)
    return found.select_related(*_WITH)


def actions_of(incident: Incident) -> QuerySet[Any]:
    """The actions of an incident, due first."""
    found: QuerySet[Any] = CorrectiveAction.objects.filter(incident=incident)
    return found.select_related(*_WITH)


def actions_about(key: str, by: Any) -> QuerySet[Any]:
    """The actions about another record by its ledger key, such as ``risks.risk:7``."""
    return corrective_actions(by).filter(subject=key)


def mine_to_do(user: Any) -> QuerySet[Any]:
    """What ``user`` owns and is not done, due first."""
    rows = corrective_actions(user).filter(owner=user, state=CorrectiveAction.State.OPEN)
    return rows.order_by("due_on", "pk")


def mine_to_verify(user: Any) -> QuerySet[Any]:
    """What somebody else says is done and ``user`` may verify, oldest first."""
    units = Unit.objects.none()
    for permission in VERIFYING:
        units = units | units_where(user, permission)
    rows = corrective_actions(user).filter(
        state=CorrectiveAction.State.READY, unit__in=units.order_by().values("pk")
    )
    return rows.exclude(owner=user).exclude(ready_by=user).order_by("ready_at", "pk")


def may_any(user: Any, permissions: tuple[Permission, ...], unit_id: int) -> bool:
    """Whether ``user`` holds one of ``permissions`` in the unit."""
    return any(can(user, permission, unit_id) for permission in permissions)


def may_verify(user: Any, one: CorrectiveAction) -> bool:
    """A second person: neither the owner nor who said that it is done."""
    second = user.pk not in (one.owner_id, one.ready_by_id)
    return second and may_any(user, VERIFYING, one.unit_id)


def record_named(key: str, by: Any) -> Record | None:
    """The governed record of a ledger key such as ``risks.risk:7``, if ``by`` may see it.

    Packages above hand their records over by key, so that nothing here imports them.
    """
    kind, _colon, pk = key.partition(":")
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return None
    if not issubclass(model, Record) or not (pk.isascii() and pk.isdigit() and len(pk) < 16):
        return None
    rows: Any = model._default_manager.all()
    if not hasattr(rows, "visible_to"):
        return None
    found: Record | None = rows.visible_to(by).filter(pk=int(pk)).first()
    return found


def proving_run(one: CorrectiveAction) -> CheckRun | None:
    """The newest finished run of the verifying check since it was said to be done."""
    if not one.check_name or one.ready_at is None or one.checked_model_id is None:
        return None
    found: CheckRun | None = (
        CheckRun.objects.filter(
            check_name=one.check_name,
            model_version__model=one.checked_model_id,
            finished_at__isnull=False,
            created_at__gte=one.ready_at,
        )
        .order_by("-finished_at", "-pk")
        .first()
    )
    return found


def waiting_for_a_check() -> QuerySet[Any]:
    """Actions that a passing run may close."""
    rows: QuerySet[Any] = CorrectiveAction.objects.filter(state=CorrectiveAction.State.READY)
    return rows.exclude(check_name="").select_related(*_WITH).order_by("pk")


def to_remind(day: dt.date) -> QuerySet[Any]:
    """Open actions whose first reminder is due, however late that is."""
    horizon = day + dt.timedelta(days=max(days for _point, days in POINTS))
    rows: QuerySet[Any] = CorrectiveAction.objects.filter(
        state=CorrectiveAction.State.OPEN, due_on__lte=horizon
    )
    return rows.select_related("owner", "opened_by", "unit", "incident").order_by("due_on", "pk")


def point_on(one: CorrectiveAction, day: dt.date) -> str:
    """The latest point that ``day`` has reached; a missed run skips to it and loses nothing."""
    left = (one.due_on - day).days
    reached = [point for point, days in POINTS if left <= days]
    return reached[-1] if reached else ""


def notices_for(user: User) -> QuerySet[Any]:
    """What reminders tell ``user`` and he has not put away, newest first."""
    rows: QuerySet[Any] = ActionNotice.objects.all().visible_to(user)
    return rows.filter(person=user, seen_at=None).select_related("corrective__incident")
