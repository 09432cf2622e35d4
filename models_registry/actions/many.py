"""Changing many records at once: a plan that writes nothing, then all of it or nothing.

A plan takes the same few queries for one record and for thousands. What it lets pass is still
written by the action of a single record, which has the last word.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import Unit, User, units_where
from accounts.permissions import Permission
from ledger.errors import Refused
from ledger.merge import Merge
from ledger.models import Record
from ledger.transitions import NoTransition, Transition, step
from models_registry.queries.many import units_seen_by

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Kind:
    """A kind of record that can be changed in numbers, with the actions of a single one.

    ``reasons`` names the reason that goes with a field; ``unique`` the field that is used once
    in a unit.
    """

    name: str
    model: type[Record]
    fields: tuple[str, ...]
    people: tuple[str, ...]
    reasons: Mapping[str, str]
    check: Callable[[Any], None]
    edit: Callable[..., Merge]
    add: Callable[..., Record] | None = None
    move: Callable[..., Record] | None = None
    steps: tuple[Transition, ...] = ()
    unique: str = ""


@dataclass(frozen=True)
class Problem:
    """Why something is refused; ``field`` is empty when it is about the whole record."""

    text: str
    field: str = ""


@dataclass(frozen=True)
class Wanted:
    """What one record shall become. Without ``pk`` it is a new one, in ``unit``; a stored one must
    belong to ``unit`` or below, if that is given.

    ``version`` is the one that the person saw. ``tied`` leaves a reason as it is where the field
    that it belongs to does not change. ``problems`` were found before, such as cells that could
    not be read.
    """

    values: Mapping[str, Any]
    pk: int | None = None
    version: int | None = None
    unit: Unit | None = None
    verb: str = ""
    reason: str = ""
    row: int = 0
    tied: bool = False
    problems: tuple[Problem, ...] = ()


class Verdict(StrEnum):
    """What a plan says of one record."""

    CHANGE = "change"
    ADD = "add"
    SAME = "same"
    REFUSED = "refused"
    CONFLICT = "conflict"


READY = frozenset({Verdict.CHANGE, Verdict.ADD})


@dataclass(frozen=True)
class Change:
    """One field: what is stored and what shall be."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Line:
    """What a plan does with one record."""

    wanted: Wanted
    verdict: Verdict
    record: Any = None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether applying the plan would write it."""
        return self.verdict in READY


class NotApplied(Refused):
    """Nothing was written; ``lines`` are those that stood in the way."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        named = "; ".join(_named(line) for line in self.lines[:5])
        super().__init__(
            _("Nothing was changed. These stand in the way: %(named)s.") % {"named": named},
            code="not-applied",
            status=409,
        )


def plan(kind: Kind, *, by: User, wanted: Sequence[Wanted]) -> list[Line]:
    """What would become of ``wanted``, in the same order; nothing is written.

    Records that ``by`` may not see are refused exactly as those that do not exist.
    """
    desk = _Desk(kind, by, wanted)
    return [desk.line(one) for one in wanted]


def apply(kind: Kind, *, by: User, wanted: Sequence[Wanted]) -> list[Line]:
    """Write all of ``wanted`` by the actions of single records, in one transaction.

    Raises ``NotApplied`` when one of them is refused, changed meanwhile or needs no change;
    nothing is written then.
    """
    with transaction.atomic():
        rows = kind.model._base_manager.select_for_update().order_by("pk")
        list(rows.filter(pk__in=[w.pk for w in wanted if w.pk]).values_list("pk", flat=True))
        lines = plan(kind, by=by, wanted=wanted)
        wrong = [line for line in lines if not line.is_ready]
        if wrong:
            raise NotApplied(wrong)
        return [_written(kind, by, line) for line in lines]


def _written(kind: Kind, by: User, line: Line) -> Line:
    wanted, record = line.wanted, line.record
    values = {change.name: change.new for change in line.changes if change.name != "state"}
    try:
        if line.verdict is Verdict.ADD and kind.add is not None:
            return replace(line, record=kind.add(by=by, unit=wanted.unit, **values))
        if values:
            base = {name: getattr(record, name) for name in values}
            kind.edit(by, record, base, values)
        if wanted.verb and kind.move is not None:
            kind.move(by, record, wanted.verb, wanted.reason)
    except Refused as refused:
        told = Problem(refused.message, refused.field or "")
        raise NotApplied([replace(line, verdict=Verdict.REFUSED, problems=(told,))]) from refused
    return line


def _named(line: Line) -> str:
    name = getattr(line.record, "reference", None) or (line.record and str(line.record))
    if line.wanted.row:
        name = _("row %(row)s") % {"row": line.wanted.row}
    why = " ".join(problem.text for problem in line.problems).rstrip(".")
    return f"{name or _('a record')} ({why or _('nothing to change')})"


