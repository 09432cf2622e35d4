"""A manifest against what is stored: what would become of every entry. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models as db
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from accounts.permissions import Permission
from accounts.queries import can, colleagues
from ledger.errors import Refused
from models_registry.actions.kinds import MODELS, SYSTEMS
from models_registry.actions.many import Change, Kind, Line, Problem, Verdict, Wanted, plan
from models_registry.actions.models import USE_FIELDS, edit_use
from models_registry.actions.registering import check_schema, register_model
from models_registry.actions.versions import VERSION_FIELDS, edit_version
from models_registry.cards import Card, parse_card
from models_registry.importing.manifest import MODEL, SYSTEM, USE, VERSION, Entry, Manifest
from models_registry.jurisdictions import UnknownJurisdiction, checked
from models_registry.models import ModelUse, ModelVersion
from models_registry.queries.importing import Shelf, Stored, slug_of
from models_registry.queries.sheets import BadCell, value_of

CARD = "cards"


def _nothing(record: Any) -> None:
    """Versions and uses are checked field by field."""


IMPORTED: dict[str, Kind] = {
    SYSTEM: SYSTEMS,
    MODEL: replace(MODELS, add=register_model, unique="slug"),
    VERSION: Kind("version", ModelVersion, VERSION_FIELDS, (), {}, _nothing, edit_version),
    USE: Kind("use", ModelUse, USE_FIELDS, (), {}, _nothing, edit_use),
}


@dataclass
class Planned:
    """One entry with its line; ``card`` is what was read of its card, ``new_card`` whether the
    version gets it."""

    entry: Entry
    line: Line
    card: Card | None = None
    new_card: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether other entries may refer to it: it is stored, or will be."""
        return self.line.record is not None or self.line.is_ready


def plan_import(*, by: User, unit: Unit, manifest: Manifest) -> list[Planned]:
    """What would become of the entries of ``manifest`` in ``unit``, systems first, uses last.

    Only records of this very unit are matched, by the id that the source gave them; one that has
    no such id yet is matched by its name. The number of queries does not depend on that of the
    entries.
    """
    return _Desk(by, unit, manifest).plan()


def entry_key(entry: Entry) -> tuple[str, str]:
    """What an entry is found by among those of an import."""
    return entry.kind, entry.key


