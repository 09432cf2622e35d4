"""Writes about AI systems."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry import states
from models_registry.actions.editing import check_owner, save_merged, take_step
from models_registry.intake import tiering_of
from models_registry.jurisdictions import UnknownJurisdiction, checked
from models_registry.models import AISystem

SYSTEM_FIELDS = (
    "name",
    "purpose",
    "people_affected",
    "intended_users",
    "decision_role",
    "autonomy",
    "jurisdictions",
    "eu_class",
    "eu_class_reason",
    "tier",
    "tier_reason",
    "owner",
    "accountable",
)
_AT_REGISTRATION = frozenset({*SYSTEM_FIELDS, "external_id"})


def register_system(
    *,
    by: User,
    unit: Unit,
    name: str,
    purpose: str,
    decision_role: str,
    owner: User | None = None,
    **values: Any,
) -> AISystem:
    """A new AI system in ``unit``, owned by ``owner`` or whoever registers it.

    ``values`` are other fields of ``SYSTEM_FIELDS``, or ``external_id``. Raises ``Refused`` for a
    name that the unit uses already, a tier or an EU class without a reason, an unknown
    jurisdiction, or an owner or accountable executive without a role in the unit.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    _refuse_unknown(set(values) - _AT_REGISTRATION)
    system = AISystem(
        unit=unit,
        name=" ".join(name.split()),
        purpose=purpose,
        decision_role=decision_role,
        owner=check_owner(owner or by, unit),
        **_cleaned(values, {}, unit),
    )
    check_system(system)
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
        values=_cleaned(values, base, system.unit),
        check=check_system,
    )


def move_system(*, by: User, system: AISystem, verb: str, reason: str = "") -> AISystem:
    """Take ``system`` one step through ``states.SYSTEM``."""
    system.state = take_step(
        states.SYSTEM, system.state, verb, by=by, unit=system.unit, reason=reason
    )
    with action(f"models_registry.system.{_PAST[verb]}", by=by, reason=reason) as act:
        act.save(system)
    return system


def check_system(system: AISystem) -> None:
    """Raise ``Refused`` when the EU class, or a tier other than the computed one, lacks a reason.

    The reason that the intake wrote is none: it speaks for the computed tier.
    """
    if system.eu_class and not system.eu_class_reason.strip():
        raise Refused(
            _("Say why the system belongs to that class of the EU AI Act."),
            code="reason",
            field="eu_class_reason",
        )
    if system.tier_computed is None or system.tier == system.tier_computed:
        return
    tiering = tiering_of(system.intake)
    own = system.tier_reason.strip()
    if not own or (tiering is not None and own == tiering.reason()):
        raise Refused(
            _("The intake gives tier %(tier)s. Say in your own words why another one is right.")
            % {"tier": system.tier_computed},
            code="override-reason",
            field="tier_reason",
        )


def _cleaned(values: Mapping[str, Any], base: Mapping[str, Any], unit: Unit) -> dict[str, Any]:
    found = dict(values)
    if found.get("accountable") not in (None, base.get("accountable")):
        check_owner(found["accountable"], unit, "accountable")
    if "jurisdictions" in found:
        found["jurisdictions"] = known_jurisdictions(found["jurisdictions"])
    return found


def known_jurisdictions(codes: Any) -> list[str]:
    """``codes`` as two-letter codes in capitals, each once. Raises ``Refused``."""
    try:
        return checked(codes)
    except UnknownJurisdiction as unknown:
        raise Refused(unknown.sentence(), code="jurisdiction", field="jurisdictions") from unknown


def _refuse_unknown(names: set[str]) -> None:
    if names:
        raise Refused(
            _("These fields cannot be set: %(names)s.") % {"names": ", ".join(sorted(names))},
            code="not-editable",
        )


_PAST = {"put_into_use": "put-into-use", "retire": "retired", "propose_again": "proposed-again"}
