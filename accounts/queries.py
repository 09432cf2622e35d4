"""Who may do what, where."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import ApiToken, Membership, Unit, User, units_where
from accounts.permissions import Permission

__all__ = ["can", "can_anywhere", "colleagues", "memberships_of", "tokens_of", "units_where"]


def can(user: Any, permission: Permission, unit: Unit | int) -> bool:
    """Whether ``user`` holds ``permission`` in ``unit``."""
    pk = unit if isinstance(unit, int) else unit.pk
    return units_where(user, permission).filter(pk=pk).exists()


def can_anywhere(user: Any, permission: Permission) -> bool:
    """Whether ``user`` holds ``permission`` in any unit."""
    return units_where(user, permission).exists()


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