@dataclass
class _Desk:
    by: User
    unit: Unit
    manifest: Manifest
    people: Mapping[str, User] = field(init=False)
    found: dict[tuple[str, str], Planned] = field(init=False, default_factory=dict)
    taken: set[tuple[str, int]] = field(init=False, default_factory=set)

    def plan(self) -> list[Planned]:
        self.people = {user.email.casefold(): user for user in colleagues(self.by)}
        planned = self._records(SYSTEM) + self._records(MODEL)
        planned += self._versions()
        return planned + self._uses()

    def _records(self, kind: str) -> list[Planned]:
        """Systems or models: matched, then judged by the plan for many records."""
        entries = self.manifest.of(kind)
        stored = Stored.of(self.by, self.unit, kind, entries)
        wanted = [self._wanted(entry, stored) for entry in entries]
        lines = plan(IMPORTED[kind], by=self.by, wanted=wanted)
        return [self._keep(Planned(e, line)) for e, line in zip(entries, lines, strict=True)]

    def _keep(self, planned: Planned) -> Planned:
        self.found.setdefault(entry_key(planned.entry), planned)
        return planned

    def _wanted(self, entry: Entry, stored: Stored) -> Wanted:
        model = IMPORTED[entry.kind].model
        records = stored.matching(entry)
        problems = [Problem(t.text, t.field) for t in entry.troubles]
        if len(records) > 1:
            problems.append(Problem(_("The unit has more than one record of that id.")))
        values, wrong = self._values(model, entry.values)
        record = records[0] if records else None
        if record is not None and (entry.kind, record.pk) in self.taken:
            problems.append(Problem(_("Another entry of this import means the same record.")))
        if record is None:
            values, wrong = self._values(model, {**entry.initial, **entry.values})
            if entry.kind == MODEL:
                values["slug"] = slug_of(values.get("name", ""))
        else:
            self.taken.add((entry.kind, record.pk))
        if entry.external_id and (record is None or record.external_id != entry.external_id):
            values["external_id"] = entry.external_id
        return Wanted(
            values,
            pk=record.pk if record else None,
            unit=self.unit,
            row=entry.line,
            problems=(*problems, *wrong),
        )

    def _values(
        self, model: type[db.Model], said: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Plain values as the fields hold them."""
        values: dict[str, Any] = {}
        problems = []
        for name, value in said.items():
            try:
                values[name] = self._value(model, name, value)
            except BadCell as bad:
                problems.append(Problem(str(bad), name))
            except UnknownJurisdiction as unknown:
                problems.append(Problem(unknown.sentence(), name))
        return values, problems

    def _value(self, model: type[db.Model], name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        if isinstance(value, list):
            return checked(value)
        if name in ("name", "number"):
            return " ".join(value.split())
        return value_of(model, name, value, self.people)

    def _versions(self) -> list[Planned]:
        entries = self.manifest.of(VERSION)
        missing = {e.model for e in entries} - {k for kind, k in self.found if kind == MODEL}
        self._look_up(MODEL, missing)
        owners = {
            planned.line.record.pk
            for e in entries
            if (planned := self.found.get((MODEL, e.model))) and planned.line.record
        }
        shelf = Shelf(self.by, owners, self.manifest.source_system)
        may = can(self.by, Permission.VERSION_REGISTER, self.unit)
        return [self._keep(self._version(entry, shelf, may=may)) for entry in entries]

    def _look_up(self, kind: str, keys: set[str]) -> None:
        """Entries may name records that the source does not hold and the unit does."""
        asked = [Entry(kind, key, external_id=key) for key in sorted(keys) if key]
        stored = Stored.of(self.by, self.unit, kind, asked, names=False)
        for entry in asked:
            records = stored.matching(entry)
            if len(records) == 1:
                line = Line(Wanted({}, pk=records[0].pk), Verdict.SAME, records[0])
                self._keep(Planned(entry, line))

    def _version(self, entry: Entry, shelf: Shelf, *, may: bool) -> Planned:
        problems = [Problem(t.text, t.field) for t in entry.troubles]
        owner = self.found.get((MODEL, entry.model))
        if (owner is None or not owner.is_usable) and not problems:
            problems.append(Problem(_("Its model is refused, or not known in this unit.")))
        card, wrong = _card_of(entry)
        problems += wrong
        model = owner.line.record if owner else None
        record = shelf.matching(entry, model)
        said = entry.values if record else {**entry.initial, **entry.values}
        values, wrong = self._values(ModelVersion, said)
        problems += wrong
        if record is None or record.external_id != entry.external_id:
            values["source_system"] = self.manifest.source_system
            values["external_id"] = entry.external_id
        changes = _changes(record, values)
        new_card = card is not None and not shelf.has_card(record, entry)
        if new_card and entry.card is not None:
            changes.append(Change(CARD, shelf.card_of(record), entry.card.path))
        if not problems and changes:
            problems = _against_version(record, values, changes, may=may)
            taken = shelf.against_number(model or entry.model, record, values)
            problems += [Problem(taken, "number")] if taken else []
        line = _line(entry, record, values, changes, problems)
        return Planned(entry, line, card, new_card and line.is_ready)

    def _uses(self) -> list[Planned]:
        entries = self.manifest.of(USE)
        missing = {e.model for e in entries} - {k for kind, k in self.found if kind == MODEL}
        self._look_up(MODEL, missing)
        systems = [
            p.line.record.pk for (k, _key), p in self.found.items() if k == SYSTEM and p.line.record
        ]
        rows: Any = ModelUse.objects.filter(system__in=systems).select_related("system", "model")
        stored = {(use.system_id, use.model_id): use for use in rows.visible_to(self.by)}
        return [self._use(entry, stored) for entry in entries]

    def _use(self, entry: Entry, stored: Mapping[tuple[int, int], ModelUse]) -> Planned:
        problems = [Problem(t.text, t.field) for t in entry.troubles]
        ends = self.found.get((SYSTEM, entry.system)), self.found.get((MODEL, entry.model))
        if not problems and not all(end and end.is_usable for end in ends):
            text = _("Its system or its model is refused, or not known in this unit.")
            problems.append(Problem(text))
        records = [end.line.record for end in ends if end and end.line.record]
        use = stored.get((records[0].pk, records[1].pk)) if len(records) == 2 else None
        values, wrong = self._values(ModelUse, entry.values)
        problems += wrong
        changes = _changes(use, values)
        if not problems and (changes or use is None):
            problems = _against_use(use, values)
        line = _line(entry, use, values, changes, problems)
        return Planned(entry, line)


def _card_of(entry: Entry) -> tuple[Card | None, list[Problem]]:
    if entry.card is None:
        return None, []
    try:
        return parse_card(entry.card.data, entry.card.path), []
    except Refused as refused:
        return None, [Problem(f"{entry.card.path}: {refused.message}", CARD)]


def _changes(record: Any, values: Mapping[str, Any]) -> list[Change]:
    """What differs from ``record``; of a new one, everything that is said."""
    if record is None:
        return [Change(name, None, value) for name, value in values.items() if value]
    return [
        Change(name, getattr(record, name), value)
        for name, value in values.items()
        if getattr(record, name) != value
    ]


def _against_version(
    record: ModelVersion | None,
    values: Mapping[str, Any],
    changes: Sequence[Change],
    *,
    may: bool,
) -> list[Problem]:
    if not may:
        return [Problem(_("Your roles do not include registering versions in this unit."))]
    if record is not None and not record.is_draft:
        text = _("Version %(number)s is frozen. Register a new version instead.")
        return [Problem(text % {"number": record.number})]
    try:
        check_schema(values.get("io_schema", {}))
    except Refused as refused:
        return [Problem(refused.message, "io_schema")]
    names = {change.name for change in changes if change.name != CARD}
    return _unclean(ModelVersion(**values), names if record else {*names, "number"})


def _against_use(use: ModelUse | None, values: Mapping[str, Any]) -> list[Problem]:
    merged = {name: getattr(use, name) for name in USE_FIELDS} if use else {}
    trial = ModelUse(**{**merged, **values})
    if trial.tier is not None and not trial.tier_reason.strip():
        return [Problem(_("Say why this use belongs to that tier."), "tier_reason")]
    return _unclean(trial, set(values))


def _unclean(trial: db.Model, names: set[str]) -> list[Problem]:
    """What the fields themselves refuse."""
    try:
        trial.clean_fields(exclude={f.name for f in trial._meta.concrete_fields} - names)
    except ValidationError as error:
        return [Problem(" ".join(texts), name) for name, texts in error.message_dict.items()]
    return []


def _line(
    entry: Entry,
    record: Any,
    values: Mapping[str, Any],
    changes: Sequence[Change],
    problems: Sequence[Problem],
) -> Line:
    wanted = Wanted(values, pk=record.pk if record else None, row=entry.line)
    if problems:
        verdict = Verdict.REFUSED
    elif record is None:
        verdict = Verdict.ADD
    else:
        verdict = Verdict.CHANGE if changes else Verdict.SAME
    return Line(wanted, verdict, record, tuple(changes), tuple(problems))
