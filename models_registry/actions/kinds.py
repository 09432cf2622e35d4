"""The kinds of record that can be changed in numbers, each with its actions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry import states
from models_registry.actions.many import Kind
from models_registry.actions.models import MODEL_FIELDS, check_model, edit_model
from models_registry.actions.systems import (
    SYSTEM_FIELDS,
    check_system,
    edit_system,
    move_system,
    register_system,
)
from models_registry.models import AISystem, Model


def _check_system(system: AISystem) -> None:
    if system.tier is not None and not system.tier_reason.strip():
        raise Refused(
            _("Say why the system belongs to that tier."), code="reason", field="tier_reason"
        )
    check_system(system)


def _edit_system(
    by: User, system: AISystem, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    return edit_system(by=by, system=system, base=base, values=values)


def _edit_model(
    by: User, model: Model, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    return edit_model(by=by, model=model, base=base, values=values)


def _move_system(by: User, system: AISystem, verb: str, reason: str) -> AISystem:
    return move_system(by=by, system=system, verb=verb, reason=reason)


SYSTEMS = Kind(
    name="system",
    model=AISystem,
    fields=SYSTEM_FIELDS,
    people=("owner", "accountable"),
    reasons={"tier": "tier_reason", "eu_class": "eu_class_reason"},
    check=_check_system,
    edit=_edit_system,
    add=register_system,
    move=_move_system,
    steps=states.SYSTEM,
    unique="name",
)
MODELS = Kind(
    name="model",
    model=Model,
    fields=MODEL_FIELDS,
    people=("owner", "developer", "validator", "approver"),
    reasons={"determination": "determination_reason"},
    check=check_model,
    edit=_edit_model,
)
KINDS = {kind.name: kind for kind in (SYSTEMS, MODELS)}
