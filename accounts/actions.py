"""Every write about people, units, roles and tokens."""

import datetime as dt
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, Membership, Unit, User
from accounts.permissions import Permission
from accounts.queries import can, can_anywhere
from accounts.roles import Role
from ledger.actions import action
from ledger.errors import Refused


def require(by: Any, permission: Permission, unit: Unit | int) -> None:
    """Raise ``PermissionDenied`` unless ``by`` holds ``permission`` in ``unit``."""
    if not can(by, permission, unit):
        raise PermissionDenied(
            _("Your roles do not include “%(permission)s” here.") % {"permission": permission}
        )


def require_anywhere(by: Any, permission: Permission) -> None:
    """Raise ``PermissionDenied`` unless ``by`` holds ``permission`` in some unit."""
    if not can_anywhere(by, permission):
        raise PermissionDenied(
            _("Your roles do not include “%(permission)s”.") % {"permission": permission}
        )


def create_user(*, by: User, email: str, name: str, password: str | None = None) -> User:
    """A new person. Raises ``Refused`` for a taken address or a weak password."""
    require_anywhere(by, Permission.MEMBER_MANAGE)
    user = User(email=User.objects.normalize_email(email).lower(), name=name.strip())
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    if User.objects.filter(email__iexact=user.email).exists():
        raise Refused(_("This e-mail address has an account already."), field="email")
    with action("accounts.user.created", by=by) as act:
        act.save(user)
    return user


def deactivate_user(*, by: User, user: User, reason: str) -> None:
    """Lock a person out; the records stay his."""
    require_anywhere(by, Permission.MEMBER_MANAGE)
    if user.pk == by.pk:
        raise Refused(_("You cannot deactivate yourself. Ask another administrator."))
    user.is_active = False
    with action("accounts.user.deactivated", by=by, reason=reason) as act:
        act.save(user)
        ApiToken.objects.filter(user=user).delete()


def create_unit(*, by: User, name: str, parent: Unit | None = None) -> Unit:
    """A new unit of the organisation; a top unit only by the service account."""
    if parent is not None:
        require(by, Permission.MEMBER_MANAGE, parent)
    elif not by.is_service:
        raise Refused(_("Choose the unit that the new one belongs to."), field="parent")
    unit = Unit(name=name.strip(), parent=parent)
    with action("accounts.unit.created", by=by) as act:
        act.save(unit)
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        act.save(unit, event="accounts.unit.placed")
    return unit


def grant_role(
    *, by: User, user: User, unit: Unit, role: Role, until: dt.datetime | None = None
) -> Membership:
    """Give ``user`` a role in ``unit``; a role held before is renewed.

    Raises ``Refused`` when an auditor's role has no end or the end lies in the past.
    """
    require(by, Permission.MEMBER_MANAGE, unit)
    if until is not None and until <= timezone.now():
        raise Refused(_("The end must lie in the future."), field="until")
    if role == Role.AUDITOR and until is None:
        raise Refused(_("An auditor's access needs a date on which it ends."), field="until")
    held = Membership.objects.filter(user=user, unit=unit, role=role).first()
    membership = held or Membership(user=user, unit=unit, role=role)
    membership.until = until
    with action("accounts.role.granted", by=by) as act:
        act.save(membership)
    return membership


def end_role(*, by: User, membership: Membership, reason: str = "") -> None:
    """End a role now; the row stays as history."""
    require(by, Permission.MEMBER_MANAGE, membership.unit_id)
    if membership.user_id == by.pk and membership.role == Role.ADMINISTRATOR:
        raise Refused(_("You cannot end your own administrator role. Ask another administrator."))
    membership.until = timezone.now()
    with action("accounts.role.ended", by=by, reason=reason) as act:
        act.save(membership)


def create_token(
    *, by: User, name: str, scopes: list[str], days: int | None = 90
) -> tuple[ApiToken, str]:
    """A token for ``by`` and its secret, which is shown once and never again.

    Raises ``Refused`` for an empty name, no or unknown scopes, or a life over 366 days.
    """
    if by.token_scopes is not None:
        raise PermissionDenied(_("A token cannot make another token. Log in to do that."))
    if not name.strip():
        raise Refused(_("Name the token after the program that will use it."), field="name")
    unknown = set(scopes) - {p.value for p in Permission}
    if unknown or not scopes:
        raise Refused(_("Choose at least one of the listed permissions."), field="scopes")
    if days is not None and not 1 <= days <= 366:
        raise Refused(_("Choose a life between 1 and 366 days."), field="days")
    with action("accounts.token.created", by=by) as act:
        token, secret = ApiToken.objects.create(
            user=by,
            expiry=dt.timedelta(days=days) if days else None,
            name=name.strip(),
            scopes=sorted(scopes),
        )
        act.note(f"accounts.apitoken:{token.token_key}", {"scopes": token.scopes})
    return token, secret


def revoke_token(*, by: User, token: ApiToken) -> None:
    """End a token of one's own at once."""
    if token.user_id != by.pk:
        raise PermissionDenied(_("This token is not yours."))
    with action("accounts.token.revoked", by=by) as act:
        act.note(f"accounts.apitoken:{token.token_key}", {"scopes": token.scopes})
        token.delete()


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password") from error
