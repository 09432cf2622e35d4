"""Who may do what, where."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Subquery

from accounts.models import ApiToken, Membership, Unit, User, units_where
from accounts.permissions import Permission
from accounts.roles import PERMISSIONS, Role

__all__ = [
    "can",
    "can_anywhere",
    "colleagues",
    "memberships_of",
    "permissions_in",
    "tokens_of",
    "units_where",
]


def can(user: Any, permission: Permission, unit: Unit | int) -> bool:
    """Whether ``user`` holds ``permission`` in ``unit``."""
    pk = unit if isinstance(unit, int) else unit.pk
    return units_where(user, permission).filter(pk=pk).exists()


def can_anywhere(user: Any, permission: Permission) -> bool:
    """Whether ``user`` holds ``permission`` in any unit."""
    return units_where(user, permission).exists()


def permissions_in(user: Any, unit: int) -> frozenset[Permission]:
    """Everything that ``user`` may do in ``unit``: one query for pages that ask several times."""
    if getattr(user, "is_service", False):
        return frozenset(Permission)
    if not getattr(user, "is_active", False):
        return frozenset()
    path = Unit._default_manager.filter(pk=unit).values("path")[:1]
    held = (
        Membership.objects.current()
        .filter(user_id=user.pk)
        .annotate(below=Subquery(path, output_field=CharField()))
        .filter(below__startswith=F("unit__path"))
    )
    found: set[Permission] = set()
    for role in held.order_by().values_list("role", flat=True):
        found |= PERMISSIONS[Role(role)]
    scopes = getattr(user, "token_scopes", None)
    return frozenset(found if scopes is None else {p for p in found if p in scopes})


def memberships_of(user: User) -> QuerySet[Membership]:
    """The current roles of ``user``, with their units."""
    return Membership.objects.current().filter(user=user).select_related("unit")


def colleagues(user: User) -> QuerySet[User]:
    """Active people who hold a role in a unit that ``user`` may see."""
    units = units_where(user, Permission.RECORD_VIEW)
    members = Membership.objects.current().filter(unit__in=units.order_by().values("pk"))
    found: QuerySet[User] = User.objects.filter(
        is_active=True, pk__in=members.order_by().values("user_id")
    )
    return found


def tokens_of(user: User, at: datetime) -> QuerySet[ApiToken]:
    """The tokens of ``user`` that have not expired at ``at``."""
    tokens: QuerySet[ApiToken] = ApiToken.objects.filter(user=user)
    return tokens.exclude(expiry__lte=at)
