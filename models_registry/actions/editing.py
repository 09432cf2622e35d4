"""What the actions of the registry share: owners, merges and steps of a state table."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can
from ledger.actions import action
from ledger.errors import Refused
from ledger.merge import Merge, merge_fields
from ledger.models import Record
from ledger.transitions import NoTransition, Transition, step

R = TypeVar("R", bound=Record)


def check_owner(owner: User, unit: Unit, field: str = "owner") -> User:
    """``owner`` if that person may see records of ``unit``; ``field`` names his part.

    Raises ``Refused``.
    """
    if not owner.is_active or not can(owner, Permission.RECORD_VIEW, unit):
        raise Refused(
            _("%(person)s has no role in %(unit)s. Choose somebody who has one.")
            % {"person": owner, "unit": unit},
            code="owner",
            field=field,
        )
    return owner


def locked(record: R) -> R:
    """``record`` as stored now, locked until the end of the running transaction."""
    found: R = type(record)._base_manager.select_for_update().get(pk=record.pk)
    return found


def save_merged(
    record: Record,
    *,
    by: User,
    event: str,
    editable: Iterable[str],
    base: Mapping[str, Any],
    values: Mapping[str, Any],
    check: Callable[[Any], None] | None = None,
) -> Merge:
    """Merge ``values`` into the stored ``record``, field by field, and save if nothing clashes.

    ``base`` holds the values that the person saw. With a clash nothing is stored and the merge
    tells both texts; ``record`` then holds what is stored. ``check`` sees the merged record before
    it is stored and may raise ``Refused``.
    """
    known = frozenset(editable)
    unknown = set(values) - known
    if unknown:
        raise Refused(
            _("These fields cannot be changed: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            code="not-editable",
        )
    with action(event, by=by) as act:
        record.refresh_from_db()
        stored = {name: getattr(record, name) for name in known}
        merge = merge_fields(base, values, stored)
        if merge.changed and not merge.clashes:
            for name in merge.changed:
                setattr(record, name, merge.final[name])
            if check is not None:
                check(record)
            act.save(record)
    return merge


def take_step(
    table: tuple[Transition, ...], state: str, verb: str, *, by: User, unit: Unit, reason: str
) -> str:
    """The state that ``verb`` leads to.

    Raises ``PermissionDenied``, or ``Refused`` when the step does not exist or lacks a reason.
    """
    try:
        found = step(table, state, verb)
    except NoTransition as error:
        raise Refused(
            _("This is not possible in the present state. Load the page again."),
            code="state",
            status=409,
        ) from error
    require(by, Permission(found.permission), unit)
    if found.needs_reason and not reason.strip():
        raise Refused(_("Say why."), code="reason", field="reason")
    return found.target
