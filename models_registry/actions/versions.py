"""Writes about models and their versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.actions import require
from accounts.models import Unit, User
from accounts.permissions import Permission
from ledger.actions import Act, action
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry import states
from models_registry.actions.cards import add_revision, refuse_frozen
from models_registry.actions.editing import locked, save_merged, take_step
from models_registry.cards import Card, parse_card
from models_registry.frozen import content_digest
from models_registry.models import AISystem, Model, ModelUse, ModelVersion
from models_registry.schemas import BadSchema, checked_schema

ORIGIN_FIELDS = (
    "source_system",
    "external_id",
    "run_id",
    "git_commit",
    "io_schema",
    "environment_lock",
    "notes",
)
VERSION_FIELDS = ("number", *ORIGIN_FIELDS)


@dataclass(frozen=True)
class Origin:
    """Where a version comes from and what there is to say about it."""

    source_system: str = ""
    external_id: str = ""
    run_id: str = ""
    git_commit: str = ""
    io_schema: dict[str, Any] = field(default_factory=dict)
    environment_lock: str = ""
    notes: str = ""


def register_version_from_card(
    *,
    by: User,
    unit: Unit,
    card: bytes,
    file_name: str,
    number: str = "",
    model: Model | None = None,
    model_name: str = "",
    model_type: str = Model.Kind.ML,
    system: AISystem | None = None,
    origin: Origin = Origin(),
) -> ModelVersion:
    """Register a model version from its card: model if new, version, card, use in ``system``.

    Without ``model`` the model is found by its name in ``unit`` or made; without ``model_name``
    or ``number`` the card's own count. One transaction: a refusal leaves nothing behind.
    """
    if system is not None:
        require(by, Permission.VERSION_REGISTER, system.unit_id)
    require(by, Permission.VERSION_REGISTER, model.unit_id if model else unit)
    _check_schema(origin.io_schema)
    parsed = parse_card(card)
    number = " ".join(number.split()) or parsed.version
    if not number:
        raise Refused(
            _("The card states no version. Enter the number of this version."),
            code="number",
            field="number",
        )
    with action("models_registry.version.registered", by=by) as act:
        owner = model or _model(act, by, unit, model_name, model_type, parsed)
        version = ModelVersion(model=owner, number=number, registered_by=by, **vars(origin))
        act.save(version)
        add_revision(act, by=by, version=version, data=card, file_name=file_name, card=parsed)
        if system is not None:
            _link(act, system, owner)
    return version


def edit_version(
    *, by: User, version: ModelVersion, base: Mapping[str, Any], values: Mapping[str, Any]
) -> Merge:
    """Change fields of a draft named in ``VERSION_FIELDS``; see ``editing.save_merged``."""
    require(by, Permission.VERSION_REGISTER, version.model.unit_id)
    refuse_frozen(version)
    _check_schema(values.get("io_schema"))
    return save_merged(
        version,
        by=by,
        event="models_registry.version.edited",
        editable=VERSION_FIELDS,
        base=base,
        values=values,
    )


def submit_version(*, by: User, version: ModelVersion) -> ModelVersion:
    """Freeze ``version`` with its latest card. Raises ``Refused`` when it has none."""
    return move_version(by=by, version=version, verb="submit")


def move_version(*, by: User, version: ModelVersion, verb: str, reason: str = "") -> ModelVersion:
    """Take ``version`` one step through ``states.VERSION``; submitting freezes its content.

    Whoever registered a version or develops its model does not decide about it.
    """
    target = take_step(
        states.VERSION, version.state, verb, by=by, unit=version.model.unit, reason=reason
    )
    if verb in _DECISIONS:
        _refuse_own(by, version)
    with action(f"models_registry.version.{_PAST[verb]}", by=by, reason=reason) as act:
        locked(version)
        if target == states.SUBMITTED:
            _freeze(version)
        version.state = target
        act.save(version)
    return version


def _freeze(version: ModelVersion) -> None:
    card = version.cards.first()
    if card is None:
        raise Refused(_("Add a model card before you submit this version."), code="no-card")
    version.submitted_at = timezone.now()
    version.content_digest = content_digest(version, card)


def _check_schema(schema: Any) -> None:
    try:
        checked_schema(schema)
    except BadSchema as error:
        raise Refused(str(error), code="io-schema", field="io_schema") from error


def link_model(*, by: User, system: AISystem, model: Model) -> ModelUse:
    """Say that ``system`` uses ``model``; saying it again changes nothing."""
    require(by, Permission.SYSTEM_EDIT, system.unit_id)
    with action("models_registry.use.added", by=by) as act:
        return _link(act, system, model)


def _link(act: Act, system: AISystem, model: Model) -> ModelUse:
    found: ModelUse | None = ModelUse.objects.filter(system=system, model=model).first()
    if found is not None:
        return found
    use = ModelUse(system=system, model=model)
    act.save(use, event="models_registry.use.added")
    return use


def _model(act: Act, by: User, unit: Unit, name: str, model_type: str, card: Card) -> Model:
    """The model of that name in ``unit``, made if there is none."""
    name = " ".join(name.split()) or card.name
    slug = slugify(name, allow_unicode=True)[:120]
    if not slug:
        raise Refused(
            _("The card does not name its model. Enter a name with letters or digits."),
            code="name",
            field="model_name",
        )
    found: Model | None = Model.objects.filter(unit=unit, slug=slug).first()
    if found is not None:
        return found
    model = Model(unit=unit, name=name, slug=slug, model_type=model_type, owner=by)
    act.save(model, event="models_registry.model.registered")
    return model


def _refuse_own(by: User, version: ModelVersion) -> None:
    if by.pk in (version.registered_by_id, version.model.developer_id):
        raise Refused(
            _("You registered this version or develop its model. Ask somebody else to decide."),
            code="four-eyes",
        )


_DECISIONS = frozenset({"start_validation", "approve", "restrict", "reject"})
_PAST = {
    "submit": "submitted",
    "withdraw": "withdrawn",
    "start_validation": "validation-started",
    "approve": "approved",
    "restrict": "restricted",
    "reject": "rejected",
    "suspend": "suspended",
    "supersede": "superseded",
    "retire": "retired",
}
