"""Writes about models and about the use of a model in a system."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry.actions.editing import check_owner, locked, save_merged
from models_registry.models import AISystem, Deployment, Model, ModelUse

MODEL_FIELDS = (
    "name",
    "model_type",
    "description",
    "vendor",
    "determination",
    "determination_reason",
    "owner",
    "developer",
    "validator",
    "approver",
)
USE_FIELDS = ("purpose", "limits", "tier", "tier_reason")
_PEOPLE = ("owner", "developer", "validator", "approver")


def edit_model(
    *, by: User, model: Model, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    """Change fields of ``model`` named in ``MODEL_FIELDS``; see ``editing.save_merged``.

    Raises ``Refused`` for somebody without a role in the unit, a validator who is the developer,
    and a determination without a reason.
    """
    require(by, Permission.SYSTEM_EDIT, model.unit_id)
    for part in _PEOPLE:
        if values.get(part) not in (None, base.get(part)):
            check_owner(values[part], model.unit, part)
    return save_merged(
        model,
        by=by,
        event="models_registry.model.edited",
        editable=MODEL_FIELDS,
        base=base,
        values=values,
        check=check_model,
    )


def add_use(
    *, by: User, system: AISystem, model: Model, purpose: str = "", limits: str = ""
) -> ModelUse:
    """Say that ``system`` uses ``model``. Raises ``Refused`` when that is said already."""
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    with action("models_registry.use.added", by=by) as act:
        if ModelUse.objects.filter(system=system, model=model).exists():
            raise Refused(
                _("The system uses this model already. Edit that use instead."),
                code="use-exists",
                field="model",
            )
        use = ModelUse(system=system, model=model, purpose=purpose, limits=limits)
        act.save(use)
    return use


def edit_use(
    *, by: User, use: ModelUse, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    """Change fields of ``use`` named in ``USE_FIELDS``; see ``editing.save_merged``."""
    require(by, Permission.SYSTEM_EDIT, use.system.unit_id)
    return save_merged(
        use,
        by=by,
        event="models_registry.use.edited",
        editable=USE_FIELDS,
        base=base,
        values=values,
        check=_check_use,
    )


def remove_use(*, by: User, use: ModelUse, reason: str) -> None:
    """Say that the system no longer uses the model; the history of the system keeps it.

    Raises ``Refused`` without a reason, and while a version of the model serves the system.
    """
    require(by, Permission.SYSTEM_EDIT, use.system.unit_id)
    if not reason.strip():
        raise Refused(_("Say why."), code="reason", field="reason")
    system = use.system
    with action("models_registry.use.removed", by=by, reason=reason) as act:
        locked(system)
        serving = Deployment.objects.filter(
            Q(system=system) | Q(system=None), model_version__model=use.model_id, until=None
        )
        if serving.exists():
            raise Refused(
                _("A version of this model serves the system. End its deployment first."),
                code="in-service",
                status=409,
            )
        act.note(system.key, {"model": use.model.key}, unit=system.unit_id)
        act.delete(use)


def check_model(model: Model) -> None:
    """Raise ``Refused`` for a developer who validates, or a determination without a reason."""
    if model.validator_id is not None and model.validator_id == model.developer_id:
        raise Refused(
            _("Whoever develops a model cannot validate it. Name somebody else."),
            code="validator",
            field="validator",
        )
    undetermined = model.determination == Model.Determination.UNDETERMINED
    if not undetermined and not model.determination_reason.strip():
        raise Refused(
            _("Say why it is a model, or why not."), code="reason", field="determination_reason"
        )


def _check_use(use: ModelUse) -> None:
    if use.tier is not None and not use.tier_reason.strip():
        raise Refused(
            _("Say why this use belongs to that tier."), code="reason", field="tier_reason"
        )
