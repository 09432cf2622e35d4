"""Saying that two records are one system."""

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from models_registry.models import AISystem


def mark_duplicate(*, by: User, system: AISystem, of: AISystem, reason: str) -> AISystem:
    """Say that ``system`` is a second record of ``of``, which is the one to work with.

    Raises ``Refused`` without a reason, for the system itself, and where a chain would arise: the
    other one is a duplicate itself, or this one has duplicates.
    """
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    _need_reason(reason)
    if of.pk == system.pk:
        raise Refused(
            _("A system cannot be a duplicate of itself. Name the other one."),
            code="duplicate-self",
            field="of",
        )
    with action("models_registry.system.marked-duplicate", by=by, reason=reason) as act:
        _lock(system, of)
        system.refresh_from_db()
        of.refresh_from_db()
        _refuse_chain(system, of)
        system.duplicate_of = of
        act.save(system)
    return system


def unmark_duplicate(*, by: User, system: AISystem, reason: str) -> AISystem:
    """Say that ``system`` is one of its own after all. Raises ``Refused``."""
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    _need_reason(reason)
    with action("models_registry.system.unmarked-duplicate", by=by, reason=reason) as act:
        system.refresh_from_db()
        if system.duplicate_of_id is None:
            raise Refused(
                _("This system is not marked as a duplicate."), code="no-duplicate", status=409
            )
        system.duplicate_of = None
        act.save(system)
    return system


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."), code="reason", field="reason")


def _lock(*systems: AISystem) -> None:
    """Lock the rows in the order of their numbers, so that two people never wait in a circle."""
    rows = AISystem._base_manager.select_for_update().order_by("pk")
    list(rows.filter(pk__in=[s.pk for s in systems]).values_list("pk", flat=True))


def _refuse_chain(system: AISystem, of: AISystem) -> None:
    if of.duplicate_of_id is not None:
        raise Refused(
            _("%(other)s is marked as a duplicate itself. Name the system that is kept.")
            % {"other": of.reference},
            code="duplicate-chain",
            field="of",
        )
    if AISystem._base_manager.filter(duplicate_of=system).exists():
        raise Refused(
            _("Other systems are marked as duplicates of this one. Take those marks away first."),
            code="duplicate-chain",
        )
