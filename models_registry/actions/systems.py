"""Writes about AI systems."""

from collections.abc import Mapping
from typing import Any

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.merge import Merge
from models_registry import states
from models_registry.actions.editing import check_owner, save_merged, take_step
from models_registry.models import AISystem

SYSTEM_FIELDS = (
    "name",
    "purpose",
    "people_affected",
    "decision_role",
    "tier",
    "tier_reason",
    "owner",
)


def register_system(
    *,
    by: User,
    unit: Unit,
    name: str,
    purpose: str,
    decision_role: str,
    people_affected: str = "",
    tier: int | None = None,
    tier_reason: str = "",
    owner: User | None = None,
) -> AISystem:
    """A new AI system in ``unit``, owned by ``owner`` or whoever registers it.

    Raises ``Refused`` for a name that the unit uses already, a tier without a reason, or an owner
    without a role in the unit.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    system = AISystem(
        unit=unit,
        name=" ".join(name.split()),
        purpose=purpose,
        people_affected=people_affected,
        decision_role=decision_role,
        tier=tier,
        tier_reason=tier_reason,
        owner=check_owner(owner or by, unit),
    )
    with action("models_registry.system.registered", by=by) as act:
        act.save(system)
    return system


def edit_system(
    *, by: User, system: AISystem, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    """Change fields of ``system`` named in ``SYSTEM_FIELDS``, merged with what others saved.

    See ``editing.save_merged``. A ``Merge`` with clashes means that nothing was stored.
    """
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    if values.get("owner") not in (None, base.get("owner")):
        check_owner(values["owner"], system.unit)
    return save_merged(
        system,
        by=by,
        event="models_registry.system.edited",
        editable=SYSTEM_FIELDS,
        base=base,
        values=values,
    )


def move_system(*, by: User, system: AISystem, verb: str, reason: str = "") -> AISystem:
    """Take ``system`` one step through ``states.SYSTEM``."""
    system.state = take_step(
        states.SYSTEM, system.state, verb, by=by, unit=system.unit, reason=reason
    )
    with action(f"models_registry.system.{_PAST[verb]}", by=by, reason=reason) as act:
        act.save(system)
    return system


_PAST = {"put_into_use": "put-into-use", "retire": "retired", "propose_again": "proposed-again"}
