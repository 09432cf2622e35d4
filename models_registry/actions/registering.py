"""Records that come into being without a card: models, and versions of them."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import action
from ledger.errors import Refused
from models_registry.actions.editing import check_owner, locked
from models_registry.actions.models import MODEL_FIELDS, check_model
from models_registry.actions.versions import Origin
from models_registry.models import AISystem, Model, ModelVersion
from models_registry.queries.importing import slug_of
from models_registry.schemas import BadSchema, checked_schema

_PEOPLE = ("owner", "developer", "validator", "approver")


def register_model(*, by: User, unit: Unit, name: str, **values: Any) -> Model:
    """A new model of ``unit`` without versions, owned by ``by`` if no owner is named.

    ``values`` are other fields of ``MODEL_FIELDS``, or ``external_id``. Raises ``Refused`` for a
    name that the unit uses already, or that has no letter or digit, and as ``edit_model`` does.
    """
    require(by, Permission.SYSTEM_EDIT, unit)
    unknown = set(values) - {*MODEL_FIELDS, "external_id", "slug"}
    if unknown:
        raise Refused(
            _("These fields cannot be set: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            code="not-editable",
        )
    name = " ".join(name.split())
    values["owner"] = values.get("owner") or by
    for part in _PEOPLE:
        if values.get(part) is not None:
            check_owner(values[part], unit, part)
    slug = slug_of(name)
    if not slug:
        raise Refused(_("Enter a name with letters or digits."), code="name", field="name")
    model = Model(unit=unit, name=name, **{**values, "slug": slug})
    check_model(model)
    with action("models_registry.model.registered", by=by) as act:
        act.save(model)
    return model


def register_version(*, by: User, model: Model, number: str, origin: Origin) -> ModelVersion:
    """A new draft of ``model`` without a card, which it needs before it is submitted.

    Raises ``Refused`` for a number that the model has already and a schema that is none.
    """
    require(by, Permission.VERSION_REGISTER, model.unit_id)
    check_schema(origin.io_schema)
    version = ModelVersion(
        model=model, number=" ".join(number.split()), registered_by=by, **vars(origin)
    )
    with action("models_registry.version.registered", by=by) as act:
        act.save(version)
    return version


def check_schema(schema: Any) -> None:
    """Raise ``Refused`` unless ``schema`` is an input and output schema, or empty."""
    try:
        checked_schema(schema)
    except BadSchema as error:
        raise Refused(str(error), code="io-schema", field="io_schema") from error


def link_system(*, by: User, system: AISystem, external_id: str) -> AISystem:
    """Note the id that an inventory outside gives to ``system``, which had none."""
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    with action("models_registry.system.linked", by=by) as act:
        held = locked(system)
        _refuse_linked(held.external_id)
        held.external_id = external_id
        act.save(held)
    return held


def link_model_id(*, by: User, model: Model, external_id: str) -> Model:
    """Note the id that a source outside gives to ``model``, which had none."""
    require(by, Permission.SYSTEM_EDIT, model.unit_id)
    with action("models_registry.model.linked", by=by) as act:
        held = locked(model)
        _refuse_linked(held.external_id)
        held.external_id = external_id
        act.save(held)
    return held


def _refuse_linked(known: str) -> None:
    if known:
        raise Refused(
            _("It is known outside as “%(id)s” already.") % {"id": known}, code="linked", status=409
        )