@dataclass
class _Desk:
    """What a plan needs to know, read once for all records."""

    kind: Kind
    by: User
    wanted: Sequence[Wanted]
    stored: dict[int, Any] = field(init=False)
    units: dict[int, str | None] = field(init=False)
    editable: set[int] = field(init=False)
    seen: dict[int, frozenset[int]] = field(init=False)
    taken: dict[tuple[int, str], int] = field(init=False)

    def __post_init__(self) -> None:
        kind, manager = self.kind, self.kind.model._default_manager
        asked = [one.pk for one in self.wanted if one.pk is not None]
        rows: Any = manager.filter(pk__in=asked)
        rows = rows.select_related("unit", *kind.people)
        self.stored = {row.pk: row for row in rows.visible_to(self.by)}
        self.units = {row.unit_id: row.unit.path for row in self.stored.values()}
        self.units |= {one.unit.pk: one.unit.path for one in self.wanted if one.unit}
        may = units_where(self.by, Permission.SYSTEM_EDIT)
        self.editable = set(may.order_by().values_list("pk", flat=True))
        named = {
            one.values[part].pk for one in self.wanted for part in kind.people
            if isinstance(one.values.get(part), User)
        }  # fmt: skip
        self.seen = units_seen_by(named, self.units)
        self.taken = self._taken()

    def _taken(self) -> dict[tuple[int, str], int]:
        """Who uses which name in the units at hand; read only when a name is to change."""
        name = self.kind.unique
        if not name or not any(name in one.values for one in self.wanted):
            return {}
        rows: Any = self.kind.model._base_manager.all()
        rows = rows.filter(unit__in=self.units)
        found = rows.values_list("unit_id", name, "pk")
        return {(unit, text.lower()): pk for unit, text, pk in found}

    def line(self, wanted: Wanted) -> Line:
        """The verdict on one record."""
        if wanted.pk is None:
            return self._new(wanted)
        record = self.stored.get(wanted.pk)
        if record is None or not _is_below(record, wanted.unit):
            missing = Problem(_("There is no such record that you may see."))
            return Line(wanted, Verdict.REFUSED, problems=wanted.problems or (missing,))
        changes, problems = self._changes(record, wanted)
        if wanted.problems:
            problems = [*wanted.problems, *problems]
        elif not changes and not problems:
            return Line(wanted, Verdict.SAME, record)
        verdict = Verdict.REFUSED
        if wanted.version not in (None, record.version):
            verdict = Verdict.CONFLICT
            text = _("It changed since you saw it. Look at it again.")
            problems = [Problem(text), *problems]
        elif not problems:
            problems = self._against(_trial(record, changes), changes)
        if not problems:
            verdict = Verdict.CHANGE
            self._take(record, changes)
        return Line(wanted, verdict, record, tuple(changes), tuple(problems))

    def _new(self, wanted: Wanted) -> Line:
        changes = [Change(name, None, value) for name, value in wanted.values.items()]
        problems = list(wanted.problems)
        blank = self.kind.model(**({"unit": wanted.unit} if wanted.unit else {}))
        if self.kind.add is None:
            problems = [Problem(_("A model comes into being with its first version."))]
        elif wanted.unit is None:
            problems.append(Problem(_("Name the unit that it belongs to."), "unit"))
        elif not problems:
            problems = self._against(_trial(blank, changes), changes, new=True)
        if problems:
            return Line(wanted, Verdict.REFUSED, None, tuple(changes), tuple(problems))
        self._take(blank, changes)
        return Line(wanted, Verdict.ADD, None, tuple(changes))

    def _changes(self, record: Any, wanted: Wanted) -> tuple[list[Change], list[Problem]]:
        asked = dict(wanted.values)
        if wanted.tied:
            for name, reason in self.kind.reasons.items():
                if name not in asked or asked[name] == getattr(record, name):
                    asked.pop(reason, None)
        found = [
            Change(name, getattr(record, name), value)
            for name, value in asked.items()
            if value != getattr(record, name)
        ]
        if not wanted.verb:
            return found, []
        try:
            target = step(self.kind.steps, record.state, wanted.verb).target
        except NoTransition:
            text = _("This step is not possible in the state “%(state)s”.")
            return found, [Problem(text % {"state": record.get_state_display()}, "state")]
        return [*found, Change("state", record.state, target)], []

    def _against(
        self, trial: Any, changes: Sequence[Change], *, new: bool = False
    ) -> list[Problem]:
        """What speaks against storing ``trial``."""
        if trial.unit_id not in self.editable:
            text = _("Your roles do not include changes in the unit %(unit)s.")
            return [Problem(text % {"unit": trial.unit})]
        names = {change.name for change in changes}
        problems = self._people(trial, changes)
        problems += _unclean(trial, None if new else names, self.kind.people)
        try:
            self.kind.check(trial)
        except Refused as refused:
            problems.append(Problem(refused.message, refused.field or ""))
        unique = self.kind.unique
        if unique in names:
            holder = self.taken.get((trial.unit_id, getattr(trial, unique).lower()))
            if holder not in (None, trial.pk):
                problems.append(Problem(_("The unit has one of that name already."), unique))
        return problems

    def _people(self, trial: Any, changes: Sequence[Change]) -> list[Problem]:
        text = _("%(person)s has no role in %(unit)s. Choose somebody who has one.")
        return [
            Problem(text % {"person": change.new, "unit": trial.unit}, change.name)
            for change in changes
            if isinstance(change.new, User)
            and trial.unit_id not in self.seen.get(change.new.pk, frozenset())
        ]

    def _take(self, record: Any, changes: Sequence[Change]) -> None:
        """Remember the name that a line of this plan gives, so that no other line gives it."""
        for change in changes:
            if change.name == self.kind.unique:
                self.taken[record.unit_id, change.new.lower()] = record.pk or 0


def _is_below(record: Any, unit: Unit | None) -> bool:
    return unit is None or str(record.unit.path).startswith(unit.path or "/")


def _trial(record: Any, changes: Sequence[Change]) -> Any:
    """``record`` as it would be; nothing else may see it."""
    trial = copy.copy(record)
    for change in changes:
        setattr(trial, change.name, change.new)
    return trial


def _unclean(trial: Any, names: set[str] | None, people: Sequence[str]) -> list[Problem]:
    """What the fields themselves refuse; all of them for a new record."""
    fields = trial._meta.concrete_fields
    skip = {f.name for f in fields if isinstance(f, models.ForeignKey)}
    if names is not None:
        skip |= {f.name for f in fields} - names
    try:
        trial.clean_fields(exclude=skip | set(people))
    except ValidationError as error:
        return [Problem(" ".join(texts), name) for name, texts in error.message_dict.items()]
    return []
