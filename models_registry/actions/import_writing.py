"""The ready lines of an import, written one by one by the actions of single records."""

import posixpath
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from ledger.errors import Refused
from ledger.merge import Merge
from models_registry.actions.cards import import_card
from models_registry.actions.import_plan import CARD, Planned, entry_key
from models_registry.actions.many import Verdict
from models_registry.actions.models import add_use, edit_model, edit_use
from models_registry.actions.registering import (
    link_model_id,
    link_system,
    register_model,
    register_version,
)
from models_registry.actions.systems import edit_system, register_system
from models_registry.actions.versions import (
    ORIGIN_FIELDS,
    Origin,
    edit_version,
    register_version_from_card,
)
from models_registry.importing.manifest import MODEL, SYSTEM, USE, VERSION
from models_registry.models import AISystem, Model, ModelUse, ModelVersion


def write_lines(
    *, by: User, unit: Unit, planned: Sequence[Planned], chosen: Sequence[bool]
) -> list[Any]:
    """Write the chosen lines inside the running transaction; the record of every line, or None.

    Raises ``Refused`` with the name of the line that could not be written.
    """
    desk = _Writer(by, unit)
    for one in planned:
        if one.line.record is not None:
            desk.records.setdefault(entry_key(one.entry), one.line.record)
    return [desk.write(one, wanted) for one, wanted in zip(planned, chosen, strict=True)]


class _Writer:
    def __init__(self, by: User, unit: Unit) -> None:
        self.by, self.unit = by, unit
        self.records: dict[tuple[str, str], Any] = {}

    def write(self, one: Planned, wanted: bool) -> Any:
        if not wanted:
            return one.line.record
        writers = {
            SYSTEM: self._system, MODEL: self._model, VERSION: self._version, USE: self._use,
        }  # fmt: skip
        try:
            record = writers[one.entry.kind](one, dict(one.line.wanted.values))
        except Refused as refused:
            raise Refused(
                _("Nothing was written. %(name)s: %(why)s")
                % {"name": one.entry.key, "why": refused.message},
                code=refused.code,
                status=refused.status,
            ) from refused
        self.records.setdefault(entry_key(one.entry), record)
        return record

    def _system(self, one: Planned, values: dict[str, Any]) -> AISystem:
        if one.line.verdict is Verdict.ADD:
            return register_system(by=self.by, unit=self.unit, **values)
        system: AISystem = one.line.record
        external_id = values.pop("external_id", "")
        values, base = _changed(one, values)
        if values:
            _settled(edit_system(by=self.by, system=system, base=base, values=values))
        if external_id:
            system = link_system(by=self.by, system=system, external_id=external_id)
        return system

    def _model(self, one: Planned, values: dict[str, Any]) -> Model:
        if one.line.verdict is Verdict.ADD:
            return register_model(by=self.by, unit=self.unit, **values)
        model: Model = one.line.record
        external_id = values.pop("external_id", "")
        values, base = _changed(one, values)
        if values:
            _settled(edit_model(by=self.by, model=model, base=base, values=values))
        if external_id:
            model = link_model_id(by=self.by, model=model, external_id=external_id)
        return model

    def _version(self, one: Planned, values: dict[str, Any]) -> ModelVersion:
        if one.line.verdict is Verdict.ADD:
            return self._new_version(one, values)
        version: ModelVersion = one.line.record
        values, base = _changed(one, values)
        if values:
            _settled(edit_version(by=self.by, version=version, base=base, values=values))
        if one.new_card and one.entry.card is not None:
            name = posixpath.basename(one.entry.card.path)
            import_card(by=self.by, version=version, data=one.entry.card.data, file_name=name)
        return version

    def _new_version(self, one: Planned, values: dict[str, Any]) -> ModelVersion:
        model = self.records[MODEL, one.entry.model]
        origin = Origin(**{name: values[name] for name in ORIGIN_FIELDS if name in values})
        number = values["number"]
        if one.entry.card is None:
            return register_version(by=self.by, model=model, number=number, origin=origin)
        return register_version_from_card(
            by=self.by,
            unit=self.unit,
            card=one.entry.card.data,
            file_name=posixpath.basename(one.entry.card.path),
            number=number,
            model=model,
            origin=origin,
        )

    def _use(self, one: Planned, values: dict[str, Any]) -> ModelUse:
        use: ModelUse | None = one.line.record
        if use is None:
            use = add_use(
                by=self.by,
                system=self.records[SYSTEM, one.entry.system],
                model=self.records[MODEL, one.entry.model],
                purpose=values.pop("purpose", ""),
                limits=values.pop("limits", ""),
            )
        changed = {name: new for name, new in values.items() if getattr(use, name) != new}
        if changed:
            base = {name: getattr(use, name) for name in changed}
            _settled(edit_use(by=self.by, use=use, base=base, values=changed))
        return use


def _changed(one: Planned, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of ``values`` those that change, and what is stored in their place."""
    names = [c.name for c in one.line.changes if c.name in values and c.name != CARD]
    return {n: values[n] for n in names}, {n: getattr(one.line.record, n) for n in names}


def _settled(merge: Merge) -> None:
    """Raise ``Refused`` when somebody else saved the same field a moment ago."""
    if merge.clashes:
        raise Refused(
            _("It was changed meanwhile. Make the plan again."), code="changed", status=409
        )
