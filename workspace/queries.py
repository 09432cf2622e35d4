"""Reads that span several kinds of records."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import units_where
from jobs.models import Job
from ledger.models import Event


def events_visible_to(user: User) -> QuerySet[Event]:
    """Events of the units where ``user`` may read the ledger, and his own."""
    units = units_where(user, Permission.LEDGER_VIEW).order_by().values("pk")
    return Event.objects.filter(Q(unit_id__in=units) | Q(actor=f"accounts.user:{user.pk}"))


def people_by_key(keys: Iterable[str]) -> dict[str, str]:
    """Names of actors by their ledger key, in one query."""
    ids = {int(key.rpartition(":")[2]) for key in keys if key.startswith("accounts.user:")}
    return {f"accounts.user:{pk}": name for pk, name in names_of(ids)}


def names_of(ids: Iterable[int]) -> list[tuple[int, str]]:
    """Ids and names of people."""
    return list(User.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """The jobs that ``user`` asked for."""
    return Job.objects.filter(requested_by=user).select_related("requested_by")


def home_unit(user: User) -> Unit | None:
    """The topmost unit in which ``user`` may see records."""
    return units_where(user, Permission.RECORD_VIEW).order_by("path").first()


def units_for(user: User, permission: Permission) -> QuerySet[Unit]:
    """The units in which ``user`` holds ``permission``, top first."""
    return units_where(user, permission).order_by("path")


def first(queryset: QuerySet[Any], count: int) -> list[Any]:
    """The first ``count`` rows."""
    return list(queryset[:count])
